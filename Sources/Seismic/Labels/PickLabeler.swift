import Foundation
import GraphIR

/// `pick`: a bump at every arrival of a phase.
public struct PickLabeler: Labeler {
    static let phase = Setting<PhaseRows>(
        "phase", "The phase, or one for every channel of the output; `noise` is what the others leave.")

    public static let signature = Signature(
        .labeler, "pick",
        """
        A bump with its peak of 1 at every arrival of a phase, else 0.
        `P` stands for its family (P, Pg, Pn, PmP, pP), `S` likewise. With a list, as for an output that ends in \
        softmax, each channel has its phase and `noise` is 1 minus the others. Arrivals are cut to whole samples \
        towards zero and bumps are cut at the window's ends. With width 10 samples: gaussian is \
        exp(-(t - t0)^2 / (2 * 10^2)) on [t0 - 20, t0 + 20); triangle falls from 1 to 0 at t0 - 20 and t0 + 20; \
        box is 1 on [t0 - 20, t0 + 20). These are EQTransformer's labels.
        """,
        [phase, Bump.shape, Bump.width, Bump.reach],
        example: "learn p from pick(P, shape: gaussian, width: 10 samples) loss binary_cross_entropy")

    private let grid: LabelGrid
    private let bump: Bump
    private let rows: [Phase?]
    public var label: Shape { grid.shape }
    public var meaning: Meaning { .onsets(rows.map { $0?.rawValue }) }

    public init(_ arguments: Arguments, window: TensorType, output: TensorType) throws(Complaint) {
        rows = arguments[Self.phase].rows
        guard Set(rows).count == rows.count, !rows.isEmpty else {
            throw Complaint(.argument("phase"), "each channel needs a phase of its own")
        }
        bump = Bump(arguments)
        grid = try LabelGrid(window: window, output: output, channels: rows.count, of: "pick")
    }

    public func label(for window: Window) -> Label {
        let count = grid.count(for: window.length)
        let step = grid.step(for: window.length)
        var values = [Float](repeating: 0, count: rows.count * count)
        for (row, phase) in rows.enumerated() {
            guard let phase else { continue }
            bump.add(phase, of: window, to: &values, row: row, count: count, step: step)
        }
        if let rest = rows.firstIndex(of: nil) {
            for index in 0..<count {
                let sum = rows.indices.reduce(Float(0)) { $0 + values[$1 * count + index] }
                // Where bumps overlap they share the probability, so that the channels always sum to 1.
                if sum > 1 { for row in rows.indices { values[row * count + index] /= sum } }
                values[rest * count + index] = max(0, 1 - sum)
            }
        }
        return Label(values)
    }

    @section("strata_plugins") @used private static let entry: PluginEntry = {
        Registry.enter(PickLabeler.self, $0)
    }
}

/// `noise`: what the picks leave, for an output of its own.
public struct NoiseLabeler: Labeler {
    public static let signature = Signature(
        .labeler, "noise",
        """
        1 minus the highest of all picks' bumps: how surely nothing arrives.
        The bumps are those of `pick` with the same shape and width.
        """,
        [Bump.shape, Bump.width, Bump.reach],
        example: "learn rest from noise(shape: gaussian, width: 10 samples) loss binary_cross_entropy")

    private let grid: LabelGrid
    private let bump: Bump
    public var label: Shape { grid.shape }
    public var meaning: Meaning { .onsets([nil]) }

    public init(_ arguments: Arguments, window: TensorType, output: TensorType) throws(Complaint) {
        bump = Bump(arguments)
        grid = try LabelGrid(window: window, output: output, channels: 1, of: "noise")
    }

    public func label(for window: Window) -> Label {
        let count = grid.count(for: window.length)
        let step = grid.step(for: window.length)
        var values = [Float](repeating: 0, count: count)
        for phase in [Phase.P, .S] { bump.add(phase, of: window, to: &values, row: 0, count: count, step: step) }
        return Label(values.map { 1 - $0 })
    }

    @section("strata_plugins") @used private static let entry: PluginEntry = {
        Registry.enter(NoiseLabeler.self, $0)
    }
}

/// The form that a label gives to an arrival.
struct Bump: Hashable, Sendable {
    enum Form: String, Word { case gaussian, triangle, box }

    static let shape = Setting<Form>("shape", "The form of the bump.", standard: .gaussian)
    static let width = Setting<Samples>(
        "width", "The Gaussian's deviation; half of half the foot of a triangle or box.", standard: 10, in: 1...100_000)
    static let reach = Setting<Double>(
        "reach", "How many widths the bump extends to each side.", standard: 2, in: 0.5...10)

    var form: Form
    /// In samples of the waveform.
    var width: Double
    var reach: Double

    init(_ arguments: Arguments) {
        form = arguments[Self.shape]
        width = Double(max(1, arguments[Self.width].count))
        reach = arguments[Self.reach]
    }

    /// Raises a row to a bump at each arrival of a phase.
    func add(_ phase: Phase, of window: Window, to values: inout [Float], row: Int, count: Int, step: Double) {
        let foot = max(1, Int((reach * width / step).rounded()))
        for pick in window.picks where pick.phase.belongs(to: phase) {
            let peak = Int(clampingTruncated: pick.sample / step)
            for index in (peak - foot..<peak + foot + 1).clamped(to: 0..<count) {
                let value = value(at: index - peak, foot: foot, width: width / step)
                values[row * count + index] = max(values[row * count + index], value)
            }
        }
    }

    private func value(at offset: Int, foot: Int, width: Double) -> Float {
        switch form {
        case .gaussian where offset < foot: Float(exp(-Double(offset * offset) / (2 * width * width)))
        case .triangle: Float(1 - Double(abs(offset)) / Double(max(1, foot)))
        case .box where offset < foot: 1
        case .gaussian, .box: 0
        }
    }
}

/// A phase, or a list with one for every channel; `noise` is `nil`.
struct PhaseRows: SettingValue {
    var rows: [Phase?]

    private static let word = ValueType.word(Phase.allCases.map(\.rawValue) + ["noise"])
    static var valueType: ValueType { .either([word, .list(word)]) }
    static var fallback: PhaseRows { PhaseRows(rows: [.P]) }

    init(rows: [Phase?]) { self.rows = rows }
    init?(_ value: Value) {
        let entries: [Value] = if case .list(let list) = value { list } else { [value] }
        var rows: [Phase?] = []
        for entry in entries {
            if entry == .word("noise") { rows.append(nil) } else if let phase = Phase(entry) { rows.append(phase) }
        }
        guard rows.count == entries.count else { return nil }
        self.rows = rows
    }
    var value: Value {
        let words = rows.map { Value.word($0?.rawValue ?? "noise") }
        return words.count == 1 ? words[0] : .list(words)
    }
}
