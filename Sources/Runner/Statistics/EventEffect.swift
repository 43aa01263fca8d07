/// What the events of a test set do to metrics: by the influence of each event where a metric is a function of sums, by
/// resampling where it is not.
public struct EventEffect: Sendable {
    public let events: TestEvents
    private let resamples: EventResamples?

    /// - Parameter measurements: what will be asked of it; resamples are only drawn where one of them needs them.
    public init(_ events: TestEvents, of measurements: [Measurement], replicates: Int = 1000) {
        self.events = events
        let needsThem = measurements.contains(where: \.isWhole)
        resamples = needsThem ? EventResamples(events, replicates: replicates) : nil
    }

    public var replicates: Int { resamples?.replicates ?? 0 }

    /// A metric of one run; not a number where there is none.
    public func result(of measurement: Measurement?, traces: Int) -> SeedResult {
        guard let measurement else { return SeedResult(value: .nan, deviations: [], events: events.count) }
        let deviations =
            measurement.isWhole ? resamples?.deviations(of: measurement) : events.influence(on: measurement)
        return SeedResult(
            value: measurement.value(traces: traces) ?? .nan, deviations: deviations ?? [],
            events: max(1, events.support(of: measurement)))
    }
}
