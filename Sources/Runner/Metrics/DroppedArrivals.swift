import GraphIR

/// What a rule of reading costs: arrivals that the curve had and the rule let go.
struct DroppedArrivals: Metric {
    static let group = MetricGroup.eqtStudy
    static let signature = Signature(
        .metric, "pick_dropped",
        """
        How many arrivals have a peak of their phase's curve within 0.5 s, but no pick by EQTransformer's rule.

        The rule wants a detection around the picks and tells only the first of a trace: where the detection is split, \
        or a piece of noise stands in front, what follows is dropped. Each rule has its own thresholds.
        """, [PickSettings.phase])

    private let phase: String

    init(_ arguments: Arguments) { phase = arguments[PickSettings.phase] }

    var name: String { "\(phase.lowercased())_dropped_eqt" }
    var unit: String { "arrivals" }
    var better: Better { .lower }
    var rule: PickRule? { .eqt }

    func measure(_ predictions: Predictions) -> Measurement? {
        guard let honest = PickTable(predictions, phase: phase),
            let study = PickTable(predictions, phase: phase, rule: .eqt)
        else { return nil }
        let kept = study.matches(within: PickSettings.tolerance).map { Set($0.pairs.map(\.arrival)) }
        let dropped = zip(honest.matches(within: PickSettings.tolerance), kept).map { match, kept in
            Double(match.pairs.count { !kept.contains($0.arrival) })
        }
        return .sums(terms: [dropped]) { $0[0] }
    }

    static func uses(for predictions: Predictions) -> [Arguments] {
        predictions.phases.map { Arguments(["phase": .string($0)]) }
    }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(DroppedArrivals.self, $0) }
