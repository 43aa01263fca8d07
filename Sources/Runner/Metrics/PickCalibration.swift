import GraphIR

/// How far the probabilities of picks are from how often picks are right.
struct PickCalibration: Metric {
    static let group = MetricGroup.picks
    static let signature = Signature(
        .metric, "pick_calibration",
        """
        How far picks' probabilities are from the share of them that are hits: expected calibration error, ten bins.

        A hit is a pick within the tolerance of the arrival, one to one. Only picks count: where nothing was picked \
        there is no probability.
        """, [PickSettings.phase, PickSettings.within])

    private let phase: String
    private let within: Double

    init(_ arguments: Arguments) {
        phase = arguments[PickSettings.phase]
        within = arguments[PickSettings.within].number
    }

    var name: String { "\(phase.lowercased())_calibration_\(seconds(within))" }
    var better: Better { .lower }
    var rule: PickRule? { .peaks }

    func measure(_ predictions: Predictions) -> Measurement? {
        guard let table = PickTable(predictions, phase: phase) else { return nil }
        return Calibration.measure(table.answers(within: within).map { $0.map { ($0.probability, $0.isHit) } })
    }

    static func uses(for predictions: Predictions) -> [Arguments] {
        predictions.phases.map {
            Arguments(["phase": .string($0), "within": .quantity(PickSettings.tolerance, .s)])
        }
    }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(PickCalibration.self, $0) }
