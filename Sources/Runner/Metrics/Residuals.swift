import GraphIR

/// How far picks are from the arrivals, pick minus arrival in seconds: late is positive.
struct ResidualMetric<Statistic: ResidualStatistic>: Metric {
    static var group: MetricGroup { .picks }
    static var signature: Signature {
        Signature(
            .metric, "residual_" + Statistic.word, "\(Statistic.definition) Residuals are pick minus arrival.",
            [PickSettings.phase, PickSettings.kept, PickSettings.rule])
    }

    private let phase: String
    private let kept: PickTable.Kept
    private let reading: PickRule

    init(_ arguments: Arguments) {
        phase = arguments[PickSettings.phase]
        kept = arguments[PickSettings.kept]
        reading = arguments[PickSettings.rule]
    }

    var name: String {
        "\(phase.lowercased())_residual_\(Statistic.word)_\(kept.rawValue)" + PickSettings.ending(reading)
    }
    var rule: PickRule? { reading }
    var group: MetricGroup { PickSettings.group(reading) }
    var unit: String { Statistic.unit }
    var better: Better { Statistic.better }
    var isHeadline: Bool { Statistic.self == AbsoluteResidual.self && kept == .matched }

    func measure(_ predictions: Predictions) -> Measurement? {
        guard let residuals = PickTable(predictions, phase: phase, rule: reading)?.residuals(kept) else { return nil }
        return Statistic.measure(residuals.map { $0.map(\.value) })
    }

    /// Of the arrivals that both networks matched: the mean of those that one finds says little beside the mean of
    /// others.
    func measure(_ predictions: Predictions, beside other: Predictions) -> SharedMeasurement? {
        guard kept != .all, let table = PickTable(predictions, phase: phase, rule: reading),
            let others = PickTable(other, phase: phase, rule: reading), others.arrivals.count == table.arrivals.count
        else { return nil }
        let shared = zip(table.residuals(kept), others.residuals(kept)).map { own, theirs in
            let known = Set(theirs.map(\.arrival))
            return own.filter { known.contains($0.arrival) }.map(\.value)
        }
        return SharedMeasurement(
            measurement: Statistic.measure(shared), count: shared.reduce(0) { $0 + $1.count },
            what: "\(phase) arrivals that both \(kept.rawValue)")
    }

    static func uses(for predictions: Predictions) -> [Arguments] {
        let isStream = StreamTable.isOne(predictions)
        return predictions.phases.flatMap { phase in
            PickTable.Kept.allCases.map { Arguments(["phase": .string(phase), "picks": $0.value]) }
                + (Statistic.self == AbsoluteResidual.self || isStream
                    ? [PickRule.eqt, .trigger].map {
                        Arguments(["phase": .string(phase), "picks": PickTable.Kept.matched.value, "rule": $0.value])
                    } : [])
        }.filter { !isStream || $0["picks"] != PickTable.Kept.all.value }
    }
}

/// What is made of the residuals of all traces: none, one or several a trace.
protocol ResidualStatistic: Sendable {
    static var word: String { get }
    static var definition: String { get }
    static var unit: String { get }
    static var better: Better { get }
    static func measure(_ residuals: [[Double]]) -> Measurement
}
extension ResidualStatistic {
    static var unit: String { "s" }
    static var better: Better { .lower }

    /// A function of the sums of some powers or such of the residuals, and of their number last.
    static func sums(
        of residuals: [[Double]], _ parts: [(Double) -> Double], finish: @escaping @Sendable ([Double]) -> Double?
    ) -> Measurement {
        let terms = (parts + [{ _ in 1 }]).map { part in residuals.map { $0.reduce(0) { $0 + part($1) } } }
        return .sums(terms: terms, finish: finish)
    }
}

enum MeanResidual: ResidualStatistic {
    static let word = "mean"
    static let definition = "The mean of the residuals: how much picks are late on the whole."
    static let better = Better.neither
    static func measure(_ residuals: [[Double]]) -> Measurement { sums(of: residuals, [{ $0 }]) { $0[0] / $0[1] } }
}
enum DeviationOfResiduals: ResidualStatistic {
    static let word = "std"
    static let definition = "The standard deviation of the residuals about their mean (population form)."
    static func measure(_ residuals: [[Double]]) -> Measurement {
        sums(of: residuals, [{ $0 }, { $0 * $0 }]) { sums in
            let mean = sums[0] / sums[2]
            // Rounding may leave less than nothing; of no picks there is no spread at all.
            let variance = sums[1] / sums[2] - mean * mean
            return (variance < 0 ? 0 : variance).squareRoot()
        }
    }
}
enum AbsoluteResidual: ResidualStatistic {
    static let word = "mae"
    static let definition = "The mean of the residuals' sizes."
    static func measure(_ residuals: [[Double]]) -> Measurement { sums(of: residuals, [{ abs($0) }]) { $0[0] / $0[1] } }
}
enum RootMeanSquareResidual: ResidualStatistic {
    static let word = "rms"
    static let definition = "The root of the mean of the residuals' squares."
    static func measure(_ residuals: [[Double]]) -> Measurement {
        sums(of: residuals, [{ $0 * $0 }]) { ($0[0] / $0[1]).squareRoot() }
    }
}
enum OutlierShare: ResidualStatistic {
    static let word = "outliers"
    static let definition = "The share of residuals of more than 1 s."
    static let unit = ""
    static func measure(_ residuals: [[Double]]) -> Measurement {
        sums(of: residuals, [{ abs($0) > 1 ? 1 : 0 }]) { $0[0] / $0[1] }
    }
}
enum MedianResidual: ResidualStatistic {
    static let word = "median"
    static let definition = "The median of the residuals: half of the picks are later than this."
    static let better = Better.neither
    static func measure(_ residuals: [[Double]]) -> Measurement {
        let order = residuals.enumerated().flatMap { trace, list in list.map { (trace: trace, value: $0) } }
            .sorted { ($0.value, $0.trace) < ($1.value, $1.trace) }
        return .whole { weights in
            let total = order.reduce(0) { $0 + weights[$1.trace] }
            guard total > 0 else { return nil }
            var sum = 0.0
            var lower: Double?
            for entry in order where weights[entry.trace] > 0 {
                if let lower { return (lower + entry.value) / 2 }
                sum += weights[entry.trace]
                // Exactly half lies below: the median is midway to the next.
                if sum == total / 2 { lower = entry.value } else if sum > total / 2 { return entry.value }
            }
            return nil
        }
    }
}

@section("strata_plugins") @used private let mean: PluginEntry = {
    Registry.enter(ResidualMetric<MeanResidual>.self, $0)
}
@section("strata_plugins") @used private let deviation: PluginEntry = {
    Registry.enter(ResidualMetric<DeviationOfResiduals>.self, $0)
}
@section("strata_plugins") @used private let absolute: PluginEntry = {
    Registry.enter(ResidualMetric<AbsoluteResidual>.self, $0)
}
@section("strata_plugins") @used private let root: PluginEntry = {
    Registry.enter(ResidualMetric<RootMeanSquareResidual>.self, $0)
}
@section("strata_plugins") @used private let outliers: PluginEntry = {
    Registry.enter(ResidualMetric<OutlierShare>.self, $0)
}
@section("strata_plugins") @used private let median: PluginEntry = {
    Registry.enter(ResidualMetric<MedianResidual>.self, $0)
}
