/// The rule `eqt`: from probability curves to events with their P and S, as EQTransformer's picker does (Mousavi and
/// others 2020).
///
/// The rules' lengths are EQTransformer's samples at 100 Hz, held as seconds so that they mean the same at other rates.
public struct EQTRule: Sendable {
    /// A detection with what was picked in it.
    public struct Event: Sendable, Equatable {
        /// `nil` where the network has no detection output.
        public var detection: Range<Int>?
        public var probability: Double?
        public var uncertainty: Double?
        public var p: CurvePick?
        public var s: CurvePick?
    }

    public var thresholds: PickThresholds
    /// Samples a second.
    public var rate: Double
    static let leadBeforeDetection = 1.0
    static let gapBeforeS = 0.1

    public init(_ thresholds: PickThresholds, rate: Double) {
        self.thresholds = thresholds
        self.rate = rate
    }

    private func samples(_ seconds: Double) -> Double { (seconds * rate).rounded() }

    /// The events of a window, in time. A curve that the network does not have is `nil`.
    public func events(detection: ProbabilityCurve?, p: ProbabilityCurve?, s: ProbabilityCurve?) -> [Event] {
        let ps = p.map { EQTRule.peaks($0, threshold: thresholds.phase("P")) } ?? []
        let ss = s.map { EQTRule.peaks($0, threshold: thresholds.phase("S")) } ?? []
        guard let detection else {
            let event = Event(p: EQTRule.highest(ps), s: EQTRule.highest(ss))
            return event.p == nil && event.s == nil ? [] : [event]
        }
        var events: [Event] = []
        for run in DetectionRuns.runs(detection.values, threshold: thresholds.detection)
        where DetectionRuns.isLongEnough(run, rate: rate) {
            let event = event(in: run, detection: detection, ps: ps, ss: ss)
            if event.p == nil, event.s == nil, p != nil || s != nil { continue }
            events.append(event)
        }
        return events
    }

    /// A run from its first to its last sample becomes an event: the first S inside, and of the P before it the
    /// likeliest.
    private func event(
        in run: ClosedRange<Int>, detection: ProbabilityCurve, ps: [CurvePick], ss: [CurvePick]
    ) -> Event {
        let (start, end) = (Double(run.lowerBound), Double(run.upperBound))
        let s = ss.first { $0.sample > start && $0.sample < end }
        let latest = s.map { $0.sample - samples(Self.gapBeforeS) } ?? end
        let earliest = start - samples(Self.leadBeforeDetection)
        let p = EQTRule.highest(ps.filter { $0.sample > earliest && $0.sample < latest })
        let inside = run.lowerBound..<run.upperBound
        return Event(
            detection: inside, probability: EQTRule.mean(detection.values[inside]),
            uncertainty: detection.spread.map { EQTRule.mean($0[inside]) }, p: p, s: s)
    }

    /// The local maxima at or above a threshold; of a plateau its first sample, also where the curve rises again behind
    /// it; never the window's first or last.
    static func peaks(_ curve: ProbabilityCurve, threshold: Double) -> [CurvePick] {
        let values = curve.values
        guard values.count >= 3 else { return [] }
        var picks: [CurvePick] = []
        for index in 1..<(values.count - 1)
        where values[index] > values[index - 1] && values[index + 1] <= values[index]
            && Double(values[index]) >= threshold
        {
            picks.append(
                CurvePick(
                    sample: Double(index), probability: rounded(Double(values[index])),
                    uncertainty: curve.spread.map { rounded(Double($0[index])) }, begin: index, end: index))
        }
        return picks
    }

    /// The first of the likeliest.
    static func highest(_ picks: [CurvePick]) -> CurvePick? {
        picks.max { $0.probability < $1.probability }.flatMap { best in
            picks.first { $0.probability == best.probability }
        }
    }

    private static func mean(_ values: ArraySlice<Float>) -> Double {
        rounded(values.reduce(0.0) { $0 + Double($1) } / Double(max(1, values.count)))
    }

    /// To three decimals, as EQTransformer writes probabilities.
    static func rounded(_ value: Double) -> Double { (value * 1000).rounded(.toNearestOrEven) / 1000 }
}
