/// What one run made of every test trace: enough to compute each metric again under any weighting of the events.
///
/// The traces stand in the order of the test set, the same for every run that is compared.
public struct Outcomes: Sendable {
    /// One trace of the test set: who it is, and what it can be sorted by.
    public struct Trace: Hashable, Sendable {
        public var id: String
        /// The earthquake it recorded. Traces of one event are not independent; a noise trace is an event of its own.
        public var event: String
        public var isNoise: Bool
        /// What results are broken down by, in the order of `Outcomes.strata`; NaN where nobody knows.
        public var strata: [Double]

        public init(id: String, event: String, isNoise: Bool, strata: [Double]) {
            self.id = id
            self.event = event
            self.isNoise = isNoise
            self.strata = strata
        }
    }

    /// A quantity that traces are sorted by, as `snr` in dB or `distance` in km.
    public struct Stratum: Hashable, Sendable {
        public var name: String
        public var title: String
        public var unit: String
        public init(name: String, title: String, unit: String) {
            self.name = name
            self.title = title
            self.unit = unit
        }
    }

    public var strata: [Stratum]
    public var traces: [Trace]
    public var measures: [Measure]

    public init(strata: [Stratum], traces: [Trace], measures: [Measure]) {
        self.strata = strata
        self.traces = traces
        self.measures = measures
    }

    public func measure(_ name: String) -> Measure? { measures.first { $0.name == name } }
}

/// One metric of one run, as a sum over traces of a few terms: F1 is a function of the sums of true positives, false
/// positives and false negatives, a mean error of the sum of errors and their count.
///
/// Every number that Strata compares has this form. It makes a resample of the events a weighted sum.
public struct Measure: Sendable {
    public enum Direction: String, Sendable { case higher, lower }

    /// The word in files and options: `p_f1`.
    public var name: String
    /// What people read: `P F1`.
    public var title: String
    /// The definition, whole: what counts as what, with tolerances and thresholds and where these came from. Two runs
    /// are comparable in this metric only if the texts are equal.
    public var definition: String
    /// `s` for seconds; empty for plain numbers.
    public var unit: String
    /// Which direction is better.
    public var better: Direction
    /// Differences up to this size do not matter in practice, unless the person says otherwise.
    public var margin: Double
    /// How many terms each trace contributes.
    public var width: Int
    /// `width` numbers a trace, trace after trace.
    public var terms: [Double]
    /// The metric from the sums of the terms; NaN where it is not defined (no picks: no mean error).
    public var value: @Sendable ([Double]) -> Double

    public init(
        name: String, title: String, definition: String, unit: String = "", better: Direction, margin: Double,
        width: Int, terms: [Double], value: @escaping @Sendable ([Double]) -> Double
    ) {
        self.name = name
        self.title = title
        self.definition = definition
        self.unit = unit
        self.better = better
        self.margin = margin
        self.width = width
        self.terms = terms
        self.value = value
    }

    /// The metric over all traces, each counted once.
    public var whole: Double { value(sums { _ in true }) }

    /// The sums of the terms over the traces that a condition picks.
    public func sums(where isPicked: (Int) -> Bool) -> [Double] {
        var sums = [Double](repeating: 0, count: width)
        for trace in 0..<terms.count / max(width, 1) where isPicked(trace) {
            for term in 0..<width { sums[term] += terms[trace * width + term] }
        }
        return sums
    }
}
