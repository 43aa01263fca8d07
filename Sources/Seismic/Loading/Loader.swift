import GraphIR

/// Turns a dataset into batches for a network: read, prepare, cut, augment, label, level; always in the order that the
/// seed and the epoch fix, on as many threads as it is given.
public final class Loader: Sendable {
    /// One input or output of the network.
    public struct Port: Hashable, Sendable {
        public var name: String
        public var type: TensorType
        public init(_ name: String, _ type: TensorType) {
            self.name = name
            self.type = type
        }
    }

    /// How traces take turns.
    public enum Order: Hashable, Sendable {
        /// As they stand, each once: for validation and tests.
        case sequential
        /// Shuffled anew every epoch, each once.
        case shuffled
        /// Shuffled, with as many earthquakes as noise in every batch; the rarer class takes more turns.
        case balanced
        /// Shuffled, the commoner class cut down to the rarer one's size, other traces every epoch.
        case undersampled
    }

    /// What is done with a trace that cannot be used.
    public enum BadTraces: Hashable, Sendable { case stop, skip }

    public struct Options: Hashable, Sendable {
        public var batch: Int
        public var seed: UInt64
        public var threads: Int
        public var augments: Bool
        public var order: Order
        /// Leaves out the last batch of an epoch if it is not full.
        public var dropsRemainder: Bool
        public var badTraces: BadTraces
        public init(
            batch: Int, seed: UInt64 = 0, threads: Int = 1, augments: Bool = false, order: Order = .sequential,
            dropsRemainder: Bool = false, badTraces: BadTraces = .stop
        ) {
            self.batch = batch
            self.seed = seed
            self.threads = threads
            self.augments = augments
            self.order = order
            self.dropsRemainder = dropsRemainder
            self.badTraces = badTraces
        }
    }

    public let options: Options
    /// Each preparation, augmentation and labeler in words, as `run.json` keeps them.
    public let statement: JSON

    /// - Parameters:
    ///   - dataset: where the traces are.
    ///   - traces: which of them, by index: one split.
    ///   - training: the traces that labelers may learn from (k-means regions); the training split.
    public init(
        _ dataset: any Dataset, traces: [Int], training: [Int]? = nil, recipe: Recipe, inputs: [Port],
        outputs: [Port], options: Options, registry: Registry = .builtIn
    ) throws {
        self.options = options
        self.statement = .null
    }

    /// How many batches an epoch has.
    public var batchCount: Int { 0 }
    /// The batches of one epoch; the first may be left out, for a run that goes on where it stopped.
    public func batches(epoch: Int, from first: Int = 0) -> BatchStream { BatchStream() }
}

/// The batches of one epoch, prepared ahead by the loader's threads. Take them with `next()` until it is `nil`.
public final class BatchStream {
    public func next() throws -> Batch? { nil }
}
