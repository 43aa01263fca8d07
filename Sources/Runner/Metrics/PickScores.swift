import GraphIR

/// Precision, recall and F1 of picks at a stated tolerance.
struct PickScore<Score: CountScore>: Metric {
    static var group: MetricGroup { .picks }
    static var signature: Signature {
        Signature(
            .metric, "pick_" + Score.word,
            """
            \(Score.definition)

            Over arrivals, one to one: a hit is a pick within the tolerance of an arrival that no other pick has; a \
            false pick is any other; an arrival without a hit is missed. A trace with two events counts for two.
            """, [PickSettings.phase, PickSettings.within, PickSettings.rule])
    }

    private let phase: String
    private let within: Double
    let reading: PickRule

    init(_ arguments: Arguments) {
        phase = arguments[PickSettings.phase]
        within = arguments[PickSettings.within].number
        reading = arguments[PickSettings.rule]
    }

    var rule: PickRule? { reading }
    var group: MetricGroup { PickSettings.group(reading) }
    var isHeadline: Bool { Score.self == F1Score.self && within == PickSettings.tolerance }
    var name: String { "\(phase.lowercased())_\(Score.word)_\(seconds(within))" + PickSettings.ending(reading) }

    func measure(_ predictions: Predictions) -> Measurement? {
        guard let counts = PickTable(predictions, phase: phase, rule: reading)?.counts(within: within) else {
            return nil
        }
        return .sums(terms: [counts.hits, counts.falsePicks, counts.missed]) {
            Score.value(hits: $0[0], false: $0[1], missed: $0[2])
        }
    }

    static func uses(for predictions: Predictions) -> [Arguments] {
        PickRule.allCases.flatMap { rule in
            predictions.phases.flatMap { phase in
                PickSettings.tolerances.map {
                    Arguments(["phase": .string(phase), "within": .quantity($0, .s), "rule": rule.value])
                }
            }
        }
    }
}

/// `0.1s`, `1s`: a time as part of a name.
public func seconds(_ value: Double) -> String { History.text(value) + "s" }

/// A score made of counts.
public protocol CountScore: Sendable {
    static var word: String { get }
    static var definition: String { get }
    static func value(hits: Double, false: Double, missed: Double) -> Double?
}
public enum PrecisionScore: CountScore {
    public static let word = "precision"
    public static let definition = "Hits / (hits + false): how much of what was said is right."
    public static func value(hits: Double, false wrong: Double, missed: Double) -> Double? { hits / (hits + wrong) }
}
public enum RecallScore: CountScore {
    public static let word = "recall"
    public static let definition = "Hits / (hits + missed): how much of what is there was said."
    public static func value(hits: Double, false wrong: Double, missed: Double) -> Double? { hits / (hits + missed) }
}
public enum F1Score: CountScore {
    public static let word = "f1"
    public static let definition = "2 hits / (2 hits + false + missed): the harmonic mean of precision and recall."
    public static func value(hits: Double, false wrong: Double, missed: Double) -> Double? {
        2 * hits / (2 * hits + wrong + missed)
    }
}

@section("strata_plugins") @used private let precision: PluginEntry = {
    Registry.enter(PickScore<PrecisionScore>.self, $0)
}
@section("strata_plugins") @used private let recall: PluginEntry = { Registry.enter(PickScore<RecallScore>.self, $0) }
@section("strata_plugins") @used private let f1: PluginEntry = { Registry.enter(PickScore<F1Score>.self, $0) }
