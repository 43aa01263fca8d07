/// From probability curves to an event with its P and S, by the rules of EQTransformer's picker.
///
/// The rules' lengths are EQTransformer's samples at 100 Hz, held as seconds so that they mean the same at other rates.
public struct Picker: Sendable {
    /// From which probability on each output counts.
    public struct Thresholds: Sendable, Equatable {
        public var detection: Double
        public var phases: [Phase]
        public struct Phase: Sendable, Equatable {
            public var name: String
            public var threshold: Double
            public init(_ name: String, _ threshold: Double) {
                self.name = name
                self.threshold = threshold
            }
        }
        public init(detection: Double, phases: [Phase]) {
            self.detection = detection
            self.phases = phases
        }
        /// Those of EQTransformer's tester: 0.2 for detections, 0.1 for onsets.
        public static func eqt(phases: [String]) -> Thresholds {
            Thresholds(detection: 0.2, phases: phases.map { Phase($0, 0.1) })
        }
        public func phase(_ name: String) -> Double { phases.first { $0.name == name }?.threshold ?? 0.1 }
    }

    /// A curve and, of several passes, how far they lie apart.
    public struct Curve: Sendable {
        public var values: [Float]
        public var spread: [Float]?
        public init(_ values: [Float], spread: [Float]? = nil) {
            self.values = values
            self.spread = spread
        }
    }

    /// One onset: where, how likely, and how much the passes differ there.
    public struct Pick: Sendable, Equatable {
        public var sample: Int
        public var probability: Double
        public var uncertainty: Double?
    }

    /// A detection with what was picked in it.
    public struct Event: Sendable, Equatable {
        /// `nil` where the network has no detection output.
        public var detection: Range<Int>?
        public var probability: Double?
        public var uncertainty: Double?
        public var p: Pick?
        public var s: Pick?
    }

    public var thresholds: Thresholds
    /// Samples a second.
    public var rate: Double
    static let shortestDetection = 0.1
    static let leadBeforeDetection = 1.0
    static let gapBeforeS = 0.1

    public init(_ thresholds: Thresholds, rate: Double) {
        self.thresholds = thresholds
        self.rate = rate
    }

    private func samples(_ seconds: Double) -> Int { Int((seconds * rate).rounded()) }

    /// The events of a window, in time. A curve that the network does not have is `nil`.
    public func events(detection: Curve?, p: Curve?, s: Curve?) -> [Event] {
        let ps = p.map { Picker.peaks($0, threshold: thresholds.phase("P")) } ?? []
        let ss = s.map { Picker.peaks($0, threshold: thresholds.phase("S")) } ?? []
        guard let detection else {
            let event = Event(p: Picker.highest(ps), s: Picker.highest(ss))
            return event.p == nil && event.s == nil ? [] : [event]
        }
        var events: [Event] = []
        for run in Picker.runs(detection.values, threshold: thresholds.detection) {
            guard let event = event(in: run, detection: detection, ps: ps, ss: ss) else { continue }
            if event.p == nil, event.s == nil, p != nil || s != nil { continue }
            events.append(event)
        }
        return events
    }

    func isLongEnough(_ run: ClosedRange<Int>) -> Bool {
        run.upperBound - run.lowerBound >= samples(Self.shortestDetection)
    }

    /// A run from its first to its last sample becomes an event: the first S inside, and of the P before it the
    /// likeliest.
    private func event(in run: ClosedRange<Int>, detection: Curve, ps: [Pick], ss: [Pick]) -> Event? {
        let (start, end) = (run.lowerBound, run.upperBound)
        guard isLongEnough(run) else { return nil }
        let s = ss.first { $0.sample > start && $0.sample < end }
        let latest = s.map { $0.sample - samples(Self.gapBeforeS) } ?? end
        let earliest = start - samples(Self.leadBeforeDetection)
        let p = Picker.highest(ps.filter { $0.sample > earliest && $0.sample < latest })
        return Event(
            detection: start..<end, probability: Picker.mean(detection.values[start..<end]),
            uncertainty: detection.spread.map { Picker.mean($0[start..<end]) }, p: p, s: s)
    }

    /// The stretches where a curve is at or above a threshold, first and last sample included.
    static func runs(_ curve: [Float], threshold: Double) -> [ClosedRange<Int>] {
        var runs: [ClosedRange<Int>] = []
        var start: Int?
        for (index, value) in curve.enumerated() {
            if Double(value) >= threshold {
                start = start ?? index
            } else if let first = start {
                runs.append(first...(index - 1))
                start = nil
            }
        }
        if let first = start { runs.append(first...(curve.count - 1)) }
        return runs
    }

    /// The local maxima at or above a threshold; of a plateau its first sample; never the window's first or last.
    static func peaks(_ curve: Curve, threshold: Double) -> [Pick] {
        let values = curve.values
        guard values.count >= 3 else { return [] }
        var picks: [Pick] = []
        for index in 1..<(values.count - 1)
        where values[index] > values[index - 1] && values[index + 1] <= values[index]
            && Double(values[index]) >= threshold
        {
            picks.append(
                Pick(
                    sample: index, probability: rounded(Double(values[index])),
                    uncertainty: curve.spread.map { rounded(Double($0[index])) }))
        }
        return picks
    }

    /// The first of the likeliest.
    static func highest(_ picks: [Pick]) -> Pick? {
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
