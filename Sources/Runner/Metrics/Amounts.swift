import GraphIR

/// How far numbers are from those that they should be, averaged over windows.
struct AmountMetric<Error: AmountError>: Metric {
    static var group: MetricGroup { .amounts }
    static var signature: Signature { Signature(.metric, "amount_" + Error.word, Error.definition) }

    init(_ arguments: Arguments) {}
    var better: Better { .lower }

    func measure(_ predictions: Predictions) -> Measurement? {
        guard let errors = predictions.numbers(Error.column) else { return nil }
        let terms = [errors.map { $0.isNaN ? 0 : $0 }, errors.map { $0.isNaN ? 0 : 1 }]
        return .sums(terms: terms) { Error.finish($0[0] / $0[1]) }
    }
}

protocol AmountError: Sendable {
    static var word: String { get }
    static var definition: String { get }
    static var column: String { get }
    static func finish(_ mean: Double) -> Double
}
enum AbsoluteAmountError: AmountError {
    static let word = "mae"
    static let definition = "The mean over windows of the mean of |said - true|."
    static let column = "mean_absolute_error"
    static func finish(_ mean: Double) -> Double { mean }
}
enum SquareAmountError: AmountError {
    static let word = "rms"
    static let definition = "The root of the mean over windows of the mean of (said - true)^2."
    static let column = "mean_square_error"
    static func finish(_ mean: Double) -> Double { mean.squareRoot() }
}

@section("strata_plugins") @used private let absolute: PluginEntry = {
    Registry.enter(AmountMetric<AbsoluteAmountError>.self, $0)
}
@section("strata_plugins") @used private let square: PluginEntry = {
    Registry.enter(AmountMetric<SquareAmountError>.self, $0)
}
