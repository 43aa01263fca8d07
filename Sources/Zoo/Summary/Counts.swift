import GraphIR

/// How large a network is: its weights, its operations, what it needs of memory.
extension Node {
    /// Numbers that training changes.
    public var trainableCount: Int { count { $0.isTrainable } }
    /// Running statistics.
    public var fixedCount: Int { count { !$0.isTrainable } }

    private func count(where counts: (WeightSpec) -> Bool) -> Int {
        weights.filter(counts).reduce(0) { Rational.sum($0, $1.count) }
    }
}

extension Graph {
    public var trainableCount: Int { nodes.reduce(0) { Rational.sum($0, $1.trainableCount) } }
    public var fixedCount: Int { nodes.reduce(0) { Rational.sum($0, $1.fixedCount) } }
    /// Floating-point operations of one window's forward pass.
    public var flops: Dimension { nodes.reduce(0) { $0 + $1.flops } }

    /// The graph with numbers in place of symbols, `T` for example; symbols without a number stay.
    public func substituting(_ bindings: [String: Int]) -> Graph {
        var graph = self
        for index in graph.nodes.indices {
            graph.nodes[index].type = graph.nodes[index].type.substituting(bindings)
            graph.nodes[index].flops = graph.nodes[index].flops.substituting(bindings)
        }
        return graph
    }

    /// Lengths to show costs at while nobody has said one: a minute of each input that has a rate, 1000 samples else.
    public var customaryLengths: [String: Int] {
        var lengths: [String: Int] = [:]
        for input in inputs {
            for symbol in input.type.shape.time.symbols where lengths[symbol] == nil {
                lengths[symbol] = input.type.rate.flatMap { Int(exactly: ($0 * 60).rounded()) } ?? 1000
            }
        }
        for symbol in symbols where lengths[symbol] == nil { lengths[symbol] = 1000 }
        return lengths
    }
}

/// What a batch needs of memory, by adding up arrays: an estimate before anything is laid out.
public struct MemoryEstimate: Hashable, Sendable {
    /// Weights alone.
    public var weights: Int
    /// Using the network: weights, and the results that are alive at the fullest moment.
    public var inference: Int
    /// Training it: weights with their gradients and two moments each, all results and their gradients.
    public var training: Int

    /// `nil` while a size is not known.
    public init?(_ graph: Graph, batch: Int) {
        let bytes = MemoryLayout<Float>.size
        var sizes: [Int] = []
        for node in graph.nodes {
            guard let count = node.type.shape.count.number else { return nil }
            sizes.append(Rational.product(Rational.product(count, batch), bytes))
        }
        let trainable = Rational.product(graph.trainableCount, bytes)
        weights = Rational.sum(trainable, Rational.product(graph.fixedCount, bytes))
        inference = Rational.sum(weights, MemoryEstimate.peak(graph, sizes))
        let results = sizes.reduce(0, Rational.sum)
        training = Rational.sum(
            Rational.sum(weights, Rational.product(trainable, 3)), Rational.product(results, 2))
    }

    /// The most that is alive at once when each result is let go after its last use.
    private static func peak(_ graph: Graph, _ sizes: [Int]) -> Int {
        var lastUse = Array(graph.nodes.indices)
        for (index, node) in graph.nodes.enumerated() {
            for input in node.inputs { lastUse[input] = index }
        }
        for output in graph.outputs { lastUse[output.node] = graph.nodes.count }
        var endingAt: [[Int]] = Array(repeating: [], count: graph.nodes.count + 1)
        for (index, last) in lastUse.enumerated() { endingAt[last].append(index) }
        var alive = 0
        var most = 0
        for index in graph.nodes.indices {
            alive = Rational.sum(alive, sizes[index])
            most = max(most, alive)
            for ended in endingAt[index] { alive = Rational.sum(alive, -sizes[ended]) }
        }
        return most
    }
}
