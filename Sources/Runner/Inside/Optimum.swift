import Files
import Foundation
import GraphIR
import Interpreter
import Kernels
import Seismic

/// What a network would like best: windows that are changed, step by step, until a number of it grows no more.
public struct OptimumFinding: Sendable {
    /// From where a search begins.
    public enum Start: Hashable, Sendable {
        case zeros
        case noise(Int)
        case trace(Int)
    }
    public struct Wishes: Sendable {
        /// Whether the number is made small instead of large.
        public var isLeast = false
        /// Hertz that are kept; what the run's own filter keeps where nothing is said.
        public var band: ClosedRange<Double>?
        /// How much a window's energy and its roughness cost.
        public var energy = 0.0
        public var roughness = 0.0
        /// Samples by which windows are moved at random in each step.
        public var jitter = 0
        /// Whether steps are taken in a spectrum scaled by that of the data.
        public var isNatural = false
        public var steps = 1000
        public var rate = 0.02
        public var seed: UInt64 = 1
        public init() {}
    }
    /// One search.
    public struct Search: Sendable {
        public var start: Start
        public var name: String
        public var from: [Float]
        public var to: [Float]
        /// The number after each step, before penalties.
        public var curve: [Double]
        public var first: Double
        public var last: Double
        /// Nothing at the start says which way is up.
        public var hasNoSlope: Bool
        /// It grew no more before the steps were over.
        public var hasSettled: Bool
        /// What had to change until the number was above zero, in decibels of the start; `nil` where it began above,
        /// never came there, or began with nothing.
        public var change: Double?
        /// Where the end's spectrum is highest, by component, in Hz.
        public var peaks: [Double]
    }
    public var target: ExplainedTarget
    public var wishes: Wishes
    public var searches: [Search]
    /// The mean correlation of the ends after the best shift; `nil` for fewer than two.
    public var agreement: Double?
    public var components: [String]
    public var shape: [Int]
    public var rate: Double
    /// Spectra of data, a row a component: 10 and 90 % of earthquakes and of noise.
    public var bands: [Band]
    public var notes: [String]
    public var run: RelevanceFinding.RunNote

    public struct Band: Sendable {
        public var name: String
        /// By component, by frequency.
        public var low: [[Double]]
        public var high: [[Double]]
        public var traces: Int
    }
}

extension Subject {
    /// Searches from every start.
    ///
    /// - `traces`: what the spectra of the data, and the scale of a window, are taken from.
    public func optimum(
        _ question: Question, from starts: [OptimumFinding.Start], traces: [Int], wishes: OptimumFinding.Wishes
    ) throws -> OptimumFinding {
        var seen: [Seen] = []
        try look(traces) { seen.append($0) }
        guard let sample = seen.first else {
            throw RunError(
                .badData, "none of these traces can be used", help: "strata data audit says what is wrong with them")
        }
        guard sample.shapes.count == 1, sample.shapes[0].count == 2 else {
            throw RunError(
                .refused, "\(name) takes \(sample.shapes.map { "\($0)" }.joined(separator: " and "))",
                help: "an optimum is sought for one input with channels and time")
        }
        var wishes = wishes
        if wishes.band == nil { wishes.band = ownBand }
        let explainer = try explainer(.standard, symbols: sample.symbols, also: nodes(for: question))
        try explainer.look(at: sample.inputs)
        let target = try settle(try placed(question, sample), explainer, sample)
        let climb = try Climb(self, explainer.explained, target, like: seen, wishes: wishes)
        do {
            let searches = try starts.map { start in
                try climb.search(start, named: name(start), from: window(start, like: sample, climb))
            }
            return OptimumFinding(
                target: target, wishes: wishes, searches: searches,
                agreement: Self.agreement(searches.filter { !$0.hasNoSlope }.map(\.to), rows: sample.shapes[0][0]),
                components: sample.components, shape: sample.shapes[0], rate: rate, bands: climb.bands,
                notes: climb.notes + warnings, run: note)
        } catch let error as MachineError {
            throw RunError(
                .notFinite, error.description, help: "strata data audit finds traces with numbers that are not finite")
        }
    }

    /// Where an optimum is asked for: a picker in the middle of the window, what is said of frames over all of them.
    private func placed(_ question: Question, _ seen: Seen) throws -> Question {
        var placed = question
        if question.place == nil || question.place == .pick {
            let length = Double(seen.shapes[0][1]) / rate
            switch try meaning(of: question.output) {
            case .detection, .onsets: placed.place = .seconds(length / 2)
            case .classes, .tags, .frames, .amounts: placed.place = .mean
            case nil: placed.place = question.unit == nil ? .seconds(length / 2) : .mean
            }
        }
        return placed
    }

    private func name(_ start: OptimumFinding.Start) -> String {
        switch start {
        case .zeros: "zeros"
        case .noise(let draw): "noise \(draw + 1)"
        case .trace(let trace): dataset.name(trace)
        }
    }

    private func window(_ start: OptimumFinding.Start, like seen: Seen, _ climb: Climb) throws -> [Float] {
        switch start {
        case .zeros: return seen.inputs[0].map { _ in 0 }
        case .noise(let draw):
            let random = CounterRandom(seed: 71 &+ UInt64(draw), stream: "optimum")
            return try climb.seen(seen.inputs[0].indices.map { Float(random.normal($0)) * climb.loudness / 10 })
        case .trace(let trace):
            let own = try look(trace)
            guard own.shapes == seen.shapes else {
                throw RunError(
                    .badData, "\(own.name) is \(own.shapes), the others are \(seen.shapes)",
                    help: "--from names a trace as long as the others")
            }
            return own.inputs[0]
        }
    }

    /// What the run's own filters let through.
    private var ownBand: ClosedRange<Double>? {
        var (low, high) = (0.0, rate / 2)
        for call in session.recipe.preparations {
            if call.name == Bandpass.signature.name || call.name == Highpass.signature.name,
                let corner = (call.arguments["low"] ?? call.arguments["corner"])?.hertz
            {
                low = max(low, corner)
            }
            if call.name == Bandpass.signature.name || call.name == Lowpass.signature.name,
                let corner = (call.arguments["high"] ?? call.arguments["corner"])?.hertz
            {
                high = min(high, corner)
            }
        }
        return low < high && (low > 0 || high < rate / 2) ? low...high : nil
    }

    /// The mean over pairs of the largest correlation at any shift, all components together.
    static func agreement(_ ends: [[Float]], rows: Int) -> Double? {
        guard ends.count > 1, let count = ends.first?.count, count > 0 else { return nil }
        let width = count / max(1, rows)
        let transform = Fourier(atLeast: 2 * width)
        let spectra = ends.map { end in (0..<rows).map { transform.spectrum(end[$0 * width..<($0 + 1) * width]) } }
        let sizes = ends.map { $0.reduce(0.0) { $0 + Double($1) * Double($1) } }
        var values: [Double] = []
        for a in ends.indices {
            for b in ends.indices where b > a {
                guard sizes[a] > 0, sizes[b] > 0 else { continue }
                var re = [Double](repeating: 0, count: transform.length), im = re
                for (x, y) in zip(spectra[a], spectra[b]) {
                    for k in re.indices {
                        re[k] += x.re[k] * y.re[k] + x.im[k] * y.im[k]
                        im[k] += x.im[k] * y.re[k] - x.re[k] * y.im[k]
                    }
                }
                transform.inverse(&re, &im)
                values.append((re.max() ?? 0) / (sizes[a] * sizes[b]).squareRoot())
            }
        }
        return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }
}

extension Value {
    fileprivate var hertz: Double? {
        switch self {
        case .int(let number): Double(number)
        case .float(let number): number
        case .quantity(let number, .hertz): number
        default: nil
        }
    }
}

extension Fourier {
    /// Of a real row, filled up with zeros.
    func spectrum(_ row: some Collection<Float>) -> (re: [Double], im: [Double]) {
        var re = [Double](repeating: 0, count: length), im = re
        for (place, value) in row.enumerated() where place < length { re[place] = Double(value) }
        forward(&re, &im)
        return (re, im)
    }
}
