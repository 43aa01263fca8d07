import GraphIR

/// Several networks side by side on one test set: what each reached with each seed, and which differences from the
/// first are real.
public struct Comparison: Sendable {
    /// What somebody wants compared, and how strictly.
    public struct Request: Sendable {
        /// The rule by which the judged metrics' picks are read.
        public var rule = PickRule.peaks
        /// Names of the metrics to judge, or none for those that metrics themselves propose.
        public var metrics: [String] = []
        /// Margins within which a difference does not matter, by metric or, for all of a unit, by unit.
        public var margins: [(name: String, margin: Double)] = []
        public var rules = VerdictRules()
        public var replicates = 1000
        /// Corrects for the number of networks too, as a search over many of them needs.
        public var correctsOverNetworks = false
        /// Compare what should not be compared.
        public var allowsDifferent = false
        public init() {}
    }

    /// The first is the reference.
    public var contenders: [Contender]
    public var costs: [Cost]
    /// Those that are judged; Holm's correction runs over them.
    public var judged: [ComparedMetric]
    /// All others, for the record: values and intervals, no verdicts.
    public var others: [ComparedMetric]
    /// The rule by which the judged metrics' picks are read, and the same metrics by the other rules.
    public var rule: PickRule
    public var otherRules: [RuleBlock] = []
    public var rules: VerdictRules
    /// How many resamples of the events serve metrics that are no function of sums; none where all are.
    public var replicates: Int
    public var traceCount: Int
    public var eventCount: Int
    /// How much of the test set shows an earthquake; `nil` where the task knows no noise.
    public var earthquakes: Earthquakes?
    /// In what the runs differ and should not; empty unless the request allowed it, but for notes.
    public var differences: [Fairness.Difference]

    public struct Earthquakes: Hashable, Sendable {
        public var traces: Int
        public var events: Int
    }

    public var reference: Contender { contenders[0] }

    /// What the test set is made of: `77 test traces: 54 of 11 earthquakes, 23 of noise`.
    public var testSetInWords: String {
        func some(_ count: Int, _ one: String, _ many: String) -> String {
            "\(Figures.count(count)) \(count == 1 ? one : many)"
        }
        if reference.runs.first?.predictions.isOfPictures == true {
            return some(traceCount, "test picture", "test pictures")
        }
        let traces = some(traceCount, "test trace", "test traces")
        guard let earthquakes else { return "\(traces) of \(some(eventCount, "event", "events"))" }
        let noise = traceCount - earthquakes.traces
        guard earthquakes.traces > 0 else { return "\(traces), all of them noise" }
        guard noise > 0 else { return "\(traces) of \(some(earthquakes.events, "earthquake", "earthquakes"))" }
        return "\(traces): \(Figures.count(earthquakes.traces)) of "
            + "\(some(earthquakes.events, "earthquake", "earthquakes")), \(Figures.count(noise)) of noise"
    }
    public var testData: RunRecord.Data? { reference.runs.first?.record.data }

    /// The margins in words, metrics of one margin together: `0.005 (Detection F1, P F1), 0.01 s (P error)`.
    public var marginsInWords: String {
        var groups: [(margin: String, metrics: [String])] = []
        for metric in judged {
            let margin = History.text(metric.margin) + (metric.use.unit.isEmpty ? "" : " " + metric.use.unit)
            if let known = groups.firstIndex(where: { $0.margin == margin }) {
                groups[known].metrics.append(metric.heading)
            } else {
                groups.append((margin, [metric.heading]))
            }
        }
        return groups.map { "\($0.margin) (\($0.metrics.joined(separator: ", ")))" }.joined(separator: ", ")
    }

    /// The first contender that is the same network, trained in the same way, if it is not this one.
    public func twin(of index: Int) -> Int? {
        guard let identity = contenders[index].identity else { return nil }
        return contenders[..<index].firstIndex { earlier in
            earlier.identity.map { identity.differences(from: $0, except: .twin).isEmpty } ?? false
        }
    }
}

/// One metric over all contenders.
public struct ComparedMetric: Sendable {
    public var use: MetricUse
    /// Differences up to this size do not matter.
    public var margin: Double
    /// One entry a contender.
    public var results: [Result]

    public struct Result: Sendable {
        /// One value a seed.
        public var values: Sample
        /// The mean with the error of its seeds and of the test set's events; `nil` where it is not defined.
        public var error: TwoPartError?
        /// The judgement beside the reference; `nil` for the reference itself and where there is nothing to judge.
        public var judgement: Judgement?
        /// Of what part of the test set the difference is, where it is not of all.
        public var shared: Shared?

        public init(values: Sample, error: TwoPartError? = nil, judgement: Judgement? = nil) {
            self.values = values
            self.error = error
            self.judgement = judgement
        }
    }

    /// The part of the test set of which two networks both have something to say.
    public struct Shared: Sendable, Hashable {
        /// `P arrivals that both matched`
        public var what: String
        /// How many, seed by seed.
        public var counts: [Int]

        /// `85 to 92 P arrivals that both matched`
        public var text: String {
            let (least, most) = (counts.min() ?? 0, counts.max() ?? 0)
            return (least == most ? "\(least)" : "\(least) to \(most)") + " \(what)"
        }
    }

    /// The contenders with the best mean; none where there are not two to choose from.
    public var best: [Int] {
        let means = results.map { $0.values.count > 0 ? $0.values.mean : .nan }
        let finite = means.filter(\.isFinite)
        guard finite.count > 1, use.better != .neither,
            let best = use.better == .higher ? finite.max() : finite.min()
        else { return [] }
        return means.indices.filter { means[$0] == best }
    }
}

extension ComparedMetric {
    /// What counts as a difference that matters where nobody says otherwise: half a percentage point of a share, a
    /// hundredth of a second, a sample; for anything else a hundredth of the reference's value.
    static func customaryMargin(unit: String, reference: Double) -> Double {
        switch unit {
        case "": 0.005
        case "s": 0.01
        case "samples": 1
        default: abs(reference) / 100
        }
    }
}
