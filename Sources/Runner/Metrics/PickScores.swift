import GraphIR

/// Precision, recall and F1 of picks at a stated tolerance.
struct PickScore<Score: CountScore>: Metric {
    static var group: MetricGroup { .picks }
    static var signature: Signature {
        Signature(
            .metric, "pick_" + Score.word,
            """
            \(Score.definition)

            Over traces: a hit is a pick within the tolerance of the arrival; a false pick is one farther off or in a \
            trace without the arrival; an arrival is missed when no pick is within the tolerance. One pick a trace and \
            phase counts: that of the first event.
            """, [PickSettings.phase, PickSettings.within])
    }

    private let phase: String
    private let within: Double

    init(_ arguments: Arguments) {
        phase = arguments[PickSettings.phase]
        within = arguments[PickSettings.within].number
    }

    var isHeadline: Bool { Score.self == F1Score.self && within == 0.5 }
    var name: String { "\(phase.lowercased())_\(Score.word)_\(seconds(within))" }

    func measure(_ predictions: Predictions) -> Measurement? {
        guard let counts = PickTable(predictions, phase: phase)?.counts(within: within) else { return nil }
        return .sums(terms: [counts.hits, counts.falsePicks, counts.missed]) {
            Score.value(hits: $0[0], false: $0[1], missed: $0[2])
        }
    }

    static func uses(for predictions: Predictions) -> [Arguments] {
        predictions.phases.flatMap { phase in
            PickSettings.tolerances.map { Arguments(["phase": .string(phase), "within": .quantity($0, .s)]) }
        }
    }
}

/// `0.1s`, `1s`: a time as part of a name.
func seconds(_ value: Double) -> String { History.text(value) + "s" }

/// A score made of counts.
protocol CountScore: Sendable {
    static var word: String { get }
    static var definition: String { get }
    static func value(hits: Double, false: Double, missed: Double) -> Double?
}
enum PrecisionScore: CountScore {
    static let word = "precision"
    static let definition = "Hits / (hits + false): how much of what was said is right."
    static func value(hits: Double, false wrong: Double, missed: Double) -> Double? { hits / (hits + wrong) }
}
enum RecallScore: CountScore {
    static let word = "recall"
    static let definition = "Hits / (hits + missed): how much of what is there was said."
    static func value(hits: Double, false wrong: Double, missed: Double) -> Double? { hits / (hits + missed) }
}
enum F1Score: CountScore {
    static let word = "f1"
    static let definition = "2 hits / (2 hits + false + missed): the harmonic mean of precision and recall."
    static func value(hits: Double, false wrong: Double, missed: Double) -> Double? {
        2 * hits / (2 * hits + wrong + missed)
    }
}

@section("strata_plugins") @used private let precision: PluginEntry = {
    Registry.enter(PickScore<PrecisionScore>.self, $0)
}
@section("strata_plugins") @used private let recall: PluginEntry = { Registry.enter(PickScore<RecallScore>.self, $0) }
@section("strata_plugins") @used private let f1: PluginEntry = { Registry.enter(PickScore<F1Score>.self, $0) }
