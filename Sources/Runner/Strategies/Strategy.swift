import GraphIR

/// How the windows of a batch become one movement of the weights: a plugin of kind `strategy`.
///
/// A batch is cut into parts, and a strategy shares the parts out among *workers*. A worker has weights and an
/// optimizer's memory of its own and moves them along the gradient of its parts; every so many steps, and at the end of
/// every epoch, all workers' weights become their mean. Workers are a matter of the recipe and not of the machine: the
/// processes of a team only carry them, and how many those are changes no bit.
public protocol Strategy: Plugin {
    init(_ arguments: Arguments) throws(Complaint)
    /// The workers for a batch of so many parts.
    func crew(parts: Int) throws(Complaint) -> Crew
}

/// Who learns from what, and how often they meet.
public struct Crew: Hashable, Sendable {
    /// What becomes of the optimizer's memory when the workers meet.
    public enum Memory: String, Word {
        /// It becomes the workers' mean, as the weights do.
        case mean
        /// It begins anew.
        case fresh
    }
    /// By worker: its parts. Together all parts, in order, and nobody has none.
    public var workers: [Range<Int>]
    /// After how many steps the workers' weights become their mean.
    public var every: Int
    public var memory: Memory

    public init(workers: [Range<Int>], every: Int = 1, memory: Memory = .mean) {
        (self.workers, self.every, self.memory) = (workers, every, memory)
    }

    /// So many workers with parts as equal as can be.
    public init(_ count: Int, of parts: Int, every: Int = 1, memory: Memory = .mean) {
        let workers = (0..<count).map { parts * $0 / count..<parts * ($0 + 1) / count }
        self.init(workers: workers, every: every, memory: memory)
    }

    public var parts: Int { workers.last?.upperBound ?? 0 }

    /// What is wrong with it for a batch of so many parts; `nil` if nothing is.
    func fault(parts: Int) -> String? {
        var next = 0
        for worker in workers {
            guard worker.lowerBound == next, worker.upperBound > next else {
                return "its workers do not share \(parts) parts out in order, each with at least one"
            }
            next = worker.upperBound
        }
        if next != parts { return "its workers have \(next) of \(parts) parts" }
        return every < 1 ? "its workers meet every \(every) steps" : nil
    }
}

/// One set of weights, moved at every step along the gradient of the whole batch.
struct Together: Strategy {
    static let signature = Signature(
        .strategy, "together", "All parts of a batch move one set of weights together, at every step.",
        example: "strategy: together")

    init(_ arguments: Arguments) {}
    func crew(parts: Int) -> Crew { Crew(1, of: parts) }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(Together.self, $0) }
