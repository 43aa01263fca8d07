import GraphIR

/// How far the probabilities of picks are from how often picks are right.
struct PickCalibration: Metric {
    static let group = MetricGroup.picks
    static let signature = Signature(
        .metric, "pick_calibration",
        """
        How far picks' probabilities are from the share of them that are hits: expected calibration error, ten bins.

        A hit is a pick within the tolerance of the arrival. Traces without a pick do not count.
        """, [PickSettings.phase, PickSettings.within])

    private let phase: String
    private let within: Double

    init(_ arguments: Arguments) {
        phase = arguments[PickSettings.phase]
        within = arguments[PickSettings.within].number
    }

    var name: String { "\(phase.lowercased())_calibration_\(seconds(within))" }
    var better: Better { .lower }

    func measure(_ predictions: Predictions) -> Measurement? {
        guard let table = PickTable(predictions, phase: phase) else { return nil }
        let isHit = table.counts(within: within).hits.map { $0 == 1 }
        return Calibration.measure(probabilities: table.probabilities, isRight: isHit)
    }

    static func uses(for predictions: Predictions) -> [Arguments] {
        predictions.phases.map { Arguments(["phase": .string($0), "within": .quantity(0.5, .s)]) }
    }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(PickCalibration.self, $0) }
