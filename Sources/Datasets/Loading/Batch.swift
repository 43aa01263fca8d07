import GraphIR

/// Windows and labels side by side, ready for a network.
public struct Batch: Sendable {
    /// Numbers with their sizes; the first size is the batch.
    public struct Values: Sendable {
        /// The network's input or output that it is for.
        public var name: String
        public var shape: [Int]
        public var values: [Float]
        public init(name: String, shape: [Int], values: [Float]) {
            self.name = name
            self.shape = shape
            self.values = values
        }
    }

    /// The labels of one `learn` line, in the recipe's order.
    public struct Lesson: Sendable {
        public var labels: Values
        /// As long as the labels: 0 where nothing is to be learned; `nil` where everything is.
        public var mask: [Float]?
        public init(labels: Values, mask: [Float]? = nil) {
            self.labels = labels
            self.mask = mask
        }
    }

    /// How many windows: less than asked for at the end of an epoch, and where bad traces were left out.
    public var count: Int
    public var inputs: [Values]
    public var lessons: [Lesson]
    /// The value that the inputs' symbols have in this batch, `["T": 6000]`, sorted by name.
    public var symbols: [(name: String, value: Int)]
    /// How many samples each window has of its own; zeros fill it up. Where a length is open, as many as the network
    /// takes of it alone; else as many as were recorded.
    public var lengths: [Int]
    /// Which trace of the dataset each window is from.
    public var traces: [Int]
    /// Where each window's first sample is in its trace, in samples of the window's rate.
    public var starts: [Int]
    /// Whether another epoch would make the same windows: no augmentation, and no choice where they are cut.
    public var isTheSameEveryEpoch = false

    public init(
        count: Int, inputs: [Values], lessons: [Lesson], symbols: [(name: String, value: Int)] = [], lengths: [Int],
        traces: [Int], starts: [Int]
    ) {
        (self.count, self.inputs, self.lessons, self.symbols) = (count, inputs, lessons, symbols)
        (self.lengths, self.traces, self.starts) = (lengths, traces, starts)
    }
}
