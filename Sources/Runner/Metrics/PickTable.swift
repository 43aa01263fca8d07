import GraphIR

/// What a metric of picks looks at, for one phase: where the truth is, where the pick is, in seconds.
struct PickTable {
    /// In seconds from the trace's start; `nan` where the trace has no such arrival.
    var truths: [Double]
    /// `nan` where nothing was picked.
    var picks: [Double]
    /// Where the curve is highest, picked or not.
    var best: [Double]
    var probabilities: [Double]

    init(truths: [Double], picks: [Double]) {
        (self.truths, self.picks, best) = (truths, picks, picks)
        probabilities = picks.map { _ in .nan }
    }

    init?(_ predictions: Predictions, phase: String) {
        guard let picks = predictions.numbers(phase + "_pick"), let best = predictions.numbers(phase + "_best"),
            let truths = predictions.numbers(phase.lowercased() + "_arrival_sample"),
            let rates = predictions.numbers("rate_hz")
        else { return nil }
        func seconds(_ samples: [Double]) -> [Double] { zip(samples, rates).map { $0 / $1 } }
        self.truths = seconds(truths)
        self.picks = seconds(picks)
        self.best = seconds(best)
        probabilities = predictions.numbers(phase + "_probability") ?? picks.map { _ in .nan }
    }

    /// Which traces residuals are taken of.
    enum Kept: String, Word {
        /// A pick within 0.5 s of the arrival.
        case matched
        /// A pick, however far off.
        case found
        /// Every trace with the arrival: where there is no pick, the place where the curve is highest.
        case all
    }

    /// Pick minus arrival in seconds; `nan` in traces that are not kept.
    func residuals(_ kept: Kept) -> [Double] {
        truths.indices.map { index in
            let residual = (kept == .all && picks[index].isNaN ? best[index] : picks[index]) - truths[index]
            return kept == .matched && !(abs(residual) <= 0.5) ? .nan : residual
        }
    }

    /// Hits, false picks and missed arrivals, one entry a trace, for picks that count within a tolerance.
    func counts(within tolerance: Double) -> (hits: [Double], falsePicks: [Double], missed: [Double]) {
        var counts = (hits: [Double](), falsePicks: [Double](), missed: [Double]())
        for (truth, pick) in zip(truths, picks) {
            // Half a nanosecond of slack: tolerances are decimal, samples are not.
            let isHit = abs(pick - truth) <= tolerance + 5e-10
            counts.hits.append(isHit ? 1 : 0)
            counts.falsePicks.append(!pick.isNaN && !isHit ? 1 : 0)
            counts.missed.append(!truth.isNaN && !isHit ? 1 : 0)
        }
        return counts
    }
}

/// The settings of pick metrics.
enum PickSettings {
    static let phase = Setting<String>("phase", "The phase, as its output is called.", standard: "P")
    static let within = Setting<Seconds>(
        "within", "How far from the arrival a pick may be to count.", standard: Seconds(0.5), in: 0...1000)
    static let kept = Setting<PickTable.Kept>(
        "picks",
        "matched: picks within 0.5 s of the arrival; found: all picks of traces with the arrival; all: every trace "
            + "with the arrival, with the curve's highest place where nothing was picked.", standard: .matched)
    /// The tolerances that evaluation reports.
    static let tolerances = [0.1, 0.5]
}
