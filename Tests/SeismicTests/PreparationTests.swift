import GraphIR
import Testing

@testable import Datasets
@testable import Seismic

/// What preparations do, and that none of them makes of odd traces what a network cannot take.
struct PreparationTests {
    static let type = TensorType(Shape(3, 600), rate: 100)

    private static func make(_ name: String, _ changes: KeyValuePairs<String, Value> = [:]) throws -> any Preparation {
        let plugin = try #require(Registry.builtIn[.preparation, name] as? any Preparation.Type)
        var arguments = plugin.signature.defaults
        for (name, value) in changes { arguments.set(name, value) }
        return try plugin.init(arguments, window: type)
    }

    private static func noisy(_ components: String = "ZNE", seed: UInt64 = 1) -> Window {
        let dice = Dice(seed: seed, purpose: "preparation")
        return Window(
            samples: components.indices.enumerated().map { number, _ in
                dice.part(number).whiteNoise(600).map { 5 * $0 + 100 * Float(number) }
            }, components: components, rate: 100)
    }

    @Test func normalizeEachChannelAndJointly() throws {
        var window = Self.noisy()
        for index in 0..<600 { window.samples[1][index] *= 10 }
        var joint = window
        try Self.make("demean").apply(to: &window)
        try Self.make("demean").apply(to: &joint)
        try Self.make("normalize").apply(to: &window)
        for channel in window.samples {
            #expect(abs(channel[...].mean) < 1e-5 && abs(channel[...].deviation - 1) < 1e-5)
        }
        let ratio = joint.samples[1][...].deviation / joint.samples[0][...].deviation
        try Self.make("normalize", ["each": .word("window")]).apply(to: &joint)
        let all = joint.samples.flatMap { $0 }
        #expect(abs(all[...].deviation - 1) < 1e-5)
        #expect(abs(joint.samples[1][...].deviation / joint.samples[0][...].deviation - ratio) < 1e-4)
        try Self.make("normalize", ["by": .word("peak")]).apply(to: &joint)
        #expect(joint.samples.allSatisfy { abs($0.map(abs).max()! - 1) < 1e-6 })
    }

    @Test func orderOfComponents() throws {
        let steady: (Float) -> [Float] = { Array(repeating: $0, count: 600) }
        let window = Window(samples: [steady(1), steady(2), steady(3)], components: "ENZ", rate: 100)
        var sorted = window
        try Self.make("order", ["components": .word("ZNE")]).apply(to: &sorted)
        #expect(sorted.samples.map { $0[0] } == [3, 2, 1] && sorted.components == "ZNE")
        var numbered = Window(samples: [steady(1), steady(2), steady(3)], components: "Z12", rate: 100)
        try Self.make("order", ["components": .word("ZNE")]).apply(to: &numbered)
        #expect(numbered.samples.map { $0[0] } == [1, 2, 3])
        let vertical = Window(samples: [steady(7)], components: "Z", rate: 100)
        for (policy, expected) in [("zero", [Float(7), 0, 0]), ("copy", [7, 7, 7])] {
            var filled = vertical
            try Self.make("order", ["components": .word("ZNE"), "missing": .word(policy)]).apply(to: &filled)
            #expect(filled.samples.map { $0[0] } == expected)
        }
        var refused = vertical
        let step = try Self.make("order", ["components": .word("ZNE"), "missing": .word("refuse")])
        #expect(throws: PreparationError.self) { try step.apply(to: &refused) }
        #expect(throws: Complaint.self) { try Self.make("order", ["components": .word("ZN")]) }
    }

    @Test func resamplingMovesEverythingAlong() throws {
        var window = Self.noisy()
        window.rate = 200
        window.picks = [.init(.P, at: 300.5)]
        window.spans = [.init(100..<200, "LP")]
        window.codaEnd = 500
        try Self.make("resample").apply(to: &window)
        #expect(window.length == 300 && window.rate == 100 && window.valid == 0..<300)
        #expect(window.picks[0].sample == 150.25 && window.spans[0].samples == 50..<100 && window.codaEnd == 250)
    }

    @Test func cornersMustLieBelowNyquist() throws {
        #expect(throws: Complaint.self) { try Self.make("lowpass", ["corner": .float(50)]) }
        #expect(throws: Complaint.self) { try Self.make("bandpass", ["low": .float(9), "high": .float(3)]) }
        var slow = Self.noisy()
        slow.rate = 40
        let step = try Self.make("lowpass", ["corner": .float(30)])
        #expect(throws: PreparationError.self) { try step.apply(to: &slow) }
    }

    @Test func taperFadesWhatWasRecorded() throws {
        var window = Window(samples: [Array(repeating: 1, count: 600)], components: "Z", rate: 100, valid: 0..<400)
        for index in 400..<600 { window.samples[0][index] = 0 }
        try Self.make("taper").apply(to: &window)
        #expect(window.samples[0][0] == 0 && window.samples[0][399] == 0)
        #expect(window.samples[0][5] == 1 && window.samples[0][394] == 1)
        #expect(abs(window.samples[0][1] - 0.0954915) < 1e-6)
    }

    @Test func cutKeepsTheEventInside() throws {
        let cut = try Cut(Cut.signature.defaults, window: Self.type)
        for trace in 0..<200 {
            var window = Window(samples: [Array(0..<5000).map(Float.init)], components: "Z", rate: 100)
            window.picks = [.init(.P, at: 2000), .init(.S, at: 4900)]
            var dice = Dice(seed: 1, purpose: "cut", subject: trace)
            let start = cut.apply(to: &window, dice: &dice)
            #expect(window.length == 600 && window.samples[0][0] == Float(start))
            let p = window.picks[0].sample
            #expect(p >= 100 && p <= 500 && Double(start) + p == 2000)
        }
        var short = Window(samples: [[1, 2, 3]], components: "Z", rate: 100)
        cut.apply(to: &short)
        #expect(short.length == 600 && short.valid == 0..<3 && short.samples[0][3] == 0)
    }

    /// Those that make sense for seismograms.
    static let steps = Registry.builtIn.plugins(.preparation).compactMap { $0 as? any Preparation.Type }
        .filter { $0.takes.contains(.seismogram) }.map { $0.signature.name }

    @Test(arguments: steps) func oddTracesStayNumbers(name: String) throws {
        let arguments: KeyValuePairs<String, Value> =
            switch name {
            case "order": ["components": .word("ZNE")]
            case "bandpass": ["low": .float(1), "high": .float(45)]
            case "highpass", "lowpass": ["corner": .float(10)]
            default: [:]
            }
        let step = try Self.make(name, arguments)
        let rows: [[Float]] = [
            [], [1], Array(repeating: 0, count: 600), Array(repeating: 3e7, count: 600),
            Array(repeating: -1e30, count: 700), (0..<600).map { $0 % 2 == 0 ? 1e20 : -1e20 },
            Array(repeating: .leastNonzeroMagnitude, count: 600),
        ]
        for row in rows {
            var window = Window(samples: [row, row, row], components: "ZNE", rate: 100)
            try step.apply(to: &window)
            #expect(window.samples.allSatisfy { $0.areFinite }, "\(row.prefix(3))")
            #expect(!step.statement.isEmpty)
        }
    }
}
