import Foundation
import Seismic

/// Places that are picked side by side, each with a network of its own: whoever is free takes the next place. What
/// comes of it is put together in the order of the places, so that nothing depends on who was faster.
final class PickShift: @unchecked Sendable {
    private let streams: PickStreams
    private let index: StreamIndex
    private let places: [[StreamIndex.Channels]]
    private let cache: PickCache
    private let sources: [any CurveSource]
    private let progress: (String) -> Void

    /// Everything below is looked at and changed under the lock.
    private let lock = NSLock()
    private var next = 0
    private var parts: [PickSummary?]
    private var failure: (place: Int, error: any Error)?
    private var pace: PickPace
    private var picked = 0

    init(
        _ streams: PickStreams, _ index: StreamIndex, places: [[StreamIndex.Channels]], cache: PickCache,
        sources: [any CurveSource], progress: @escaping (String) -> Void
    ) {
        (self.streams, self.index, self.places, self.cache) = (streams, index, places, cache)
        (self.sources, self.progress) = (sources, progress)
        parts = places.map { _ in nil }
        pace = PickPace(index.channels.filter { streams.isUsable($0) == nil }, begun: secondsNow())
    }

    /// What came of each place, in their order.
    func run() throws -> [PickSummary] {
        if sources.count < 2 {
            work(0)
        } else {
            DispatchQueue.concurrentPerform(iterations: sources.count) { self.work($0) }
        }
        if let failure { throw failure.error }
        return parts.compactMap { $0 }
    }

    private func work(_ number: Int) {
        while let place = lock.withLock({ takeNext() }) {
            do {
                let part = try pick(places[place], with: sources[number])
                lock.withLock { parts[place] = part }
            } catch {
                lock.withLock { if place < failure?.place ?? .max { failure = (place, error) } }
            }
        }
    }

    private func takeNext() -> Int? {
        guard failure == nil, next < places.count else { return nil }
        defer { next += 1 }
        return next
    }

    private func pick(_ place: [StreamIndex.Channels], with source: any CurveSource) throws -> PickSummary {
        var part = PickSummary()
        var taken: [Range<Instant>] = []
        let ordered = streams.inOrder(place)
        let sink = try streams.curveFiles()
        for channels in ordered {
            part.groups += 1
            streams.noteProblem(channels, among: ordered, index, into: &part)
            let kept = streams.request.resumes ? cache.load(channels.group, rate: channels.rate) : nil
            var own = 0
            let result =
                try kept
                ?? streams.pick(channels, in: index, by: source, without: taken, sink: sink) { picks, until in
                    lock.withLock {
                        picked += picks - own
                        own = picks
                        progress(pace.line(channels.group, until, picks: picked, of: channels))
                    }
                }
            try sink?.finish()
            lock.withLock {
                picked += result.picks.count - own
                pace.finish(channels, isKept: kept != nil)
            }
            if kept == nil { try cache.keep(result, of: channels.group, rate: channels.rate) }
            part.resumedGroups += kept == nil ? 0 : 1
            taken += result.coverage.rows.filter { $0.fate == .picked }.map { $0.from..<$0.to }
            part.add(result)
        }
        streams.note(ordered, into: &part)
        return part
    }
}
