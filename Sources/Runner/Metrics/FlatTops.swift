import GraphIR

/// How many picks stand on tops that are no peaks.
struct FlatTopShare: Metric {
    static let group = MetricGroup.picks
    static let signature = Signature(
        .metric, "pick_flat_share",
        """
        The share of picks that stand on flat tops: three samples in a row or more that hold one value.

        Their time is the middle of the top, as the curve says no better. Flat tops come from outputs that are \
        saturated, from features that are dead, or from a coarse curve that was stretched.
        """, [PickSettings.phase])

    private let phase: String

    init(_ arguments: Arguments) { phase = arguments[PickSettings.phase] }

    var name: String { "\(phase.lowercased())_flat_share" }
    var better: Better { .lower }
    var rule: PickRule? { .peaks }

    func measure(_ predictions: Predictions) -> Measurement? {
        guard predictions.lists(phase + PickColumn.plateau) != nil,
            let table = PickTable(predictions, phase: phase)
        else { return nil }
        let flat = table.plateaus.map { list in Double(list.count { $0 >= Double(CurvePick.flatTop) }) }
        return .sums(terms: [flat, table.picks.map { Double($0.count) }]) { $0[0] / $0[1] }
    }

    static func uses(for predictions: Predictions) -> [Arguments] {
        predictions.phases.map { Arguments(["phase": .string($0)]) }
    }

    /// From which share on people are warned.
    static let worthAWarning = 0.01

    /// One sentence for each phase whose picks stand on flat tops too often, with why.
    public static func warnings(_ predictions: Predictions) -> [String] {
        predictions.phases.compactMap { phase in
            let metric = FlatTopShare(Arguments(["phase": .string(phase)]))
            guard let share = metric.measure(predictions)?.value(traces: predictions.count), share >= worthAWarning
            else { return nil }
            return "\(Int((100 * share).rounded())) % of the \(phase) picks stand on flat tops, several samples "
                + "of one value: the output is saturated or its features are dead (docs/metrics.md, flat tops)"
        }
    }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(FlatTopShare.self, $0) }

/// How many peaks stood beside a likelier one.
struct DoublesPerPick: Metric {
    static let group = MetricGroup.picks
    static let signature = Signature(
        .metric, "pick_doubles",
        """
        How many further peaks each pick has within 0.5 s: the likeliest counts, the others are its doubles.

        Doubles come from curves that jitter. They are no false picks here; whoever picks without separating would get \
        them all.
        """, [PickSettings.phase])

    private let phase: String

    init(_ arguments: Arguments) { phase = arguments[PickSettings.phase] }

    var name: String { "\(phase.lowercased())_doubles" }
    var unit: String { "a pick" }
    var better: Better { .lower }
    var rule: PickRule? { .peaks }

    func measure(_ predictions: Predictions) -> Measurement? {
        guard let doubles = predictions.numbers(phase + PickColumn.doubles),
            let table = PickTable(predictions, phase: phase)
        else { return nil }
        return .sums(terms: [doubles.map { $0.isNaN ? 0 : $0 }, table.picks.map { Double($0.count) }]) { $0[0] / $0[1] }
    }

    static func uses(for predictions: Predictions) -> [Arguments] {
        predictions.phases.map { Arguments(["phase": .string($0)]) }
    }
}

@section("strata_plugins") @used private let doubles: PluginEntry = { Registry.enter(DoublesPerPick.self, $0) }
