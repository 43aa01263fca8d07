import Foundation
import Synchronization

/// Synthetic traces that were made, kept for the next epoch and for the next run of the same process: making one costs
/// some hundred times what reading it costs. Once an eighth of the machine's memory is full, the rest is made anew each
/// time.
final class MadeTraces: Sendable {
    struct Made: Sendable {
        var samples: [Float]
        var length: Int
        var components: String
        var metadata: TraceMetadata
    }

    private struct Shelf {
        var traces: [Int: Made] = [:]
        var bytes = 0
    }
    private let shelf = Mutex(Shelf())
    private static let limit = Int(clamping: ProcessInfo.processInfo.physicalMemory / 8)

    /// The last sets that were asked for, by what they are.
    private static let known = Mutex<[(order: String, traces: MadeTraces)]>([])

    /// The shelf of a set; the same text stands for the same traces. Of other sets only the latest is kept.
    static func of(_ order: String) -> MadeTraces {
        known.withLock { known in
            if let traces = known.first(where: { $0.order == order })?.traces { return traces }
            let traces = MadeTraces()
            known = [(order, traces)] + known.prefix(1)
            return traces
        }
    }

    static func make(_ index: Int, of kind: any SyntheticKind) -> Made {
        let (samples, components) = kind.seismogram(index)
        var metadata = kind.settled(index)
        for (name, value) in kind.measured(index, samples: samples) { metadata[name] = value }
        return Made(
            samples: samples.flatMap { $0 }, length: samples.first?.count ?? 0, components: components,
            metadata: metadata)
    }

    func trace(_ index: Int, of kind: any SyntheticKind) -> Made {
        if let made = shelf.withLock({ $0.traces[index] }) { return made }
        let made = MadeTraces.make(index, of: kind)
        let bytes = made.samples.count * MemoryLayout<Float>.size
        shelf.withLock { shelf in
            guard shelf.traces[index] == nil, shelf.bytes + bytes <= MadeTraces.limit else { return }
            shelf.traces[index] = made
            shelf.bytes += bytes
        }
        return made
    }
}
