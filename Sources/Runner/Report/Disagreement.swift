/// A recording that one network reads rightly and another wrongly, with everything needed to see why.
public struct Disagreement: Sendable {
    public var trace: String
    /// What a person should know first: signal-to-noise, distance, magnitude, as the catalogue has them.
    public var facts: [String]
    public var rate: Double
    /// The waveform, one entry a channel.
    public var channels: [(name: String, samples: [Float])]
    /// True arrivals in samples, by phase.
    public var arrivals: [(phase: String, sample: Double)]
    /// By contender.
    public var readings: [Reading]

    /// What one network said of it.
    public struct Reading: Sendable {
        public var contender: Int
        /// How many of its seeds read the trace rightly, of how many.
        public var right: Int
        public var seeds: Int
        /// The first seed's curves, with thresholds and picks.
        public var curves: [TraceCurves.Curve]
        /// Picks in samples of the window, by phase, with their probabilities.
        public var picks: [(phase: String, sample: Double, probability: Double)] {
            curves.flatMap { curve in curve.picks.map { (curve.name, $0.sample, $0.probability) } }
        }

        public init(contender: Int, right: Int, seeds: Int, curves: [TraceCurves.Curve]) {
            self.contender = contender
            self.right = right
            self.seeds = seeds
            self.curves = curves
        }
    }

    public init(
        trace: String, facts: [String], rate: Double, channels: [(name: String, samples: [Float])],
        arrivals: [(phase: String, sample: Double)], readings: [Reading]
    ) {
        self.trace = trace
        self.facts = facts
        self.rate = rate
        self.channels = channels
        self.arrivals = arrivals
        self.readings = readings
    }
}
