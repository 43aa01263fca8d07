import GraphIR

/// How large a network is: its weights and its operations.
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
