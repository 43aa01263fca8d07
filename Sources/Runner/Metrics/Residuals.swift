import GraphIR

/// How far picks are from the arrivals, pick minus arrival in seconds: late is positive.
struct ResidualMetric<Statistic: ResidualStatistic>: Metric {
    static var group: MetricGroup { .picks }
    static var signature: Signature {
        Signature(
            .metric, "residual_" + Statistic.word, "\(Statistic.definition) Residuals are pick minus arrival.",
            [PickSettings.phase, PickSettings.kept])
    }

    private let phase: String
    private let kept: PickTable.Kept

    init(_ arguments: Arguments) {
        phase = arguments[PickSettings.phase]
        kept = arguments[PickSettings.kept]
    }

    var name: String { "\(phase.lowercased())_residual_\(Statistic.word)_\(kept.rawValue)" }
    var unit: String { Statistic.unit }
    var better: Better { Statistic.better }
    var isHeadline: Bool { Statistic.self == AbsoluteResidual.self && kept == .matched }

    func measure(_ predictions: Predictions) -> Measurement? {
        guard let residuals = PickTable(predictions, phase: phase)?.residuals(kept) else { return nil }
        return Statistic.measure(residuals)
    }

    static func uses(for predictions: Predictions) -> [Arguments] {
        predictions.phases.flatMap { phase in
            PickTable.Kept.allCases.map { Arguments(["phase": .string(phase), "picks": $0.value]) }
        }
    }
}

/// What is made of the residuals of all traces; `nan` stands for a trace that has none.
protocol ResidualStatistic: Sendable {
    static var word: String { get }
    static var definition: String { get }
    static var unit: String { get }
    static var better: Better { get }
    static func measure(_ residuals: [Double]) -> Measurement
}
extension ResidualStatistic {
    static var unit: String { "s" }
    static var better: Better { .lower }

    /// A function of the sums of some powers or such of the residuals, and of their number last.
    static func sums(
        of residuals: [Double], _ parts: [(Double) -> Double], finish: @escaping @Sendable ([Double]) -> Double?
    ) -> Measurement {
        let terms = (parts + [{ _ in 1 }]).map { part in residuals.map { $0.isNaN ? 0 : part($0) } }
        return .sums(terms: terms, finish: finish)
    }
}

enum MeanResidual: ResidualStatistic {
    static let word = "mean"
    static let definition = "The mean of the residuals: how much picks are late on the whole."
    static let better = Better.neither
    static func measure(_ residuals: [Double]) -> Measurement { sums(of: residuals, [{ $0 }]) { $0[0] / $0[1] } }
}
enum DeviationOfResiduals: ResidualStatistic {
    static let word = "std"
    static let definition = "The standard deviation of the residuals about their mean (population form)."
    static func measure(_ residuals: [Double]) -> Measurement {
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
    static func measure(_ residuals: [Double]) -> Measurement { sums(of: residuals, [{ abs($0) }]) { $0[0] / $0[1] } }
}
enum RootMeanSquareResidual: ResidualStatistic {
    static let word = "rms"
    static let definition = "The root of the mean of the residuals' squares."
    static func measure(_ residuals: [Double]) -> Measurement {
        sums(of: residuals, [{ $0 * $0 }]) { ($0[0] / $0[1]).squareRoot() }
    }
}
enum OutlierShare: ResidualStatistic {
    static let word = "outliers"
    static let definition = "The share of residuals of more than 1 s."
    static let unit = ""
    static func measure(_ residuals: [Double]) -> Measurement {
        sums(of: residuals, [{ abs($0) > 1 ? 1 : 0 }]) { $0[0] / $0[1] }
    }
}
enum MedianResidual: ResidualStatistic {
    static let word = "median"
    static let definition = "The median of the residuals: half of the picks are later than this."
    static let better = Better.neither
    static func measure(_ residuals: [Double]) -> Measurement {
        let order = residuals.indices.filter { !residuals[$0].isNaN }.sorted { residuals[$0] < residuals[$1] }
        return .whole { weights in
            let total = order.reduce(0) { $0 + weights[$1] }
            guard total > 0 else { return nil }
            var sum = 0.0
            var lower: Double?
            for index in order where weights[index] > 0 {
                if let lower { return (lower + residuals[index]) / 2 }
                sum += weights[index]
                // Exactly half lies below: the median is midway to the next.
                if sum == total / 2 { lower = residuals[index] } else if sum > total / 2 { return residuals[index] }
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
