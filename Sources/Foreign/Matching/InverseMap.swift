import GraphIR
import Interpreter

extension WeightMap {
    /// Where a weight of the network stands in a file that the map is for: its name there, and how it is turned.
    struct Place: Hashable {
        var name: String
        var turn: Turn
    }

    /// The map read from right to left; `nil` for a weight that no line speaks of.
    ///
    /// - Parameter kind: of the weight's layer: PyTorch numbers the arrays of its own recurrences, `weight_ih_l0`; a
    ///   cell that somebody wrote has them plain.
    func source(of weight: String, kind: String) -> Place? {
        for rule in rules {
            guard let target = rule.target else { continue }
            if let bindings = WeightMap.bindings(weight[...], target[...]) {
                return Place(name: WeightMap.filled(rule.source, bindings), turn: rule.turn)
            }
            guard rule.turn == .asItIs else { continue }
            for point in weight.indices.reversed() where weight[point] == "." {
                guard let bindings = WeightMap.bindings(weight[..<point], target[...]) else { continue }
                let module = WeightMap.filled(rule.source, bindings)
                let leaf = String(weight[weight.index(after: point)...])
                return Place(name: module + "." + torchLeaf(leaf, module: module, kind: kind), turn: .asItIs)
            }
        }
        return nil
    }

    private func torchLeaf(_ leaf: String, module: String, kind: String) -> String {
        let isCell = module.split(separator: ".").last?.hasPrefix("cell") == true
        guard ["lstm", "gru", "rnn"].contains(kind), !isCell else { return leaf }
        if leaf.hasPrefix("backward.") { return leaf.dropFirst("backward.".count) + "_l0_reverse" }
        return (leaf.hasPrefix("forward.") ? String(leaf.dropFirst("forward.".count)) : leaf) + "_l0"
    }

    /// A network's weights as arrays of such a file.
    func arrays(of weights: Weights, graph: Graph) throws(ForeignError) -> [TorchWriter.Entry] {
        var arrays: [TorchWriter.Entry] = []
        for entry in weights.layout.entries {
            let kind = graph.nodes[entry.node].kind
            guard let place = source(of: entry.name, kind: kind) else {
                throw ForeignError(.content, "\(path) has no line for '\(entry.name)'")
            }
            var (shape, values) = (entry.shape, weights[entry.name] ?? [])
            switch place.turn {
            case .asItIs: break
            // What became flat was a matrix of one column.
            case .flat: shape.append(1)
            case .transposed: (shape, values) = Layouts.permuted(values, shape: shape, order: [1, 0])
            case .kernel: shape.removeLast()
            }
            arrays.append(.init(name: place.name, shape: shape, numbers: .floats(values)))
            // PyTorch counts how often a norm was trained, and asks for the count.
            if kind == "batch_norm", place.name.hasSuffix(".running_var") {
                let module = place.name.dropLast(".running_var".count)
                arrays.append(.init(name: module + ".num_batches_tracked", shape: [], numbers: .ints([0])))
            }
        }
        return arrays
    }
}
