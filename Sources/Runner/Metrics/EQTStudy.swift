import GraphIR

/// The measures of the EQTransformer study, exactly as its tool (emlutilities) computes them from
/// `X_test_results.csv`: a trace counts as found when its column of probabilities has an entry, wherever the pick
/// stands. They are reported because people compare with them; the groups `detection` and `picks` have the honest ones.
struct EQTMetric<Target: EQTTarget, Quantity: EQTQuantity>: Metric {
    static var group: MetricGroup { .eqtStudy }
    static var signature: Signature {
        Signature(
            .metric, Quantity.prefixed(Target.self),
            "\(Quantity.definition) Here for \(Target.subject); as the EQTransformer study counts: no tolerance.")
    }

    init(_ arguments: Arguments) {}
    var name: String { Quantity.title(Target.self) }
    var unit: String { Quantity.unit }
    var better: Better { Quantity.better }
    var rule: PickRule? { .eqt }

    func measure(_ predictions: Predictions) -> Measurement? {
        guard predictions.numbers(Target.needs) != nil, let table = EQTTable(predictions, Target.self) else {
            return nil
        }
        return .sums(terms: Quantity.terms(table), finish: Quantity.finish)
    }
}

/// What a measure of the study is about.
protocol EQTTarget: Sendable {
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
enum EQTDetection: EQTTarget {
    static let (word, letter, subject) = ("det", "d", "detections")
    static let (probability, pick, arrival, needs) = ("detection_probability", "", "", "detection_score")
}
enum EQTP: EQTTarget {
    static let (word, letter, subject) = ("p", "p", "P picks")
    static let (probability, pick, arrival, needs) = ("P_probability", "P_pick", "p_arrival_sample", "P_score")
}
enum EQTS: EQTTarget {
    static let (word, letter, subject) = ("s", "s", "S picks")
    static let (probability, pick, arrival, needs) = ("S_probability", "S_pick", "s_arrival_sample", "S_score")
}
enum EQTTraces: EQTTarget {
    static let (word, letter, subject) = ("", "", "the split")
    static let (probability, pick, arrival, needs) = ("number_of_detections", "", "", "number_of_detections")
}

/// The columns that the study's tool looks at, for one target.
struct EQTTable {
    var isEarthquake: [Bool]
    var isNoise: [Bool]
    var isFound: [Bool]
    /// Pick minus arrival in samples where the trace is an earthquake with both a P and an S pick; else `nan`.
    var errors: [Double]

    init?(_ predictions: Predictions, _ target: any EQTTarget.Type) {
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

    func count(_ isCounted: (Int) -> Bool) -> [Double] { isFound.indices.map { isCounted($0) ? 1 : 0 } }
    var truePositives: [Double] { count { isEarthquake[$0] && isFound[$0] } }
    var falseNegatives: [Double] { count { isEarthquake[$0] && !isFound[$0] } }
    var falsePositives: [Double] { count { isNoise[$0] && isFound[$0] } }
    var trueNegatives: [Double] { count { isNoise[$0] && !isFound[$0] } }
}

/// What a measure of the study computes from the table.
protocol EQTQuantity: Sendable {
    static var definition: String { get }
    static var unit: String { get }
    static var better: Better { get }
    static func prefixed(_ target: any EQTTarget.Type) -> String
    static func terms(_ table: EQTTable) -> [[Double]]
    static func title(_ target: any EQTTarget.Type) -> String
    static func finish(_ sums: [Double]) -> Double?
}

extension EQTQuantity {
    static var unit: String { "" }
    static var better: Better { .higher }
    /// The column's name in the study's tables.
    static func title(_ target: any EQTTarget.Type) -> String { prefixed(target) }
    static func finish(_ sums: [Double]) -> Double? { sums[0] }
}

enum EQTRecall: EQTQuantity {
    static let definition = "TP / (TP + FN) over traces: the share of earthquake traces with an entry."
    static func prefixed(_ target: any EQTTarget.Type) -> String { target.word + "_recall" }
    static func terms(_ table: EQTTable) -> [[Double]] { [table.truePositives, table.falseNegatives] }
    static func finish(_ sums: [Double]) -> Double? { sums[0] / (sums[0] + sums[1]) }
}
enum EQTPrecision: EQTQuantity {
    static let definition = "TP / (TP + FP) over traces: the share of earthquake traces among those with an entry."
    static func prefixed(_ target: any EQTTarget.Type) -> String { target.word + "_precision" }
    static func terms(_ table: EQTTable) -> [[Double]] { [table.truePositives, table.falsePositives] }
    static func finish(_ sums: [Double]) -> Double? { sums[0] / (sums[0] + sums[1]) }
}
enum EQTTruePositives: EQTQuantity {
    static let definition = "How many earthquake traces have an entry."
    static let unit = "traces"
    static func prefixed(_ target: any EQTTarget.Type) -> String { target.letter + "_tp" }
    static func terms(_ table: EQTTable) -> [[Double]] { [table.truePositives] }
}
enum EQTFalsePositives: EQTQuantity {
    static let definition = "How many noise traces have an entry."
    static let unit = "traces"
    static let better = Better.lower
    static func prefixed(_ target: any EQTTarget.Type) -> String { target.letter + "_fp" }
    static func terms(_ table: EQTTable) -> [[Double]] { [table.falsePositives] }
}
enum EQTTrueNegatives: EQTQuantity {
    static let definition = "How many noise traces have no entry."
    static let unit = "traces"
    static func prefixed(_ target: any EQTTarget.Type) -> String { target.letter + "_tn" }
    static func terms(_ table: EQTTable) -> [[Double]] { [table.trueNegatives] }
}
enum EQTFalseNegatives: EQTQuantity {
    static let definition = "How many earthquake traces have no entry."
    static let unit = "traces"
    static let better = Better.lower
    static func prefixed(_ target: any EQTTarget.Type) -> String { target.letter + "_fn" }
    static func terms(_ table: EQTTable) -> [[Double]] { [table.falseNegatives] }
}
enum EQTMeanAbsoluteError: EQTQuantity {
    static let definition =
        "The mean of |pick - arrival| over earthquake traces with both a P and an S pick, however far off."
    static let unit = "samples"
    static let better = Better.lower
    static func prefixed(_ target: any EQTTarget.Type) -> String { target.word + "_mae" }
    static func terms(_ table: EQTTable) -> [[Double]] {
        [table.errors.map { $0.isNaN ? 0 : abs($0) }, table.errors.map { $0.isNaN ? 0 : 1 }]
    }
    static func finish(_ sums: [Double]) -> Double? { sums[0] / sums[1] }
}
enum EQTRootMeanSquare: EQTQuantity {
    static let definition =
        "The root of the mean of (pick - arrival)^2 over earthquake traces with both a P and an S pick."
    static let unit = "samples"
    static let better = Better.lower
    static func prefixed(_ target: any EQTTarget.Type) -> String { target.word + "_rmse" }
    static func terms(_ table: EQTTable) -> [[Double]] {
        [table.errors.map { $0.isNaN ? 0 : $0 * $0 }, table.errors.map { $0.isNaN ? 0 : 1 }]
    }
    static func finish(_ sums: [Double]) -> Double? { (sums[0] / sums[1]).squareRoot() }
}
enum EQTEvents: EQTQuantity {
    static let definition = "How many earthquake traces there are (`#events` in the study's tables)."
    static let unit = "traces"
    static let better = Better.neither
    static func prefixed(_ target: any EQTTarget.Type) -> String { "n_events" }
    static func title(_ target: any EQTTarget.Type) -> String { "#events" }
    static func terms(_ table: EQTTable) -> [[Double]] { [table.count { table.isEarthquake[$0] }] }
}
enum EQTNoise: EQTQuantity {
    static let definition = "How many noise traces there are (`#noise` in the study's tables)."
    static let unit = "traces"
    static let better = Better.neither
    static func prefixed(_ target: any EQTTarget.Type) -> String { "n_noise" }
    static func title(_ target: any EQTTarget.Type) -> String { "#noise" }
    static func terms(_ table: EQTTable) -> [[Double]] { [table.count { table.isNoise[$0] }] }
}
