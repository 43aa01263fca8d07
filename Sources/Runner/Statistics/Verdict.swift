/// What may be said about a network beside the reference, in one metric.
public enum Verdict: String, Sendable, CaseIterable {
    case better, worse
    /// Whatever difference there is, it is smaller than the margin.
    case equivalent
    case undecided = "can't tell"
    /// The two are one graph; whatever difference shows is noise.
    case same = "same network"
}

/// The rules that a verdict follows.
public struct VerdictRules: Hashable, Sendable {
    /// How often, at most, a difference may be claimed somewhere among the metrics where there is none.
    public var level = 0.05
    /// The chance with which a difference should be found that plans count on.
    public var power = 0.8
    /// With fewer seeds there is no verdict: two values say next to nothing about their own spread.
    public var fewestSeeds = 3

    public init() {}
}

/// The judgement of one metric: the verdict with the numbers behind it.
public struct Judgement: Sendable {
    public var verdict: Verdict
    public var difference: PairedDifference
    /// The chance of such a difference between equals, and the same after Holm's correction over the metrics.
    public var p: Double
    public var adjusted: Double
    /// The chance to find so small a difference if the real one were as large as the margin, corrected likewise.
    public var equivalence: Double
    public var margin: Double
    /// The smallest real difference that these seeds would have shown, with the power of the rules.
    public var detectable: Double
    /// What would settle an open question.
    public var outlook: Outlook?
    /// With so many seeds at least there is a verdict.
    public var fewestSeeds: Int
    /// The interval that the verdict rests on. It is as wide as Holm's correction asks for: for all judged metrics
    /// together it holds the truth with its confidence, and it leaves out zero where the verdict is better or worse. At
    /// a verdict of equivalent it lies within the margin.
    public var interval: Interval
    /// 95 % of `interval`, or 90 % where it stands for two one-sided tests.
    public var confidence: Double

    /// One comparison as it comes in.
    public struct Case: Sendable {
        public var difference: PairedDifference
        public var isHigherBetter: Bool
        public var margin: Double
        public init(difference: PairedDifference, isHigherBetter: Bool, margin: Double) {
            self.difference = difference
            self.isHigherBetter = isHigherBetter
            self.margin = margin
        }
    }

    /// Judges the metrics of one network beside the reference, all together: Holm's correction runs over them, once for
    /// claims of a difference and once for claims of equivalence.
    public static func all(_ cases: [Case], rules: VerdictRules = VerdictRules()) -> [Judgement] {
        let values = cases.map { $0.difference.p }
        let (adjusted, factors) = (holm(values), holmFactors(values))
        let equivalences = cases.map { equivalence($0) }
        let (adjustedEquivalences, equivalenceFactors) = (holm(equivalences), holmFactors(equivalences))
        return cases.indices.map { index in
            let difference = cases[index].difference
            var judgement = Judgement(
                verdict: .undecided, difference: difference, p: difference.p, adjusted: adjusted[index],
                equivalence: adjustedEquivalences[index], margin: cases[index].margin, detectable: .nan, outlook: nil,
                fewestSeeds: rules.fewestSeeds,
                interval: difference.interval(confidence: 1 - rules.level / factors[index]),
                confidence: 1 - rules.level)
            guard difference.perSeed.count > 1 else { return judgement }
            let level = rules.level / Double(cases.count)
            judgement.detectable =
                difference.error.quantile(upperTail: level / 2) + difference.error.quantile(upperTail: 1 - rules.power)
            judgement.verdict = verdict(judgement, isHigherBetter: cases[index].isHigherBetter, rules: rules)
            if judgement.verdict == .equivalent {
                judgement.confidence = 1 - 2 * rules.level
                judgement.interval = difference.interval(confidence: 1 - 2 * rules.level / equivalenceFactors[index])
            }
            if judgement.verdict == .undecided {
                judgement.outlook = Outlook(difference, margin: cases[index].margin, level: level, rules: rules)
            }
            return judgement
        }
    }

    private static func verdict(_ judgement: Judgement, isHigherBetter: Bool, rules: VerdictRules) -> Verdict {
        guard judgement.difference.perSeed.count >= rules.fewestSeeds else { return .undecided }
        if judgement.adjusted < rules.level {
            return (judgement.difference.mean > 0) == isHigherBetter ? .better : .worse
        }
        return judgement.equivalence < rules.level ? .equivalent : .undecided
    }

    /// Two one-sided tests: both a difference of plus and of minus the margin must be implausible.
    private static func equivalence(_ one: Case) -> Double {
        guard one.difference.perSeed.count > 1 else { return .nan }
        return one.difference.error.tail(above: one.margin - abs(one.difference.mean))
    }
}
