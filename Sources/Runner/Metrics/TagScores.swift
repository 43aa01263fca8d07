import GraphIR

/// Which tags each sample has and which were said, for tasks with any number of tags a sample.
struct TagTable: Sendable {
    static let (truthColumn, saidColumn, scorePrefix) = ("truth_tags", "predicted_tags", "tag_score_")
    /// From this probability on a tag is said.
    static let threshold = 0.5

    let tags: [String]
    private let truths: [Set<Substring>]
    private let said: [Set<Substring>]

    init?(_ predictions: Predictions) {
        guard let truths = predictions.texts(Self.truthColumn), let said = predictions.texts(Self.saidColumn) else {
            return nil
        }
        tags = predictions.columns.map(\.name).filter { $0.hasPrefix(Self.scorePrefix) }
            .map { String($0.dropFirst(Self.scorePrefix.count)) }
        self.truths = truths.map { Set($0.split(separator: ";")) }
        self.said = said.map { Set($0.split(separator: ";")) }
    }

    static func text(_ tags: [String]) -> String { tags.joined(separator: ";") }

    /// Of one tag, sample by sample: rightly said, wrongly said, missed.
    func counts(_ tag: String) -> [[Double]] {
        let tag = Substring(tag)
        let pairs = zip(truths, said).map { ($0.contains(tag), $1.contains(tag)) }
        return [
            pairs.map { $0 && $1 ? 1 : 0 }, pairs.map { !$0 && $1 ? 1 : 0 }, pairs.map { $0 && !$1 ? 1 : 0 },
        ]
    }

    func isTrue(_ tag: String) -> [Bool] { truths.map { $0.contains(Substring(tag)) } }
}

/// Precision, recall and F1 of one tag.
struct TagMetric<Score: CountScore>: Metric {
    static var group: MetricGroup { .classes }
    static var signature: Signature {
        Signature(
            .metric, "tag_" + Score.word,
            "\(Score.definition) For one tag, which is said from a probability of 0.5 on.", [TagSettings.name])
    }

    private let tag: String

    init(_ arguments: Arguments) { tag = arguments[TagSettings.name] }

    var name: String { "\(Score.word)_\(tag)" }

    func measure(_ predictions: Predictions) -> Measurement? {
        guard let table = TagTable(predictions), table.tags.contains(tag) else { return nil }
        return .sums(terms: table.counts(tag)) { Score.value(hits: $0[0], false: $0[1], missed: $0[2]) }
    }

    static func uses(for predictions: Predictions) -> [Arguments] { TagSettings.uses(for: predictions) }
}

/// The mean over tags of F1.
struct TagsMacroF1: Metric {
    static let group = MetricGroup.classes
    static let signature = Signature(
        .metric, "tags_macro_f1",
        "The mean over tags of F1 = 2 right / (2 right + wrongly so + missed); tags that never occur are out.")

    init(_ arguments: Arguments) {}
    var isHeadline: Bool { true }

    func measure(_ predictions: Predictions) -> Measurement? {
        guard let table = TagTable(predictions) else { return nil }
        return .sums(terms: table.tags.flatMap(table.counts)) { sums in
            let scores = stride(from: 0, to: sums.count, by: 3).compactMap { start -> Double? in
                let all = 2 * sums[start] + sums[start + 1] + sums[start + 2]
                return all > 0 ? 2 * sums[start] / all : nil
            }
            return scores.isEmpty ? nil : scores.reduce(0, +) / Double(scores.count)
        }
    }
}

/// How well the probabilities of one tag rank the samples.
struct TagPrecisionMean: Metric {
    static let group = MetricGroup.classes
    static let signature = Signature(
        .metric, "tag_average_precision",
        "The area under precision over recall of one tag, as its threshold falls, without interpolation.",
        [TagSettings.name])

    private let tag: String

    init(_ arguments: Arguments) { tag = arguments[TagSettings.name] }

    var name: String { "average_precision_\(tag)" }

    func measure(_ predictions: Predictions) -> Measurement? {
        guard let table = TagTable(predictions), let scores = predictions.numbers(TagTable.scorePrefix + tag) else {
            return nil
        }
        let ranking = Ranking(scores: scores, isPositive: table.isTrue(tag))
        return .whole { ranking.averagePrecision($0) }
    }

    static func uses(for predictions: Predictions) -> [Arguments] { TagSettings.uses(for: predictions) }
}

private enum TagSettings {
    static let name = Setting<String>("name", "The tag.", standard: "")
    static func uses(for predictions: Predictions) -> [Arguments] {
        (TagTable(predictions)?.tags ?? []).map { Arguments(["name": .string($0)]) }
    }
}

@section("strata_plugins") @used private let precision: PluginEntry = {
    Registry.enter(TagMetric<PrecisionScore>.self, $0)
}
@section("strata_plugins") @used private let recall: PluginEntry = { Registry.enter(TagMetric<RecallScore>.self, $0) }
@section("strata_plugins") @used private let f1: PluginEntry = { Registry.enter(TagMetric<F1Score>.self, $0) }
@section("strata_plugins") @used private let macro: PluginEntry = { Registry.enter(TagsMacroF1.self, $0) }
@section("strata_plugins") @used private let average: PluginEntry = { Registry.enter(TagPrecisionMean.self, $0) }
