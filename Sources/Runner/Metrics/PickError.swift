import GraphIR

/// How far off picks are when a miss counts too. A mean over matched picks alone is smallest for a network that finds
/// only what is easy.
struct PickError: Metric {
    static let group = MetricGroup.picks
    static let signature = Signature(
        .metric, "pick_error_or_miss",
        """
        The mean over arrivals of |pick - arrival|, where a miss counts as the tolerance.

        Picks and arrivals are matched one to one within the tolerance. Unlike the mean over matched picks it does not \
        fall when a network leaves the difficult arrivals out.
        """, [PickSettings.phase, PickSettings.within, PickSettings.rule])

    private let phase: String
    private let within: Double
    private let reading: PickRule

    init(_ arguments: Arguments) {
        phase = arguments[PickSettings.phase]
        within = arguments[PickSettings.within].number
        reading = arguments[PickSettings.rule]
    }

    var rule: PickRule? { reading }
    var group: MetricGroup { PickSettings.group(reading) }
    var name: String { "\(phase.lowercased())_error_or_miss_\(seconds(within))" + PickSettings.ending(reading) }
    var unit: String { "s" }
    var better: Better { .lower }
    var isHeadline: Bool { true }

    func measure(_ predictions: Predictions) -> Measurement? {
        guard let table = PickTable(predictions, phase: phase, rule: reading) else { return nil }
        let sums = table.matches(within: within).enumerated().map { trace, match in
            let missed = table.arrivals[trace].count - match.pairs.count
            return match.pairs.reduce(Double(missed) * within) { sum, pair in
                sum + abs(table.picks[trace][pair.pick] - table.arrivals[trace][pair.arrival])
            }
        }
        return .sums(terms: [sums, table.arrivals.map { Double($0.count) }]) { $0[0] / $0[1] }
    }

    static func uses(for predictions: Predictions) -> [Arguments] {
        PickRule.allCases.flatMap { rule in
            predictions.phases.map {
                Arguments([
                    "phase": .string($0), "within": .quantity(PickSettings.tolerance, .s), "rule": rule.value,
                ])
            }
        }
    }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(PickError.self, $0) }
