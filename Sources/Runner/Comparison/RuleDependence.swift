import GraphIR

/// The judged metrics with the picks of another rule: values for the record, and judgements that nobody claims but that
/// tell whether a verdict hangs on the rule.
public struct RuleBlock: Sendable {
    public var rule: PickRule
    /// As the judged ones, as far as this rule has them.
    public var metrics: [ComparedMetric]
    /// What the rule let go.
    public var counted: [ComparedMetric]
}

/// A verdict that would be another one if picks were read by another rule.
public struct RuleDependence: Sendable {
    public var metric: ComparedMetric
    public var contender: Int
    /// By the rule that judges.
    public var verdict: Verdict
    /// Only those that differ.
    public var others: [(rule: PickRule, verdict: Verdict)]

    /// Better by one rule and worse by another.
    public var turnsRound: Bool {
        let all = [verdict] + others.map(\.verdict)
        return all.contains(.better) && all.contains(.worse)
    }
}

extension Comparison {
    /// Every verdict that hangs on the rule, in the order of the metrics.
    public var dependences: [RuleDependence] {
        judged.flatMap { metric in
            contenders.indices.dropFirst().compactMap { contender -> RuleDependence? in
                guard let verdict = metric.results[contender].judgement?.verdict else { return nil }
                let others = otherRules.compactMap { block -> (rule: PickRule, verdict: Verdict)? in
                    let sibling = metric.use.sibling(block.rule, in: block.metrics.map(\.use))
                    let found = block.metrics.first { $0.use.name == sibling?.name }
                    guard let other = found?.results[contender].judgement?.verdict, other != verdict else { return nil }
                    return (block.rule, other)
                }
                guard !others.isEmpty else { return nil }
                return RuleDependence(metric: metric, contender: contender, verdict: verdict, others: others)
            }
        }
    }

    /// `S F1 (0.5 s), gru: worse by peaks, better by eqt`
    public func text(_ dependence: RuleDependence) -> String {
        let words = [(rule, dependence.verdict)] + dependence.others.map { ($0.rule, $0.verdict) }
        return "\(dependence.metric.heading), \(contenders[dependence.contender].name): "
            + words.map { "\($0.1.rawValue) by \($0.0.rawValue)" }.joined(separator: ", ")
    }

    /// How many runs of each contender had their best epoch last: what they would reach is not known yet.
    public var stillImproving: (runs: Int, of: Int) {
        let runs = contenders.flatMap(\.runs)
        return (runs.count { $0.record.epochs > 1 && $0.record.best?.epoch == $0.record.epochs }, runs.count)
    }

    /// `still improving: …`; `nil` where every run had its best epoch before its last.
    public var convergence: String? {
        let (runs, all) = stillImproving
        guard runs > 0 else { return nil }
        let which = all == 1 ? "" : runs == all ? "in every run " : "in \(runs) of \(all) runs "
        return "still improving: \(which)the last epoch was the best; "
            + (contenders.count > 1
                ? "the comparison is of speed of learning, not of what they reach" : "more epochs may take it farther")
    }

    /// Runs that were not trained to their end, in words.
    public var unfinished: [String] {
        contenders.flatMap { contender in
            contender.runs.compactMap { run in
                run.record.unfinished.map { "\(contender.name), seed \(run.record.seed): \($0)" }
            }
        }
    }

    /// Phases that no network picked, in words: what stands in the table then is what silence gives.
    public var silences: [String] {
        var phases: [String] = []
        for phase in contenders.flatMap({ $0.runs[0].predictions.phases }) where !phases.contains(phase) {
            phases.append(phase)
        }
        return phases.filter { phase in
            contenders.indices.allSatisfy { isSilent($0, phase: phase, rule: rule) }
        }.map { phase in
            let thresholds = Set(contenders.flatMap(\.runs).compactMap { $0.thresholds(rule)?.phase(phase) })
            let known = thresholds.count == 1 ? " (threshold \(thresholds.map { History.text($0) }[0]))" : ""
            let who = contenders.count == 1 ? "the network did not pick any" : "no network picked any"
            return "\(who) \(phase)\(known): more training, or lower --thresholds in evaluate"
        }
    }

    /// Flat tops under picks, by contender and in words.
    public var flatTops: [String] {
        contenders.flatMap { contender -> [String] in
            var found: [String] = []
            for run in contender.runs {
                for warning in FlatTopShare.warnings(run.predictions) {
                    found.append("\(contender.name), seed \(run.record.seed): \(warning)")
                }
            }
            return found
        }
    }
}
