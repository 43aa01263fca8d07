import GraphIR

/// How well traces with an earthquake are told from noise.
struct DetectionMetric<Score: DetectionScore>: Metric {
    static var group: MetricGroup { .detection }
    static var signature: Signature { Signature(.metric, "detection_" + Score.word, Score.definition) }

    init(_ arguments: Arguments) {}
    var better: Better { Score.better }
    var isHeadline: Bool { Score.self == DetectionF1.self }

    func measure(_ predictions: Predictions) -> Measurement? {
        guard let table = DetectionTable(predictions) else { return nil }
        return Score.measure(table)
    }
}

/// What a network said of each trace as a whole.
public struct DetectionTable: Sendable {
    public var isEvent: [Bool]
    /// Whether its rules found an event.
    public var isDetected: [Bool]
    /// The highest probability along the trace.
    public var scores: [Double]

    public init?(_ predictions: Predictions) {
        guard let isEvent = predictions.isEvent, let detected = predictions.numbers("detected"),
            let scores = predictions.numbers("detection_score")
        else { return nil }
        self.isEvent = isEvent
        self.scores = scores
        isDetected = detected.map { $0 == 1 }
    }

    private func count(event: Bool, detected: Bool) -> [Double] {
        zip(isEvent, isDetected).map { $0 == event && $1 == detected ? 1 : 0 }
    }
    /// Hits, false alarms, missed, and noise rightly passed over.
    public var counts: [[Double]] {
        [
            count(event: true, detected: true), count(event: false, detected: true),
            count(event: true, detected: false), count(event: false, detected: false),
        ]
    }
}

protocol DetectionScore: Sendable {
    static var word: String { get }
    static var definition: String { get }
    static var better: Better { get }
    static func measure(_ table: DetectionTable) -> Measurement
}
extension DetectionScore {
    static var better: Better { .higher }
}

enum DetectionPrecision: DetectionScore {
    static let word = "precision"
    static let definition = "The share of earthquakes among the traces with a detection, at the stated threshold."
    static func measure(_ table: DetectionTable) -> Measurement {
        .sums(terms: table.counts) { PrecisionScore.value(hits: $0[0], false: $0[1], missed: $0[2]) }
    }
}
enum DetectionRecall: DetectionScore {
    static let word = "recall"
    static let definition = "The share of traces with a detection among the earthquakes, at the stated threshold."
    static func measure(_ table: DetectionTable) -> Measurement {
        .sums(terms: table.counts) { RecallScore.value(hits: $0[0], false: $0[1], missed: $0[2]) }
    }
}
enum DetectionF1: DetectionScore {
    static let word = "f1"
    static let definition = "The harmonic mean of the detections' precision and recall, at the stated threshold."
    static func measure(_ table: DetectionTable) -> Measurement {
        .sums(terms: table.counts) { F1Score.value(hits: $0[0], false: $0[1], missed: $0[2]) }
    }
}
enum DetectionMCC: DetectionScore {
    static let word = "mcc"
    static let definition =
        "Matthews' correlation of detection and truth at the stated threshold: 1 perfect, 0 no better than chance."
    static func measure(_ table: DetectionTable) -> Measurement {
        .sums(terms: table.counts) { sums in
            let (hits, wrong, missed, passed) = (sums[0], sums[1], sums[2], sums[3])
            let product = (hits + wrong) * (hits + missed) * (passed + wrong) * (passed + missed)
            return (hits * passed - wrong * missed) / product.squareRoot()
        }
    }
}
enum DetectionAUC: DetectionScore {
    static let word = "auc"
    static let definition =
        "The chance that an earthquake's highest detection probability is above a noise trace's (area under the ROC)."
    static func measure(_ table: DetectionTable) -> Measurement {
        let ranking = Ranking(scores: table.scores, isPositive: table.isEvent)
        return .whole { ranking.areaUnderROC($0) }
    }
}
enum DetectionAveragePrecision: DetectionScore {
    static let word = "average_precision"
    static let definition =
        "Precision averaged over recall, for every threshold on the trace's highest detection probability."
    static func measure(_ table: DetectionTable) -> Measurement {
        let ranking = Ranking(scores: table.scores, isPositive: table.isEvent)
        return .whole { ranking.averagePrecision($0) }
    }
}
enum DetectionCalibration: DetectionScore {
    static let word = "calibration"
    static let definition =
        """
        How far the trace's highest detection probability is from the share of earthquakes: the expected calibration \
        error over ten equal bins.
        """
    static let better = Better.lower
    static func measure(_ table: DetectionTable) -> Measurement {
        Calibration.measure(probabilities: table.scores, isRight: table.isEvent)
    }
}

@section("strata_plugins") @used private let precision: PluginEntry = {
    Registry.enter(DetectionMetric<DetectionPrecision>.self, $0)
}
@section("strata_plugins") @used private let recall: PluginEntry = {
    Registry.enter(DetectionMetric<DetectionRecall>.self, $0)
}
@section("strata_plugins") @used private let f1: PluginEntry = { Registry.enter(DetectionMetric<DetectionF1>.self, $0) }
@section("strata_plugins") @used private let mcc: PluginEntry = {
    Registry.enter(DetectionMetric<DetectionMCC>.self, $0)
}
@section("strata_plugins") @used private let auc: PluginEntry = {
    Registry.enter(DetectionMetric<DetectionAUC>.self, $0)
}
@section("strata_plugins") @used private let averagePrecision: PluginEntry = {
    Registry.enter(DetectionMetric<DetectionAveragePrecision>.self, $0)
}
@section("strata_plugins") @used private let calibration: PluginEntry = {
    Registry.enter(DetectionMetric<DetectionCalibration>.self, $0)
}
