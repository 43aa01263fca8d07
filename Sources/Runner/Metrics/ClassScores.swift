import GraphIR

/// Scores over all classes at once: of windows, or of all frames of all streams.
struct ClassMetric<Score: ClassesScore>: Metric {
    static var group: MetricGroup { .classes }
    static var signature: Signature { Signature(.metric, Score.word, Score.definition) }

    init(_ arguments: Arguments) {}
    var isHeadline: Bool { Score.self == Accuracy.self || Score.self == MacroF1.self }

    func measure(_ predictions: Predictions) -> Measurement? { ClassTable(predictions).map(Score.measure) }
}

protocol ClassesScore: Sendable {
    static var word: String { get }
    static var definition: String { get }
    static func measure(_ table: ClassTable) -> Measurement
}

enum Accuracy: ClassesScore {
    static let word = "accuracy"
    static let definition = "The share of windows (or frames) whose class was said rightly."
    static func measure(_ table: ClassTable) -> Measurement {
        .sums(terms: [table.count { $0.truth == $0.said }, table.count { _ in true }]) { $0[0] / $0[1] }
    }
}
enum BalancedAccuracy: ClassesScore {
    static let word = "balanced_accuracy"
    static let definition = "The mean over the classes that occur of the share of each that was said rightly."
    static func measure(_ table: ClassTable) -> Measurement {
        .sums(terms: table.countsByClass) { sums in
            let recalls = stride(from: 0, to: sums.count, by: 3).compactMap { start -> Double? in
                let there = sums[start] + sums[start + 2]
                return there > 0 ? sums[start] / there : nil
            }
            return recalls.isEmpty ? nil : recalls.reduce(0, +) / Double(recalls.count)
        }
    }
}
enum MacroF1: ClassesScore {
    static let word = "macro_f1"
    static let definition =
        "The mean over classes of F1 = 2 right / (2 right + wrongly so + otherwise); classes that never occur are out."
    static func measure(_ table: ClassTable) -> Measurement {
        .sums(terms: table.countsByClass) { sums in
            let scores = stride(from: 0, to: sums.count, by: 3).compactMap { start -> Double? in
                let all = 2 * sums[start] + sums[start + 1] + sums[start + 2]
                return all > 0 ? 2 * sums[start] / all : nil
            }
            return scores.isEmpty ? nil : scores.reduce(0, +) / Double(scores.count)
        }
    }
}
enum ClassesMCC: ClassesScore {
    static let word = "mcc"
    static let definition = "Matthews' correlation for several classes (Gorodkin 2004): 1 perfect, 0 chance."
    static func measure(_ table: ClassTable) -> Measurement {
        let right = table.count { $0.truth == $0.said }
        return .sums(terms: table.countsByClass + [right, table.count { _ in true }]) { sums in
            let (right, all) = (sums[sums.count - 2], sums[sums.count - 1])
            var (both, saidSquares, trueSquares) = (0.0, 0.0, 0.0)
            for start in stride(from: 0, to: sums.count - 2, by: 3) {
                let said = sums[start] + sums[start + 1]
                let there = sums[start] + sums[start + 2]
                both += said * there
                saidSquares += said * said
                trueSquares += there * there
            }
            let product = (all * all - saidSquares) * (all * all - trueSquares)
            return (right * all - both) / product.squareRoot()
        }
    }
}

/// Precision, recall and F1 of one class against all others.
struct OneClassMetric<Score: CountScore>: Metric {
    static var group: MetricGroup { .classes }
    static var signature: Signature {
        Signature(
            .metric, "class_" + Score.word,
            "\(Score.definition) For one class against all others, over windows or frames.", [ClassSettings.name])
    }

    private let className: String

    init(_ arguments: Arguments) { className = arguments[ClassSettings.name] }

    var name: String { "\(Score.word)_\(className)" }

    func measure(_ predictions: Predictions) -> Measurement? {
        guard let table = ClassTable(predictions), let index = table.classes.firstIndex(of: className) else {
            return nil
        }
        return .sums(terms: Array(table.countsByClass[index * 3..<index * 3 + 3])) {
            Score.value(hits: $0[0], false: $0[1], missed: $0[2])
        }
    }

    static func uses(for predictions: Predictions) -> [Arguments] { ClassSettings.uses(for: predictions) }
}

/// The chance that a window of the class scores higher for it than another window.
struct ClassAUC: Metric {
    static let group = MetricGroup.classes
    static let signature = Signature(
        .metric, "class_auc",
        "The chance that a window of the class has a higher probability of it than another (area under the ROC).",
        [ClassSettings.name])

    private let className: String

    init(_ arguments: Arguments) { className = arguments[ClassSettings.name] }

    var name: String { "auc_\(className)" }

    func measure(_ predictions: Predictions) -> Measurement? {
        guard let truths = predictions.texts(ClassTable.truthColumn),
            let scores = predictions.numbers(ClassTable.scorePrefix + className)
        else { return nil }
        let ranking = Ranking(scores: scores, isPositive: truths.map { $0 == className })
        return .whole { ranking.areaUnderROC($0) }
    }

    static func uses(for predictions: Predictions) -> [Arguments] { ClassSettings.uses(for: predictions) }
}

/// How far the probability of the class that was said is from how often it is right.
struct ClassCalibration: Metric {
    static let group = MetricGroup.classes
    static let signature = Signature(
        .metric, "class_calibration",
        "How far the said class's probability is from how often it is right: expected calibration error, ten bins.")

    init(_ arguments: Arguments) {}
    var better: Better { .lower }

    func measure(_ predictions: Predictions) -> Measurement? {
        guard let truths = predictions.texts(ClassTable.truthColumn),
            let said = predictions.texts(ClassTable.saidColumn), let sureness = predictions.numbers("probability")
        else { return nil }
        return Calibration.measure(probabilities: sureness, isRight: zip(truths, said).map { $0 == $1 })
    }
}

enum ClassSettings {
    static let name = Setting<String>("name", "The class.", standard: "")
    static func uses(for predictions: Predictions) -> [Arguments] {
        (ClassTable(predictions)?.classes ?? []).map { Arguments(["name": .string($0)]) }
    }
}

@section("strata_plugins") @used private let accuracy: PluginEntry = { Registry.enter(ClassMetric<Accuracy>.self, $0) }
@section("strata_plugins") @used private let balanced: PluginEntry = {
    Registry.enter(ClassMetric<BalancedAccuracy>.self, $0)
}
@section("strata_plugins") @used private let macro: PluginEntry = { Registry.enter(ClassMetric<MacroF1>.self, $0) }
@section("strata_plugins") @used private let mcc: PluginEntry = { Registry.enter(ClassMetric<ClassesMCC>.self, $0) }
@section("strata_plugins") @used private let precision: PluginEntry = {
    Registry.enter(OneClassMetric<PrecisionScore>.self, $0)
}
@section("strata_plugins") @used private let recall: PluginEntry = {
    Registry.enter(OneClassMetric<RecallScore>.self, $0)
}
@section("strata_plugins") @used private let f1: PluginEntry = { Registry.enter(OneClassMetric<F1Score>.self, $0) }
@section("strata_plugins") @used private let auc: PluginEntry = { Registry.enter(ClassAUC.self, $0) }
@section("strata_plugins") @used private let calibration: PluginEntry = { Registry.enter(ClassCalibration.self, $0) }
