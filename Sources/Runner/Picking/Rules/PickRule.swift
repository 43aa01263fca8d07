import GraphIR

/// The rules by which picks are read off probability curves. Each has one name, in judging, in comparisons and in
/// picking alike.
public enum PickRule: String, Word, Sendable {
    /// Each phase's curve by itself: every peak at or above the threshold, the middle of a plateau.
    case peaks
    /// The EQTransformer study's: picks belong to detections, and of a trace only the first event is told.
    case eqt
    /// SeisBench's: a pick a stretch that reaches the threshold and ends below half of it, at its first largest sample,
    /// as ObsPy's `trigger_onset(threshold, threshold / 2)` cuts them.
    case trigger

    /// The rule in one sentence, as tables and `test.json` have it.
    public var statement: String {
        switch self {
        case .peaks:
            "every peak of each phase's curve at or above its threshold, at the middle of a plateau; of peaks within "
                + "0.5 s the likeliest"
        case .eqt: "EQTransformer's picker: P and S within a detection, of a trace the first event only"
        case .trigger: "SeisBench's: stretches from the threshold to below half of it, at their first largest sample"
        }
    }

    /// The picks of one phase's curve, in time; `nil` for a rule that needs more than this curve.
    public func picks(_ curve: ProbabilityCurve, threshold: Double) -> [CurvePick]? {
        switch self {
        case .peaks: curve.read(PeakScan(threshold: threshold))
        case .trigger: curve.read(TriggerScan(threshold: threshold))
        case .eqt: nil
        }
    }
}

/// A probability along time, one number a sample, and, of several passes, how far they lie apart.
public struct ProbabilityCurve: Sendable {
    public var values: [Float]
    public var spread: [Float]?
    public init(_ values: [Float], spread: [Float]? = nil) {
        self.values = values
        self.spread = spread
    }

    /// Everything that a scan finds from the first sample to the last.
    func read(_ scan: some CurveScan) -> [CurvePick] {
        var scan = scan
        var picks: [CurvePick] = []
        for value in values { if let pick = scan.take(value) { picks.append(pick) } }
        if let pick = scan.finish() { picks.append(pick) }
        guard let spread, spread.count == values.count else { return picks }
        return picks.map { pick in
            var pick = pick
            pick.uncertainty = Double(spread[Int(pick.sample)])
            return pick
        }
    }
}

/// One onset on a curve.
public struct CurvePick: Sendable, Equatable {
    /// Where, in samples of the curve; the middle of a plateau may lie between two.
    public var sample: Double
    /// What the curve says there.
    public var probability: Double
    /// How much several passes differ there.
    public var uncertainty: Double?
    /// The first and the last sample of what makes the pick: the plateau of a peak, the stretch of a trigger.
    public var begin: Int
    public var end: Int
    /// How many samples in a row hold the highest value. More than a few are no peak but a flat top: a saturated
    /// output, or one that nothing moves.
    public var plateau: Int

    public init(
        sample: Double, probability: Double, uncertainty: Double? = nil, begin: Int, end: Int, plateau: Int = 1
    ) {
        self.sample = sample
        self.probability = probability
        self.uncertainty = uncertainty
        self.begin = begin
        self.end = end
        self.plateau = plateau
    }

    /// From so many samples of one value on, a top is called flat.
    public static let flatTop = 3
    public var isFlat: Bool { plateau >= Self.flatTop }
}

extension [CurvePick] {
    /// Of picks that are closer together than a distance in samples only the likelier: doubles of one onset. Those that
    /// stay are in time; the first of equals stays.
    public func separated(by distance: Double) -> [CurvePick] {
        var kept: [CurvePick] = []
        for pick in sorted(by: { ($1.probability, $0.sample) < ($0.probability, $1.sample) })
        where !kept.contains(where: { abs($0.sample - pick.sample) < distance }) {
            kept.append(pick)
        }
        return kept.sorted { $0.sample < $1.sample }
    }
}

/// Reads picks off a curve that comes sample by sample, so that it may be as long as a year.
public protocol CurveScan: Sendable {
    /// The next sample; a pick, when it is settled.
    mutating func take(_ value: Float) -> CurvePick?
    /// The same of many samples, one after the other. There is a default; it is asked for here so that each rule has a
    /// loop of its own.
    mutating func take(all values: ArraySlice<Float>) -> [CurvePick]
    /// The end of the curve.
    mutating func finish() -> CurvePick?
    /// The first sample of what may become a pick, where something has begun.
    var begun: Int? { get }
}

extension CurveScan {
    public mutating func take(all values: ArraySlice<Float>) -> [CurvePick] {
        var picks: [CurvePick] = []
        for value in values { if let pick = take(value) { picks.append(pick) } }
        return picks
    }
}
