import GraphIR

/// One number that says how good a network is, computed from what it said about each trace. A plugin of kind `metric`:
/// its documentation is the definition that is printed beside the number.
public protocol Metric: Plugin {
    /// Where tables show it.
    static var group: MetricGroup { get }
    init(_ arguments: Arguments) throws(Complaint)
    /// Its name in tables: the plugin's own with what its arguments add, as in `p_recall_0.1s`.
    var name: String { get }
    /// `s`, `samples`, `traces`, or empty for a pure number.
    var unit: String { get }
    var better: Better { get }
    /// One of the few numbers that a comparison judges unless it is told otherwise: each more costs all others power.
    var isHeadline: Bool { get }
    /// The rule by which picks were read for it; `nil` where it looks at no picks. A comparison judges metrics of one
    /// rule, and shows those of the others without verdicts.
    var rule: PickRule? { get }
    /// Where tables show this use of it.
    var group: MetricGroup { get }
    /// `nil` where these predictions have nothing that it could measure.
    func measure(_ predictions: Predictions) -> Measurement?
    /// The same number of only that part of the test set of which both networks have something to say, for judging
    /// their difference; `nil` where every trace tells of both.
    func measure(_ predictions: Predictions, beside other: Predictions) -> SharedMeasurement?
    /// The uses of it that evaluation reports for such predictions: one unless it has arguments worth varying.
    static func uses(for predictions: Predictions) -> [Arguments]
}

extension Metric {
    public var name: String { Self.signature.name }
    public var unit: String { "" }
    public var better: Better { .higher }
    public var isHeadline: Bool { false }
    public var rule: PickRule? { nil }
    public var group: MetricGroup { Self.group }
    public func measure(_ predictions: Predictions, beside other: Predictions) -> SharedMeasurement? { nil }
    public static func uses(for predictions: Predictions) -> [Arguments] { [signature.defaults] }
}

public enum Better: String, Sendable { case higher, lower, neither }

/// The chapters of a table of results.
public enum MetricGroup: String, CaseIterable, Sendable {
    case detection, picks, classes, amounts
    /// As the EQTransformer study of Mrp3anut and others counted, beside which the honest ones stand.
    case eqtStudy = "eqt_study"
    /// Picks as SeisBench reads them.
    case trigger

    /// As a heading.
    public var title: String {
        switch self {
        case .eqtStudy: "as the EQTransformer study reads and counts (eqt)"
        case .trigger: "as SeisBench reads picks (trigger)"
        default: rawValue
        }
    }
}

/// A metric of what two networks have in common, and how much that is.
public struct SharedMeasurement: Sendable {
    public var measurement: Measurement
    public var count: Int
    /// `P arrivals that both matched`
    public var what: String

    public init(measurement: Measurement, count: Int, what: String) {
        self.measurement = measurement
        self.count = count
        self.what = what
    }
}

/// A metric made ready on a table of predictions, so that weighing the traces anew (a bootstrap does it thousands of
/// times) costs little.
public enum Measurement: Sendable {
    /// A function of sums over traces. `terms` has one list a sum, one entry a trace; whoever resamples events may
    /// add the traces of an event up once and for all.
    case sums(terms: [[Double]], finish: @Sendable ([Double]) -> Double?)
    /// Anything else, as ranks and medians: a function of one weight a trace.
    case whole(@Sendable (_ weights: [Double]) -> Double?)

    /// Whether it is no function of sums, so that every weighing of the traces has to be measured anew.
    var isWhole: Bool { if case .whole = self { true } else { false } }

    /// The number, each trace counted `weights[trace]` times, or once. `nil` where it is undefined (0/0).
    public func value(weights: [Double]? = nil, traces: Int) -> Double? {
        switch self {
        case .sums(let terms, let finish):
            let sums = terms.map { list in
                guard let weights else { return list.reduce(0, +) }
                var sum = 0.0
                for (term, weight) in zip(list, weights) where weight != 0 { sum += term * weight }
                return sum
            }
            return finish(sums).flatMap { $0.isFinite ? $0 : nil }
        case .whole(let function):
            let value = function(weights ?? [Double](repeating: 1, count: traces))
            return value.flatMap { $0.isFinite ? $0 : nil }
        }
    }
}

/// One metric with its arguments settled, as tables and comparisons use it.
public struct MetricUse: Sendable {
    public var metric: any Metric
    public var arguments: Arguments
    public var name: String { metric.name }
    public var unit: String { metric.unit }
    public var better: Better { metric.better }
    public var isHeadline: Bool { metric.isHeadline }
    public var rule: PickRule? { metric.rule }
    public var group: MetricGroup { metric.group }
    public var signature: Signature { type(of: metric).signature }
    /// What the number is, in words.
    public var definition: String {
        signature.documentation
            + (rule.map { $0 == .peaks ? "" : "\n\nPicks are read by \($0): \($0.statement)." } ?? "")
    }

    /// The same metric with the picks of another rule, among these.
    func sibling(_ rule: PickRule, in uses: [MetricUse]) -> MetricUse? {
        guard self.rule != nil else { return nil }
        func rest(_ use: MetricUse) -> [Arguments.Entry] {
            use.arguments.entries.filter { $0.name != PickSettings.rule.name }
        }
        return uses.first { other in
            other.rule == rule && other.signature.name == signature.name
                && rest(other).map { "\($0.name)=\($0.value)" } == rest(self).map { "\($0.name)=\($0.value)" }
        }
    }

    /// Every use of every registered metric that these predictions allow, by group and then in the plugins' order.
    public static func all(for predictions: Predictions, registry: Registry = .builtIn) -> [MetricUse] {
        var uses: [MetricUse] = []
        for plugin in registry.plugins(.metric) {
            guard let type = plugin as? any Metric.Type else { continue }
            for arguments in type.uses(for: predictions) {
                guard let metric = try? type.init(arguments), metric.measure(predictions) != nil else { continue }
                uses.append(MetricUse(metric: metric, arguments: arguments))
            }
        }
        return MetricGroup.allCases.flatMap { group in uses.filter { $0.group == group } }
    }
}
