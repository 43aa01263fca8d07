import GraphIR

/// What a metric of picks looks at, for one phase and one rule of reading picks: where the arrivals of each trace are
/// and where the picks, in seconds from the trace's start.
public struct PickTable: Sendable {
    /// All arrivals of the phase in each trace.
    public var arrivals: [[Double]]
    public var picks: [[Double]]
    /// One a pick.
    public var probabilities: [[Double]]
    /// How many samples in a row each pick's value holds; empty where the rule does not know.
    public var plateaus: [[Double]]
    /// Where the curve is highest, picked or not; `nan` where nobody knows.
    public var best: [Double]

    public init(arrivals: [[Double]], picks: [[Double]]) {
        self.arrivals = arrivals
        self.picks = picks
        probabilities = picks.map { $0.map { _ in .nan } }
        plateaus = picks.map { _ in [] }
        best = picks.map { _ in .nan }
    }

    /// `nil` where the network does not pick this phase, or nothing was read by this rule.
    public init?(_ predictions: Predictions, phase: String, rule: PickRule = .peaks) {
        guard let best = predictions.numbers(phase + PickColumn.best), let rates = predictions.numbers("rate_hz"),
            let picks = PickTable.lists(predictions, phase + PickColumn.picks(rule)),
            let arrivals = PickTable.lists(predictions, phase + PickColumn.arrivals)
                ?? PickTable.lists(predictions, phase.lowercased() + "_arrival_sample")
        else { return nil }
        func seconds(_ samples: [[Double]]) -> [[Double]] {
            zip(samples, rates).map { list, rate in list.map { $0 / rate } }
        }
        self.arrivals = seconds(arrivals)
        self.picks = seconds(picks)
        self.best = zip(best, rates).map { $0 / $1 }
        probabilities =
            PickTable.lists(predictions, phase + PickColumn.probability(rule)) ?? picks.map { $0.map { _ in .nan } }
        plateaus = (rule == .peaks ? predictions.lists(phase + PickColumn.plateau) : nil) ?? picks.map { _ in [] }
    }

    /// What `peaks` would have picked with another threshold, at least the lowest that was written down.
    public init?(_ predictions: Predictions, phase: String, threshold: Double) {
        guard var table = PickTable(predictions, phase: phase), let rates = predictions.numbers("rate_hz"),
            let below = predictions.lists(phase + PickColumn.below),
            let probabilities = predictions.lists(phase + PickColumn.belowProbability)
        else { return nil }
        for trace in table.picks.indices {
            let all =
                Array(zip(table.picks[trace], table.probabilities[trace]))
                + Array(zip(below[trace].map { $0 / rates[trace] }, probabilities[trace]))
            let kept = all.filter { $0.1 >= threshold }
            table.picks[trace] = kept.map(\.0)
            table.probabilities[trace] = kept.map(\.1)
            table.plateaus[trace] = []
        }
        self = table
    }

    /// A column of lists, or one of numbers as lists of one or none.
    private static func lists(_ predictions: Predictions, _ name: String) -> [[Double]]? {
        predictions.lists(name) ?? predictions.numbers(name)?.map { $0.isNaN ? [] : [$0] }
    }

    /// Which arrivals residuals are taken of.
    public enum Kept: String, Word {
        /// Those with a pick within 0.5 s.
        case matched
        /// Those with a pick, however far off.
        case found
        /// Every arrival: where there is no pick, the place where the curve is highest.
        case all
    }

    /// How far a pick is from its arrival: pick minus arrival in seconds.
    public struct Residual: Sendable {
        /// Which of the trace's arrivals.
        public var arrival: Int
        public var value: Double
    }

    /// Each arrival has at most one pick and each pick one arrival, within a tolerance in seconds; one entry a trace.
    public func matches(within tolerance: Double) -> [PickMatch] {
        zip(arrivals, picks).map { PickMatch(arrivals: $0, picks: $1, within: tolerance) }
    }

    /// The residuals of each trace.
    public func residuals(_ kept: Kept) -> [[Residual]] {
        let matches = matches(within: kept == .matched ? PickSettings.tolerance : .infinity)
        return matches.indices.map { trace in
            let arrivals = arrivals[trace]
            var residuals = matches[trace].pairs.map { pair in
                Residual(arrival: pair.arrival, value: picks[trace][pair.pick] - arrivals[pair.arrival])
            }
            if kept == .all {
                let known = Set(residuals.map(\.arrival))
                residuals += arrivals.indices.filter { !known.contains($0) && best[trace].isFinite }.map {
                    Residual(arrival: $0, value: best[trace] - arrivals[$0])
                }
            }
            return residuals
        }
    }

    /// Hits, false picks and missed arrivals of each trace, for picks that count within a tolerance.
    public func counts(within tolerance: Double) -> (hits: [Double], falsePicks: [Double], missed: [Double]) {
        let hits = matches(within: tolerance).map { Double($0.pairs.count) }
        return (
            hits, zip(picks, hits).map { Double($0.count) - $1 }, zip(arrivals, hits).map { Double($0.count) - $1 }
        )
    }

    /// Every pick with its probability and whether it is a hit, trace by trace.
    public func answers(within tolerance: Double) -> [[(probability: Double, isHit: Bool)]] {
        zip(matches(within: tolerance), probabilities).map { match, probabilities in
            let hits = Set(match.pairs.map(\.pick))
            return probabilities.indices.map { (probabilities[$0], hits.contains($0)) }
        }
    }
}

/// The settings of pick metrics.
public enum PickSettings {
    public static let phase = Setting<String>("phase", "The phase, as its output is called.", standard: "P")
    public static let within = Setting<Seconds>(
        "within", "How far from the arrival a pick may be to count.", standard: Seconds(tolerance), in: 0...1000)
    public static let kept = Setting<PickTable.Kept>(
        "picks",
        "matched: arrivals with a pick within 0.5 s; found: with a pick, however far off; all: every arrival, with the "
            + "curve's highest place where nothing was picked.", standard: .matched)
    public static let rule = Setting<PickRule>(
        "rule",
        "How picks are read off curves. peaks: every peak of each curve; eqt: EQTransformer's picker, the first event "
            + "of a trace; trigger: SeisBench's.", standard: .peaks)
    /// The tolerances that evaluation reports.
    public static let tolerances = [0.1, 0.5]
    /// The one that headlines and residuals go by.
    public static let tolerance = 0.5
    /// Peaks that are closer than this, in seconds, are one pick: the tolerance could not tell them apart.
    public static let separation = 0.5

    /// What a rule adds to a metric's name: nothing for `peaks`.
    public static func ending(_ rule: PickRule) -> String { rule == .peaks ? "" : "_" + rule.rawValue }
    /// The chapter of tables that shows metrics of a rule.
    public static func group(_ rule: PickRule) -> MetricGroup {
        switch rule {
        case .peaks: .picks
        case .eqt: .eqtStudy
        case .trigger: .trigger
        }
    }
}
