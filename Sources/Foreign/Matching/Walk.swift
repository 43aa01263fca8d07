import GraphIR

/// A network as the sequence of what it computes, walked back from its outputs: each layer when what it takes is done,
/// inputs in their order. Two networks that compute the same in the same way have the same walk, whatever their names.
///
/// What changes nothing is looked through: dropout, and whether an activation stands in a layer or behind it.
struct Walk {
    struct Step {
        var kind: String
        /// The node that it is, or is a part of.
        var node: Int
        /// The weights are here, not in the activation that the node also does.
        var isWeighted: Bool
    }
    let graph: Graph
    private(set) var steps: [Step] = []
    /// By node: the dropout layers that were looked through on the way into it.
    private(set) var dropouts: [Int] = []

    static let activation = "activation"

    /// - Parameter outputs: the nodes to walk back from, in order.
    init(_ graph: Graph, outputs: [Int]) {
        self.graph = graph
        var isDone = [Bool](repeating: false, count: graph.nodes.count)
        for output in outputs { visit(output, &isDone) }
    }

    var weighted: [Step] { steps.filter(\.isWeighted) }

    /// Without recursion: graphs can be long.
    private mutating func visit(_ root: Int, _ isDone: inout [Bool]) {
        var open = [root]
        while let index = open.last {
            if isDone[index] {
                open.removeLast()
                continue
            }
            let missing = graph.nodes[index].inputs.filter { !isDone[$0] }
            guard missing.isEmpty else {
                open += missing.reversed()
                continue
            }
            open.removeLast()
            isDone[index] = true
            write(index)
        }
    }

    private mutating func write(_ index: Int) {
        let node = graph.nodes[index]
        if node.isInput { return }
        if node.kind == "dropout" {
            dropouts.append(index)
            return
        }
        // A cut to the length that is there cuts nothing.
        if node.kind == "crop", node.type.shape == graph.nodes[node.inputs[0]].type.shape { return }
        steps.append(Step(kind: node.kind, node: index, isWeighted: !node.weights.isEmpty))
        if Walk.isFused(node), case .word(let word) = node.arguments[Walk.activation] {
            steps.append(Step(kind: word, node: index, isWeighted: false))
        }
    }

    /// Whether a layer's activation is one that could stand behind it; within `feed_forward` it could not.
    static func isFused(_ node: Node) -> Bool {
        guard ["conv", "conv_transpose", "dense"].contains(node.kind), let value = node.arguments[activation] else {
            return false
        }
        return value != .word("none")
    }
}
