/// The rule `trigger`: a stretch begins where the curve reaches the threshold and lasts until it falls below half of
/// it; the pick stands at its first largest sample. This is ObsPy's `trigger_onset(curve, threshold, threshold / 2)` as
/// SeisBench uses it, compared in single precision as there.
public struct TriggerScan: CurveScan {
    private let on: Float
    private let off: Float
    private var index = 0
    private var stretch: (begin: Int, top: Int, value: Float, plateau: Int)?

    public init(threshold: Double) {
        on = Float(threshold)
        off = Float(threshold / 2)
    }

    public mutating func take(_ value: Float) -> CurvePick? {
        defer { index += 1 }
        guard var known = stretch else {
            if value >= on { stretch = (index, index, value, 1) }
            return nil
        }
        guard value >= off else {
            stretch = nil
            return pick(known, end: index - 1)
        }
        if value > known.value {
            known = (known.begin, index, value, 1)
        } else if value == known.value, known.top + known.plateau == index {
            known.plateau += 1
        }
        stretch = known
        return nil
    }

    /// A stretch that reaches the end ends there.
    public mutating func finish() -> CurvePick? {
        defer { stretch = nil }
        return stretch.map { pick($0, end: index - 1) }
    }

    public var begun: Int? { stretch?.begin }

    private func pick(_ known: (begin: Int, top: Int, value: Float, plateau: Int), end: Int) -> CurvePick {
        CurvePick(
            sample: Double(known.top), probability: Double(known.value), begin: known.begin, end: end,
            plateau: known.plateau)
    }
}
