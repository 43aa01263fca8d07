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
    /// Traces that could not be used and were left out, and why; by index.
    public var skipped: [(trace: Int, reason: String)] { skips.list }

    let dataset: any Dataset
    let pipeline: Pipeline
    let lessons: [(output: String, labeler: any Labeler)]
    let inputs: [Port]
    let facts: TraceFacts
    let skips = SkipList()
    private let sampler: Sampler

    /// - Parameters:
    ///   - dataset: where the traces are.
    ///   - traces: which of them, by index: one split.
    ///   - training: the traces that labelers may learn from (k-means regions): the training split.
    ///   - inputs: the network's inputs. Several share the window's channels out in their order.
    public init(
        _ dataset: any Dataset, traces: [Int], training: [Int]? = nil, recipe: Recipe, inputs: [Port],
        outputs: [Port], options: Options, registry: Registry = .builtIn
    ) throws {
        let window = try Loader.window(of: inputs)
        let facts = TraceFacts(columns: dataset.columns)
        let pipeline = try Pipeline(recipe, window: window, registry: registry)
        self.dataset = dataset
        self.options = options
        self.inputs = inputs
        self.facts = facts
        self.pipeline = pipeline
        lessons = try recipe.lessons.map { lesson in
            guard let type = registry[.labeler, lesson.labeler.name] as? any Labeler.Type else {
                throw Pipeline.unknown(lesson.labeler)
            }
            guard let output = outputs.first(where: { $0.name == lesson.output }) else {
                throw PreparationError(
                    "there is no output '\(lesson.output)' to learn",
                    help: "the network has \(outputs.map(\.name).joined(separator: ", "))")
            }
            let labeler = try type.init(lesson.labeler.arguments, window: window, output: output.type)
            return (lesson.output, try labeler.fitted(to: dataset, training: training ?? traces, seed: options.seed))
        }
        sampler = Sampler(traces, order: options.order, seed: options.seed) {
            !facts.picks(of: dataset.metadata($0)).isEmpty
        }
        statement = [
            "prepare": .array(pipeline.statements.map { .string($0) }),
            "augment": .array((options.augments ? recipe.augmentations : []).map { .string($0.description) }),
            "labels": .array(lessons.map { .string("\($0.output): \($0.labeler.statement)") }),
        ]
    }

    /// The windows that all inputs take together.
    private static func window(of inputs: [Port]) throws -> TensorType {
        guard let first = inputs.first else {
            throw PreparationError("the network has no input", help: "input waveform: [3, 6000] at 100 Hz")
        }
        // A picture has one input of its own.
        if inputs.count == 1, first.type.shape.rank == 3 { return TensorType(first.type.shape) }
        var channels: Dimension = 0
        for input in inputs {
            let shape = input.type.shape
            guard (1...2).contains(shape.rank), time(of: shape) == time(of: first.type.shape) else {
                throw PreparationError(
                    "input '\(input.name)' is \(shape), which no window of seismograms is",
                    help: "inputs are [channels, time] of one length, or one picture [channels, height, width]")
            }
            channels += shape.rank == 2 ? shape.channels : 1
        }
        return TensorType(Shape(channels, time(of: first.type.shape)), rate: first.type.rate)
    }

    private static func time(of shape: Shape) -> Dimension { shape.rank == 2 ? shape.time : shape[0] }

    /// How many batches an epoch has.
    public var batchCount: Int {
        let size = max(1, options.batch)
        return options.dropsRemainder ? sampler.count / size : (sampler.count + size - 1) / size
    }

    /// The traces of one epoch in the order in which their turn comes.
    func traces(epoch: Int) -> [Int] { sampler.traces(epoch: epoch) }

    /// The batches of one epoch; the first may be left out, for a run that goes on where it stopped.
    public func batches(epoch: Int, from first: Int = 0) -> BatchStream {
        batches(epoch: epoch, from: first) { [self] in try batch(of: $0, epoch: epoch) }
    }

    /// Batches of the same traces in the same order, made in another way: of what was kept of them.
    public func batches(
        epoch: Int, from first: Int = 0, make: @escaping @Sendable (ArraySlice<Int>) throws -> Batch
    ) -> BatchStream {
        let traces = sampler.traces(epoch: epoch)
        let size = max(1, options.batch)
        return BatchStream(min(first, batchCount)..<batchCount, threads: options.threads) { number in
            try make(traces[number * size..<min(traces.count, (number + 1) * size)])
        }
    }
}
