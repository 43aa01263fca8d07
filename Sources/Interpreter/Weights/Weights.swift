import GraphIR
import Layers

/// Where each array of a network's weights lies in one block of numbers. Trained arrays and running statistics
/// together, in the order of the graph's nodes.
public struct WeightLayout: Hashable, Sendable {
    public struct Entry: Hashable, Sendable {
        /// As `show` lists it and files store it: `context.0.lstm.weight_ih`.
        public var name: String
        public var spec: WeightSpec
        /// The index of its node in the graph.
        public var node: Int
        /// Its first number within the block, a multiple of sixteen.
        public var offset: Int
        /// False for running statistics and for what `freeze` holds.
        public var isTrainable: Bool
        public var shape: [Int] { spec.shape }
        public var count: Int { spec.count }
        public var range: Range<Int> { offset..<offset + count }
    }
    public let entries: [Entry]
    /// Numbers in the block, with the gaps between arrays; gaps are zero and stay so.
    public let count: Int

    public init(_ graph: Graph) {
        var entries: [Entry] = []
        var offset = 0
        for (index, node) in graph.nodes.enumerated() {
            for spec in node.weights {
                entries.append(
                    Entry(
                        name: node.weightName(spec), spec: spec, node: index, offset: offset,
                        isTrainable: spec.isTrainable && node.isTrainable))
                offset = Rational.sum(offset, Rational.sum(spec.count, lanes - 1) / lanes * lanes)
            }
        }
        self.entries = entries
        count = offset
    }

    public subscript(name: String) -> Entry? { entries.first { $0.name == name } }
    /// How many numbers are trained; statistics and frozen arrays do not count.
    public var trainableCount: Int { entries.filter(\.isTrainable).reduce(0) { $0 + $1.count } }
    public var fixedCount: Int { entries.filter { !$0.isTrainable }.reduce(0) { $0 + $1.count } }
}

/// The weights of a network, or their gradients, or an optimizer's moments: numbers in the same layout.
public struct Weights: Hashable, Sendable {
    public let layout: WeightLayout
    public var values: [Float]

    public init(zerosIn layout: WeightLayout) {
        self.layout = layout
        values = [Float](repeating: 0, count: layout.count)
    }

    /// Fresh weights. Each array draws from a stream of its own name, so that adding a layer changes no other's start.
    public init(initializing graph: Graph, seed: UInt64) {
        self.init(zerosIn: WeightLayout(graph))
        values.withUnsafeMutableBufferPointer { values in
            for entry in layout.entries {
                initialize(
                    UnsafeMutableBufferPointer(rebasing: values[entry.range]), as: entry.spec,
                    random: CounterRandom(seed: seed, stream: entry.name))
            }
        }
    }

    /// One array by name.
    public subscript(name: String) -> [Float]? {
        get { layout[name].map { Array(values[$0.range]) } }
        set {
            guard let entry = layout[name], let newValue, newValue.count == entry.count else { return }
            values.replaceSubrange(entry.range, with: newValue)
        }
    }
}
