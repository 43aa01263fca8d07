import Foundation
import Synchronization

/// Synthetic traces that were made, kept for the next epoch and for the next run of the same process: making one costs
/// some hundred times what reading it costs. Once the room for a set is full, the rest is made anew each time; what was
/// measured on a trace is kept in any case.
public final class MadeTraces: Sendable {
    public struct Made: Sendable {
        public var samples: [Float]
        public var length: Int
        public var components: String
        public var metadata: TraceMetadata
    }

    private struct Shelf {
        var traces: [Int: Made] = [:]
        var metadata: [Int: TraceMetadata] = [:]
        var bytes = 0
    }
    private let shelf = Mutex(Shelf())
    /// A sixteenth of the machine's memory, and never more than a gibibyte: there may be two sets.
    private static let limit = Int(clamping: min(ProcessInfo.processInfo.physicalMemory / 16, 1 << 30))

    /// The two sets that were asked for last, by what they are.
    private static let known = Mutex<[(order: String, traces: MadeTraces)]>([])

    /// The shelf of a set; the same text stands for the same traces.
    public static func of(_ order: String) -> MadeTraces {
        known.withLock { known in
            let traces = known.first { $0.order == order }?.traces ?? MadeTraces()
            known = [(order, traces)] + known.filter { $0.order != order }.prefix(1)
            return traces
        }
    }

    public static func make(_ index: Int, of kind: any SyntheticKind) -> Made {
        let (samples, components) = kind.seismogram(index)
        var metadata = kind.settled(index)
        for (name, value) in kind.measured(index, samples: samples) { metadata[name] = value }
        return Made(
            samples: samples.flatMap { $0 }, length: samples.first?.count ?? 0, components: components,
            metadata: metadata)
    }

    public func trace(_ index: Int, of kind: any SyntheticKind) -> Made {
        if let made = shelf.withLock({ $0.traces[index] }) { return made }
        let made = MadeTraces.make(index, of: kind)
        let bytes = made.samples.count * MemoryLayout<Float>.size
        shelf.withLock { shelf in
            shelf.metadata[index] = made.metadata
            guard shelf.traces[index] == nil, shelf.bytes + bytes <= MadeTraces.limit else { return }
            shelf.traces[index] = made
            shelf.bytes += bytes
        }
        return made
    }

    public func metadata(_ index: Int, of kind: any SyntheticKind) -> TraceMetadata {
        shelf.withLock { $0.metadata[index] } ?? trace(index, of: kind).metadata
    }
}
