import Kernels

/// Test sets that might have been: the events of the real one, drawn again with replacement, many times over.
///
/// Events are drawn, not traces: the records of one earthquake at twenty stations succeed and fail together. Noise is
/// drawn among noise and earthquakes among earthquakes, so that their proportion stays what the test set was built
/// with. The same draws serve every network, metric and seed, which makes every comparison a paired one.
public struct EventResamples: Sendable {
    public let replicates: Int
    public let eventCount: Int
    /// The event of each trace, by number.
    public let eventOfTrace: [Int]
    /// How often each resample draws each event: `replicates` entries an event.
    private let counts: [UInt8]

    /// - Parameters:
    ///   - events: the event of each trace, by name.
    ///   - isEvent: whether each trace shows an earthquake; `nil` where the task knows no noise.
    public init(events: [String], isEvent: [Bool]?, replicates: Int = 1000, seed: UInt64 = 0) {
        var numbers: [String: Int] = [:]
        var groups: [[Int]] = [[], []]
        eventOfTrace = events.enumerated().map { trace, name in
            if let number = numbers[name] { return number }
            let number = numbers.count
            numbers[name] = number
            groups[isEvent?[trace] ?? true ? 0 : 1].append(number)
            return number
        }
        eventCount = numbers.count
        // A test set of a whole archive has its error known well enough from fewer resamples.
        let affordable = 200_000_000 / max(eventCount, 1)
        self.replicates = max(100, min(replicates, affordable))
        counts = EventResamples.draw(groups, eventCount: eventCount, replicates: self.replicates, seed: seed)
    }

    private static func draw(_ groups: [[Int]], eventCount: Int, replicates: Int, seed: UInt64) -> [UInt8] {
        var counts = [UInt8](repeating: 0, count: eventCount * replicates)
        for (stream, group) in groups.enumerated() {
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
        switch measurement {
        case .sums(let terms, let finish):
            let sums = terms.map { weightedSums(counts: counts, replicates: replicates, terms: byEvent($0)) }
            return (0..<replicates).map { replicate in finish(sums.map { $0[replicate] }) ?? .nan }
        case .whole(let function):
            return (0..<replicates).map { replicate in
                function(eventOfTrace.map { Double(counts[$0 * replicates + replicate]) }) ?? .nan
            }
        }
    }

    /// How many events a metric of sums looks at: those that add something to it.
    public func support(of measurement: Measurement) -> Int {
        guard case .sums(let terms, _) = measurement else { return eventCount }
        var isTouched = [Bool](repeating: false, count: eventCount)
        for list in terms {
            for (trace, term) in list.enumerated() where term != 0 { isTouched[eventOfTrace[trace]] = true }
        }
        return isTouched.reduce(0) { $0 + ($1 ? 1 : 0) }
    }

    private func byEvent(_ terms: [Double]) -> [Double] {
        var sums = [Double](repeating: 0, count: eventCount)
        for (trace, term) in terms.enumerated() { sums[eventOfTrace[trace]] += term }
        return sums
    }
}
