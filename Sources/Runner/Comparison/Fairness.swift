import GraphIR
import Seismic

/// Whether runs may be compared at all: same data, same split, same preparation, same labels, same definitions.
public enum Fairness {
    /// One thing in which runs differ.
    public struct Difference: Hashable, Sendable {
        public var what: String
        /// Each value with the runs that have it.
        public var values: [(value: String, runs: [String])]
        /// It makes the results incomparable; other differences are only worth a note.
        public var isSerious: Bool
        /// How to make the runs comparable, or why it does not matter here.
        public var help: String?

        public static func == (a: Difference, b: Difference) -> Bool {
            a.what == b.what && a.isSerious == b.isSerious && a.values.elementsEqual(b.values) { $0 == $1 }
        }
        public func hash(into hasher: inout Hasher) { hasher.combine(what) }

        public var description: String {
            let list = values.map { entry in
                let runs = entry.runs.count > 3 ? "\(entry.runs.count) runs" : entry.runs.joined(separator: ", ")
                return "'\(entry.value)' in \(runs)"
            }
            return "\(what): " + list.joined(separator: ", ") + (help.map { " (\($0))" } ?? "")
        }
    }

    /// Everything in which the runs of these contenders differ and should not.
    ///
    /// - Parameter judgesLabels: whether what is judged is measured against labels, as classes and amounts are. Picks
    ///   are measured against the catalogue's arrivals, so that other labels are another way of learning, and a note.
    public static func differences(_ contenders: [Contender], judgesLabels: Bool = true) -> [Difference] {
        let runs = contenders.flatMap { contender in
            contender.runs.map { (name: "\(contender.name) seed \($0.record.seed)", run: $0) }
        }
        func compare(_ what: String, isSerious: Bool = true, _ value: (Contender.Run) -> String) -> Difference? {
            var values: [(value: String, runs: [String])] = []
            for (name, run) in runs {
                let text = value(run)
                if let index = values.firstIndex(where: { $0.value == text }) {
                    values[index].runs.append(name)
                } else {
                    values.append((text, [name]))
                }
            }
            return values.count > 1 ? Difference(what: what, values: values, isSerious: isSerious) : nil
        }
        var found = dataParts(runs.map(\.run.record)).map { part in
            compare("data, the \(part.meaning)") { short($0.record.data.fingerprint[part] ?? "not known") }
        }
        // Of runs of older versions only one number is known.
        if found.isEmpty { found.append(compare("data", { short($0.record.data.hash) })) }
        found += [
            compare(
                "split of the data",
                { run in
                    run.record.data.traces.map { "\($0.name) \($0.count)" }.joined(separator: ", ")
                }),
            compare("test traces", { testSet($0.predictions) }),
        ]
        for key in commonKeys(runs.map(\.run.record)) {
            if key == "prepare" || key.hasPrefix("prepare.") {
                found.append(compare("preparation (\(key))", { $0.record.setting(key) ?? "none" }))
            } else if key.hasPrefix("learn.") {
                let labels = LabelDifference(key, judged: judgesLabels)
                var difference = compare("labels (\(key))", isSerious: judgesLabels) { labels.text(of: $0) }
                difference?.help = labels.help(runs.map(\.run))
                found.append(difference)
            } else if ["train.epochs", "train.batch", "train.optimizer", "augment"].contains(key) {
                found.append(compare("training (\(key))", isSerious: false) { $0.record.setting(key) ?? "none" })
            }
        }
        let shared = sharedMetrics(runs.map(\.run))
        found.append(compare("definitions of metrics", { definitions($0, of: shared) }))
        var counts = compare("metrics", isSerious: false) { "\(metricNames($0).count)" }
        counts?.help = "judged is by those that all of them have"
        found.append(counts)
        found.append(compare("where thresholds come from", { $0.test["thresholds"]?["from"]?.string ?? "nowhere" }))
        found.append(compare("split that was judged", { $0.test["data"]?["split"]?.string ?? "not said" }))
        found.append(compare("version of Strata", isSerious: false) { $0.record.version })
        return found.compactMap { $0 }
    }

    /// The parts of the data that every run's record tells apart; none where one of them does not.
    private static func dataParts(_ records: [RunRecord]) -> [DatasetFingerprint.Part] {
        records.allSatisfy { !$0.data.fingerprint.isEmpty } ? DatasetFingerprint.Part.allCases : []
    }

    private static func commonKeys(_ records: [RunRecord]) -> [String] {
        Set(records.flatMap { $0.settings.map(\.key) }).sorted()
    }

    /// The names of the metrics that all runs have: a network without detection is not judged by it.
    private static func sharedMetrics(_ runs: [Contender.Run]) -> Set<String> {
        runs.dropFirst().reduce(Set(runs.first.map(metricNames) ?? [])) { $0.intersection(metricNames($1)) }
    }
    private static func metricNames(_ run: Contender.Run) -> [String] {
        (run.test["metrics"]?.array ?? []).compactMap { $0["name"]?.string }
    }

    /// The metrics that a run was judged by, with their definitions.
    private static func definitions(_ run: Contender.Run, of shared: Set<String>) -> String {
        // Runs that share no metric at all differ in all of them.
        let metrics = (run.test["metrics"]?.array ?? []).filter {
            shared.isEmpty || shared.contains($0["name"]?.string ?? "")
        }
        let texts = metrics.map { "\($0["name"]?.string ?? ""): \($0["definition"]?.string ?? "")" }
        return "\(metrics.count) metrics, \(short(SHA256.hex(of: texts.joined(separator: "\n").utf8)))"
    }

    private static func testSet(_ predictions: Predictions) -> String {
        let traces = predictions.identities.map { "\($0.chunk)\u{1F}\($0.row)\u{1F}\($0.name)" }.sorted()
        return "\(predictions.count) traces, \(short(SHA256.hex(of: traces.joined(separator: "\n").utf8)))"
    }

    private static func short(_ hash: String) -> String { String(hash.prefix(12)) }
}
