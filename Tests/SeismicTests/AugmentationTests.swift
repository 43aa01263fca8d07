import GraphIR
import Testing

@testable import Datasets
@testable import Seismic

/// What every augmentation keeps, and what EQTransformer's do.
struct AugmentationTests {
    static let type = TensorType(Shape(3, 1200), rate: 100)
    static let plugins = Registry.builtIn.plugins(.augmentation).compactMap { $0 as? any Augmentation.Type }
        .filter { $0.takes.contains(.seismogram) }.map { $0.signature.name }

    private static func make(_ name: String, _ changes: KeyValuePairs<String, Value> = [:]) throws -> any Augmentation {
        let plugin = try #require(Registry.builtIn[.augmentation, name] as? any Augmentation.Type)
        var arguments = plugin.signature.defaults
        for (name, value) in changes where plugin.signature.parameter(name) != nil { arguments.set(name, value) }
        return try plugin.init(arguments, window: type)
    }

    /// Silence but for an impulse of 100 at P and of 1000 at S, on all channels.
    private static func impulses(p: Int, s: Int, codaEnd: Double? = nil) -> Window {
        var channel = [Float](repeating: 0, count: 1200)
        channel[p] = 100
        channel[s] = 1000
        var window = Window(
            samples: [channel, channel, channel], components: "ZNE", rate: 100,
            picks: [.init(.P, at: Double(p)), .init(.S, at: Double(s))], codaEnd: codaEnd)
        window.metadata["trace_snr_db"] = "[30 30 30]"
        return window
    }

    /// After any chain, each pick's label peaks at an impulse, and each impulse that is left has its label, or nothing
    /// is left of either.
    @Test(arguments: 0..<60) func labelsFollowTheImpulse(round: Int) throws {
        var dice = Dice(seed: 11, purpose: "law", subject: round)
        var chain = Self.plugins
        chain.shuffle(with: &dice)
        chain = Array(chain.prefix(dice.int(1..<chain.count + 1)))
        // Weak noise, so that the impulses stay what they are; everything else as strong as it comes.
        let steps = try chain.map {
            try Self.make($0, ["p": .float(0.8), "high": .float(0.02), "only": .word("all"), "most": .float(1.5)])
        }
        let labeler = try PickLabeler(
            Arguments(["phase": .word("P"), "shape": .word("gaussian"), "width": .int(4), "reach": .float(2)]),
            window: Self.type, output: TensorType(Shape(1, 1200), rate: 100))
        for trace in 0..<20 {
            let p = dice.int(5..<600)
            var window = Self.impulses(p: p, s: p + dice.int(20..<200))
            chain: for (place, step) in steps.enumerated() {
                var own = Dice(seed: 1, purpose: "law.\(place)", round: round, subject: trace)
                if step.apply(to: &window, dice: &own) == .ends { break chain }
            }
            let label = labeler.label(for: window).values
            let loudest = window.samples.map { channel in channel.map(abs) }
            for pick in window.picks {
                let place = Int(pick.sample)
                let height = loudest.map { $0[place] }.max() ?? 0
                // Second events are up to nine times smaller than P's 100 and scaled by at most 1.5.
                #expect(height > 5, "\(chain): no impulse at \(pick)")
                if pick.phase == .P { #expect(label[place] == 1, "\(chain)") }
            }
            let peaks = label.indices.filter { label[$0] == 1 }
            #expect(peaks == window.picks.filter { $0.phase == .P }.map { Int($0.sample) }.sorted())
            // Whatever stands as high as an S is one, and picked; pre-emphasis echoes it in the sample behind.
            for place in 1..<1200 where loudest.contains(where: { $0[place] > 600 }) {
                #expect(
                    window.picks.contains { Int($0.sample) == place || Int($0.sample) == place - 1 },
                    "\(chain): nobody picked \(place)")
            }
        }
    }

    @Test(arguments: plugins) func neverMakesWhatIsNoNumber(name: String) throws {
        let step = try Self.make(name, ["p": .float(1), "snr": .word("none"), "only": .word("all")])
        let silent = [Float](repeating: 0, count: 1200)
        let huge = [Float](repeating: 1e30, count: 1200)
        for channels in [[silent, silent, silent], [huge, silent, huge], [[], [], []], [[1], [2], [3]]] {
            for picks in [
                [], [Window.Pick(.P, at: 0), .init(.S, at: 0)], [.init(.P, at: -1e9), .init(.S, at: 1e300)],
            ] {
                var window = Window(samples: channels, components: "ZNE", rate: 100, picks: picks)
                var dice = Dice(seed: 5, purpose: name)
                _ = step.apply(to: &window, dice: &dice)
                #expect(window.samples.allSatisfy { $0.count == channels[0].count && $0.areFinite })
            }
        }
    }

    @Test(arguments: plugins) func sameDiceSameWindow(name: String) throws {
        let step = try Self.make(name, ["p": .float(0.9)])
        for trace in 0..<10 {
            var first = Self.impulses(p: 100, s: 200)
            var second = first
            var (a, b) = (Dice(seed: 2, purpose: "x", subject: trace), Dice(seed: 2, purpose: "x", subject: trace))
            _ = step.apply(to: &first, dice: &a)
            _ = step.apply(to: &second, dice: &b)
            #expect(first.samples == second.samples && first.picks == second.picks)
        }
    }

    @Test func shiftKeepsTheCodaInside() throws {
        let shift = try Self.make("shift", ["p": .float(1)])
        var largest = 0.0
        for trace in 0..<300 {
            var window = Self.impulses(p: 100, s: 200, codaEnd: 700)
            var dice = Dice(seed: 3, purpose: "shift", subject: trace)
            _ = shift.apply(to: &window, dice: &dice)
            let moved = window.picks[0].sample - 100
            #expect((1..<500).contains(moved))
            #expect(window.codaEnd == 700 + moved)
            #expect(window.samples[0][100 + Int(moved)] == 100)
            largest = max(largest, moved)
        }
        #expect(largest > 450)
        var noise = Window(samples: [Array(0..<1200).map(Float.init)], components: "Z", rate: 100)
        var dice = Dice(seed: 3, purpose: "shift")
        _ = shift.apply(to: &noise, dice: &dice)
        #expect(noise.samples[0][0] == 0)
    }

    @Test func secondEventComesAfterTheCoda() throws {
        let second = try Self.make("second_event", ["p": .float(1)])
        for trace in 0..<200 {
            var window = Self.impulses(p: 100, s: 200, codaEnd: 400)
            var dice = Dice(seed: 4, purpose: "second", subject: trace)
            _ = second.apply(to: &window, dice: &dice)
            try #require(window.picks.count == 4)
            let (p, s) = (Int(window.picks[2].sample), Int(window.picks[3].sample))
            #expect(p >= 400 && s == p + 100 && s < 1200 - 21 && window.picks[3].event == 1)
            let ratio = 100 / window.samples[0][p]
            #expect(abs(ratio - ratio.rounded()) < 1e-4 && (1...9).contains(ratio.rounded()))
        }
        var faint = Self.impulses(p: 100, s: 200, codaEnd: 400)
        faint.metadata["trace_snr_db"] = "[30 9.9 30]"
        var dice = Dice(seed: 4, purpose: "second")
        _ = second.apply(to: &faint, dice: &dice)
        #expect(faint.picks.count == 2)
    }

    @Test func droppedChannelsAreMadeUpFor() throws {
        let drop = try Self.make("drop_channel", ["p": .float(1)])
        var counts = [0, 0, 0, 0]
        for trace in 0..<800 {
            var window = Self.impulses(p: 100, s: 200)
            var dice = Dice(seed: 6, purpose: "drop", subject: trace)
            _ = drop.apply(to: &window, dice: &dice)
            let alive = window.samples.filter { $0[100] != 0 }
            counts[alive.count] += 1
            #expect(alive.allSatisfy { abs($0[100] - 100 * 3 / Float(alive.count)) < 1e-3 })
        }
        // 3 of 8 draws leave one, 3 leave two, and 2 (all stay, none would) leave three.
        #expect(counts[0] == 0)
        #expect(abs(counts[1] - 300) < 60 && abs(counts[2] - 300) < 60 && abs(counts[3] - 200) < 60)
    }

    @Test func gapsTakeTheirPicksAlong() throws {
        let gap = try Self.make("gap", ["p": .float(1), "only": .word("all")])
        var lost = 0
        for trace in 0..<300 {
            var window = Self.impulses(p: 300, s: 500)
            var dice = Dice(seed: 7, purpose: "gap", subject: trace)
            _ = gap.apply(to: &window, dice: &dice)
            #expect(window.picks.contains { $0.phase == .P } == (window.samples[0][300] != 0))
            #expect(window.samples[0][1100...].allSatisfy { $0 == 0 })
            lost += window.picks.count < 2 ? 1 : 0
        }
        #expect(lost > 50)
        let onlyNoise = try Self.make("gap", ["p": .float(1)])
        var window = Self.impulses(p: 300, s: 500)
        var dice = Dice(seed: 7, purpose: "gap")
        _ = onlyNoise.apply(to: &window, dice: &dice)
        #expect(window.samples[0][300] == 100)
    }

    @Test func noiseIsAsStrongAsAsked() throws {
        let noise = try Self.make("noise", ["p": .float(1), "low": .float(0.1), "high": .float(0.1)])
        var window = Self.impulses(p: 300, s: 500)
        var dice = Dice(seed: 8, purpose: "noise")
        _ = noise.apply(to: &window, dice: &dice)
        for channel in window.samples { #expect(abs(channel[600...].deviation - 100) < 8) }
        #expect(window.samples[0][700] != window.samples[1][700])
    }

    @Test func diceAreFair() {
        let dice = Dice(seed: 1, purpose: "fair")
        let noise = dice.whiteNoise(100_003)
        #expect(abs(noise[...].mean) < 0.01 && abs(noise[...].deviation - 1) < 0.01)
        #expect(Array(dice.whiteNoise(1000)) == Array(noise.prefix(1000)))
        var counts = [Int](repeating: 0, count: 5)
        var own = dice
        for _ in 0..<5000 { counts[own.int(0..<5)] += 1 }
        #expect(counts.allSatisfy { abs($0 - 1000) < 150 })
    }
}
