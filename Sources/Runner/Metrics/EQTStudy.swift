import GraphIR

/// The measures of the EQTransformer study, exactly as its tool (emlutilities) computes them from
/// `X_test_results.csv`: a trace counts as found when its column of probabilities has an entry, wherever the pick
/// stands. They are reported because people compare with them; the groups `detection` and `picks` have the honest ones.
public struct EQTMetric<Target: EQTTarget, Quantity: EQTQuantity>: Metric {
    public static var group: MetricGroup { .eqtStudy }
    public static var signature: Signature {
        Signature(
            .metric, Quantity.prefixed(Target.self),
            "\(Quantity.definition) Here for \(Target.subject); as the EQTransformer study counts: no tolerance.")
    }

    public init(_ arguments: Arguments) {}
    public var name: String { Quantity.title(Target.self) }
    public var unit: String { Quantity.unit }
    public var better: Better { Quantity.better }
    public var rule: PickRule? { .eqt }

    public func measure(_ predictions: Predictions) -> Measurement? {
        guard predictions.numbers(Target.needs) != nil, let table = EQTTable(predictions, Target.self) else {
            return nil
        }
        return .sums(terms: Quantity.terms(table), finish: Quantity.finish)
    }
}

/// What a measure of the study is about.
public protocol EQTTarget: Sendable {
    /// Of the measure's name: `det`, `p`, `s`.
    static var word: String { get }
    static var letter: String { get }
    static var probability: String { get }
    static var pick: String { get }
    static var arrival: String { get }
    /// The column that only networks with this output leave.
    static var needs: String { get }
    static var subject: String { get }
}
public enum EQTDetection: EQTTarget {
    public static let (word, letter, subject) = ("det", "d", "detections")
    public static let (probability, pick, arrival, needs) = ("detection_probability", "", "", "detection_score")
}
public enum EQTP: EQTTarget {
    public static let (word, letter, subject) = ("p", "p", "P picks")
    public static let (probability, pick, arrival, needs) = ("P_probability", "P_pick", "p_arrival_sample", "P_score")
}
public enum EQTS: EQTTarget {
    public static let (word, letter, subject) = ("s", "s", "S picks")
    public static let (probability, pick, arrival, needs) = ("S_probability", "S_pick", "s_arrival_sample", "S_score")
}
public enum EQTTraces: EQTTarget {
    public static let (word, letter, subject) = ("", "", "the split")
    public static let (probability, pick, arrival, needs) = ("number_of_detections", "", "", "number_of_detections")
}

/// The columns that the study's tool looks at, for one target.
public struct EQTTable: Sendable {
    public var isEarthquake: [Bool]
    public var isNoise: [Bool]
    public var isFound: [Bool]
    /// Pick minus arrival in samples where the trace is an earthquake with both a P and an S pick; else `nan`.
    public var errors: [Double]

    public init?(_ predictions: Predictions, _ target: any EQTTarget.Type) {
        guard let categories = predictions.texts("trace_category"), let found = predictions.numbers(target.probability)
        else { return nil }
        let none = [Double](repeating: .nan, count: predictions.count)
        let earthquakes = categories.map { $0 == "earthquake_local" }
        isEarthquake = earthquakes
        isNoise = categories.map { $0 == "noise" }
        isFound = found.map { !$0.isNaN }
        let p = predictions.numbers("P_pick") ?? none
        let s = predictions.numbers("S_pick") ?? none
        let picks = predictions.numbers(target.pick) ?? none
        let arrivals = predictions.numbers(target.arrival) ?? none
        errors = earthquakes.indices.map { index in
            earthquakes[index] && !p[index].isNaN && !s[index].isNaN ? picks[index] - arrivals[index] : .nan
        }
    }

    public func count(_ isCounted: (Int) -> Bool) -> [Double] { isFound.indices.map { isCounted($0) ? 1 : 0 } }
    public var truePositives: [Double] { count { isEarthquake[$0] && isFound[$0] } }
    public var falseNegatives: [Double] { count { isEarthquake[$0] && !isFound[$0] } }
    public var falsePositives: [Double] { count { isNoise[$0] && isFound[$0] } }
    public var trueNegatives: [Double] { count { isNoise[$0] && !isFound[$0] } }
}

/// What a measure of the study computes from the table.
public protocol EQTQuantity: Sendable {
    static var definition: String { get }
    static var unit: String { get }
    static var better: Better { get }
    static func prefixed(_ target: any EQTTarget.Type) -> String
    static func terms(_ table: EQTTable) -> [[Double]]
    static func title(_ target: any EQTTarget.Type) -> String
    static func finish(_ sums: [Double]) -> Double?
}

extension EQTQuantity {
    public static var unit: String { "" }
    public static var better: Better { .higher }
    /// The column's name in the study's tables.
    public static func title(_ target: any EQTTarget.Type) -> String { prefixed(target) }
    public static func finish(_ sums: [Double]) -> Double? { sums[0] }
}

public enum EQTRecall: EQTQuantity {
    public static let definition = "TP / (TP + FN) over traces: the share of earthquake traces with an entry."
    public static func prefixed(_ target: any EQTTarget.Type) -> String { target.word + "_recall" }
    public static func terms(_ table: EQTTable) -> [[Double]] { [table.truePositives, table.falseNegatives] }
    public static func finish(_ sums: [Double]) -> Double? { sums[0] / (sums[0] + sums[1]) }
}
public enum EQTPrecision: EQTQuantity {
    public static let definition =
        "TP / (TP + FP) over traces: the share of earthquake traces among those with an entry."
    public static func prefixed(_ target: any EQTTarget.Type) -> String { target.word + "_precision" }
    public static func terms(_ table: EQTTable) -> [[Double]] { [table.truePositives, table.falsePositives] }
    public static func finish(_ sums: [Double]) -> Double? { sums[0] / (sums[0] + sums[1]) }
}
public enum EQTTruePositives: EQTQuantity {
    public static let definition = "How many earthquake traces have an entry."
    public static let unit = "traces"
    public static func prefixed(_ target: any EQTTarget.Type) -> String { target.letter + "_tp" }
    public static func terms(_ table: EQTTable) -> [[Double]] { [table.truePositives] }
}
public enum EQTFalsePositives: EQTQuantity {
    public static let definition = "How many noise traces have an entry."
    public static let unit = "traces"
    public static let better = Better.lower
    public static func prefixed(_ target: any EQTTarget.Type) -> String { target.letter + "_fp" }
    public static func terms(_ table: EQTTable) -> [[Double]] { [table.falsePositives] }
}
public enum EQTTrueNegatives: EQTQuantity {
    public static let definition = "How many noise traces have no entry."
    public static let unit = "traces"
    public static func prefixed(_ target: any EQTTarget.Type) -> String { target.letter + "_tn" }
    public static func terms(_ table: EQTTable) -> [[Double]] { [table.trueNegatives] }
}
public enum EQTFalseNegatives: EQTQuantity {
    public static let definition = "How many earthquake traces have no entry."
    public static let unit = "traces"
    public static let better = Better.lower
    public static func prefixed(_ target: any EQTTarget.Type) -> String { target.letter + "_fn" }
    public static func terms(_ table: EQTTable) -> [[Double]] { [table.falseNegatives] }
}
public enum EQTMeanAbsoluteError: EQTQuantity {
    public static let definition =
        "The mean of |pick - arrival| over earthquake traces with both a P and an S pick, however far off."
    public static let unit = "samples"
    public static let better = Better.lower
    public static func prefixed(_ target: any EQTTarget.Type) -> String { target.word + "_mae" }
    public static func terms(_ table: EQTTable) -> [[Double]] {
        [table.errors.map { $0.isNaN ? 0 : abs($0) }, table.errors.map { $0.isNaN ? 0 : 1 }]
    }
    public static func finish(_ sums: [Double]) -> Double? { sums[0] / sums[1] }
}
public enum EQTRootMeanSquare: EQTQuantity {
    public static let definition =
        "The root of the mean of (pick - arrival)^2 over earthquake traces with both a P and an S pick."
    public static let unit = "samples"
    public static let better = Better.lower
    public static func prefixed(_ target: any EQTTarget.Type) -> String { target.word + "_rmse" }
    public static func terms(_ table: EQTTable) -> [[Double]] {
        [table.errors.map { $0.isNaN ? 0 : $0 * $0 }, table.errors.map { $0.isNaN ? 0 : 1 }]
    }
    public static func finish(_ sums: [Double]) -> Double? { (sums[0] / sums[1]).squareRoot() }
}
public enum EQTEvents: EQTQuantity {
    public static let definition = "How many earthquake traces there are (`#events` in the study's tables)."
    public static let unit = "traces"
    public static let better = Better.neither
    public static func prefixed(_ target: any EQTTarget.Type) -> String { "n_events" }
    public static func title(_ target: any EQTTarget.Type) -> String { "#events" }
    public static func terms(_ table: EQTTable) -> [[Double]] { [table.count { table.isEarthquake[$0] }] }
}
public enum EQTNoise: EQTQuantity {
    public static let definition = "How many noise traces there are (`#noise` in the study's tables)."
    public static let unit = "traces"
    public static let better = Better.neither
    public static func prefixed(_ target: any EQTTarget.Type) -> String { "n_noise" }
    public static func title(_ target: any EQTTarget.Type) -> String { "#noise" }
    public static func terms(_ table: EQTTable) -> [[Double]] { [table.count { table.isNoise[$0] }] }
}
