import Kernels

/// Test sets that might have been: the events of the real one, drawn again with replacement, many times over.
///
/// They serve metrics that are no function of sums, such as ranks and medians, where leaving out one event at a time
/// says too little. Noise is drawn among noise and earthquakes among earthquakes. The same draws serve every network,
/// metric and seed, which makes every comparison a paired one.
public struct EventResamples: Sendable {
    public let replicates: Int
    private let events: TestEvents
    /// How often each resample draws each event: `replicates` entries an event.
    private let counts: [UInt8]

    public init(_ events: TestEvents, replicates: Int = 1000, seed: UInt64 = 0) {
        self.events = events
        // A test set of a whole archive has its error known well enough from fewer resamples.
        let affordable = 200_000_000 / max(events.count, 1)
        self.replicates = max(100, min(replicates, affordable))
        counts = EventResamples.draw(events, replicates: self.replicates, seed: seed)
    }

    private static func draw(_ events: TestEvents, replicates: Int, seed: UInt64) -> [UInt8] {
        var counts = [UInt8](repeating: 0, count: events.count * replicates)
        for (stream, group) in events.groups.enumerated() {
            for replicate in 0..<replicates {
                let random = CounterRandom(seed: seed, stream: UInt64(stream), step: UInt64(replicate))
                for draw in group.indices {
                    let event = group[random.int(draw, in: group.indices)]
                    let place = event * replicates + replicate
                    counts[place] = counts[place] == .max ? .max : counts[place] + 1
                }
            }
        }
        return counts
    }

    /// A metric's value on every resample; NaN where it is not defined.
    public func values(of measurement: Measurement) -> [Double] {
        (0..<replicates).map { replicate in
            let weights = events.ofTrace.map { Double(counts[$0 * replicates + replicate]) }
            return measurement.value(weights: weights, traces: weights.count) ?? .nan
        }
    }

    /// How far the values lie from their mean, scaled as `TestEvents.influence` is: the squares add up to the variance.
    public func deviations(of measurement: Measurement) -> [Double] {
        let values = values(of: measurement)
        let sample = Sample(values.filter(\.isFinite))
        let scale = 1 / Double(max(sample.count - 1, 1)).squareRoot()
        return values.map { scale * ($0 - sample.mean) }
    }

    /// Between which values so large a share of the resamples lies; `nil` where a tenth of them leaves it undefined.
    public func interval(of measurement: Measurement, confidence: Double) -> ClosedRange<Double>? {
        let values = quickValues(of: measurement).filter(\.isFinite).sorted()
        guard !values.isEmpty, Double(values.count) > 0.9 * Double(replicates) else { return nil }
        func end(_ share: Double) -> Double {
            let place = share * Double(values.count - 1)
            let below = Int(place.rounded(.down))
            let above = min(values.count - 1, below + 1)
            return values[below] + (place - Double(below)) * (values[above] - values[below])
        }
        return end((1 - confidence) / 2)...end((1 + confidence) / 2)
    }

    /// As `values`, with the traces of an event added up once and for all where that can be.
    private func quickValues(of measurement: Measurement) -> [Double] {
        guard case .sums(let terms, let finish) = measurement else { return values(of: measurement) }
        let sums = terms.map { list in
            var sums = [Double](repeating: 0, count: replicates)
            var ofEvent = [Double](repeating: 0, count: events.count)
            for (trace, term) in list.enumerated() { ofEvent[events.ofTrace[trace]] += term }
            for (event, sum) in ofEvent.enumerated() where sum != 0 {
                for replicate in 0..<replicates {
                    sums[replicate] += sum * Double(counts[event * replicates + replicate])
                }
            }
            return sums
        }
        return (0..<replicates).map { replicate in finish(sums.map { $0[replicate] }) ?? .nan }
    }
}
