import GraphIR
import Interpreter

/// Moves the arrays of one layer to its like, where the two keep them in other forms.
struct Transfer {
    let imported: ImportedNetwork
    let graph: Graph
    private(set) var weights: Weights
    private(set) var arrays = 0
    private(set) var notes: [String] = []
    /// Differences of settings that were made up for, as place and name.
    private(set) var settled: Set<String> = []

    init(imported: ImportedNetwork, graph: Graph) {
        (self.imported, self.graph) = (imported, graph)
        weights = Weights(zerosIn: WeightLayout(graph))
    }

    /// Whether one layer's arrays can be put into the other's places.
    static func fits(_ there: Node, _ here: Node) -> Bool {
        if there.weights.map(\.name) == here.weights.map(\.name) {
            return zip(there.weights, here.weights).allSatisfy { $0.shape == $1.shape }
        }
        // One constant or two.
        guard ["lstm", "rnn"].contains(there.kind), there.kind == here.kind else { return false }
        let matrices = { (node: Node) in node.weights.filter { $0.name.contains("weight") }.map(\.shape) }
        return matrices(there) == matrices(here)
    }

    mutating func move(_ there: Int, to here: Int) throws {
        let (from, to) = (imported.graph.nodes[there], graph.nodes[here])
        guard let found = imported.weights[there], !found.isEmpty else {
            throw ForeignError(
                .content, "the file holds no weights for \(imported.origins[there]?.origin ?? from.path)")
        }
        let isTwo = to.weights.contains { $0.name.hasSuffix("bias_ih") }
        let wasTwo = from.weights.contains { $0.name.hasSuffix("bias_ih") }
        for spec in to.weights {
            var values: [Float]?
            if isTwo, !wasTwo, spec.name.hasSuffix("bias_hh") {
                values = [Float](repeating: 0, count: spec.count)
                settled.insert(to.path + " biases")
            } else if isTwo, !wasTwo, spec.name.hasSuffix("bias_ih") {
                values = Transfer.values(found, String(spec.name.dropLast(3)))
            } else if !isTwo, wasTwo, spec.name.hasSuffix("bias") {
                let both = ["_ih", "_hh"].compactMap { Transfer.values(found, spec.name + $0) }
                if both.count == 2 { values = zip(both[0], both[1]).map(+) }
                settled.insert(to.path + " biases")
            } else {
                values = Transfer.values(found, spec.name)
            }
            guard var values, values.count == spec.count else {
                throw ForeignError(.content, "the file holds no '\(spec.name)' for \(to.path)")
            }
            if to.kind == "dense", spec.name == "weight" { reorder(&values, there, here, spec) }
            weights["\(to.path).\(spec.name)"] = values
        }
        arrays += Set(found.flatMap(\.sources)).count
    }

    private static func values(_ found: [ForeignWeight], _ name: String) -> [Float]? {
        found.first { $0.name == name }?.values
    }

    /// Behind a flatten of the other order a dense layer's columns change places.
    private mutating func reorder(_ values: inout [Float], _ there: Int, _ here: Int, _ spec: WeightSpec) {
        guard let (left, right) = flattens(there, here) else { return }
        let (a, b) = (imported.graph.nodes[left], graph.nodes[right])
        guard let order = a.arguments["order"], let wanted = b.arguments["order"], order != wanted,
            let sizes = a.type.shape.numbers, sizes.count == 1,
            let shape = imported.graph.nodes[a.inputs[0]].type.shape.numbers, shape.count == 2
        else { return }
        let (channels, time) = (shape[0], shape[1])
        let wasTime = order == .word("time")
        let rows = spec.shape[0]
        var turned = values
        for row in 0..<rows {
            for channel in 0..<channels {
                for sample in 0..<time {
                    let first = row * channels * time + sample * channels + channel
                    let second = row * channels * time + channel * time + sample
                    turned[wasTime ? second : first] = values[wasTime ? first : second]
                }
            }
        }
        values = turned
        settled.insert(b.path + " order")
        notes.append("\(graph.nodes[here].path): columns were put from the order of \(order) into that of \(wanted)")
    }

    /// The flatten that a dense layer's input comes from, on both sides, through what keeps the order.
    private func flattens(_ there: Int, _ here: Int) -> (Int, Int)? {
        func find(_ graph: Graph, _ node: Int) -> Int? {
            var index = graph.nodes[node].inputs.first
            while let current = index {
                let kind = graph.nodes[current].kind
                if kind == "flatten" { return current }
                let pointwise = ["relu", "elu", "gelu", "silu", "mish", "sigmoid", "tanh", "leaky_relu", "dropout"]
                guard pointwise.contains(kind) else { return nil }
                index = graph.nodes[current].inputs.first
            }
            return nil
        }
        guard let left = find(imported.graph, there), let right = find(graph, here) else { return nil }
        return (left, right)
    }
}
