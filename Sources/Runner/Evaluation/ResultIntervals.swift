import GraphIR

/// How far the numbers of one result might lie elsewhere had other events been recorded.
public struct ResultIntervals: Sendable {
    /// By the metric's name; none where too few of the resampled sets define it.
    public let ends: [String: ClosedRange<Double>]
    public let statement: String
    private static let confidence = 0.95

    public init(_ predictions: Predictions, registry: Registry = .builtIn) {
        let events = TestEvents(names: predictions.events, isEvent: predictions.isEvent)
        let resamples = EventResamples(events)
        let found = MetricUse.all(for: predictions, registry: registry).compactMap { use in
            use.metric.measure(predictions).flatMap {
                resamples.interval(of: $0, confidence: Self.confidence)
            }.map { (use.name, $0) }
        }
        ends = Dictionary(found, uniquingKeysWith: { first, _ in first })
        statement =
            "95 % of \(resamples.replicates) test sets drawn from the \(events.count) events of this one, "
            + "with replacement"
    }
}
