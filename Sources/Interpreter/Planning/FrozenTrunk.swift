import GraphIR
import Kernels
import Layers

/// A network in two: the trunk, of which training changes nothing, and the head behind it that learns.
public struct FrozenTrunk: Sendable {
    /// From the network's inputs to the places where the head begins, which are its outputs.
    public let trunk: Graph
    /// Its inputs are the trunk's outputs, in their order and under their paths.
    public let head: Graph

    /// `nil` where there is no such trunk: nothing with weights is frozen all the way from the inputs, or an output
    /// needs no head.
    ///
    /// A layer belongs to the trunk if all that it reads does, training does not move its weights or statistics, and it
    /// draws no random numbers: then a window gives the same result in every epoch.
    public init?(_ graph: Graph, registry: Registry) {
        guard graph.symbols.isEmpty else { return nil }
        var isConstant: [Bool] = []
        for node in graph.nodes {
            isConstant.append(
                node.isInput || node.inputs.allSatisfy { isConstant[$0] } && node.isStill(graph, registry))
        }
        guard !graph.outputs.contains(where: { isConstant[$0.node] }) else { return nil }
        var isRead = [Bool](repeating: false, count: graph.nodes.count)
        for (index, node) in graph.nodes.enumerated() where !isConstant[index] {
            for input in node.inputs { isRead[input] = true }
        }
        let seam = graph.nodes.indices.filter { isConstant[$0] && isRead[$0] }
        var trunk = graph
        trunk.outputs = seam.map { Graph.Output(name: graph.nodes[$0].path, node: $0, place: graph.nodes[$0].place) }
        let needed = trunk.ancestorsOfOutputs()
        guard needed.contains(where: { !graph.nodes[$0].weights.isEmpty }) else { return nil }
        // Inputs that nothing reads are still fed.
        self.trunk = trunk.keeping(graph.nodes.indices.filter { needed.contains($0) || graph.nodes[$0].isInput })
        var head = graph
        for index in seam { head.nodes[index] = .input(graph.nodes[index].path, graph.nodes[index].type) }
        self.head = head.keeping(seam + graph.nodes.indices.filter { !isConstant[$0] })
    }
}

extension Node {
    /// Whether it is frozen with statistics of its own: they stand still, and are what it normalises by.
    public var hasFrozenStatistics: Bool { !isTrainable && weights.contains { !$0.isTrainable } }

    /// Whether training leaves it as it is, and the same input always gives the same result.
    fileprivate func isStill(_ graph: Graph, _ registry: Registry) -> Bool {
        guard !isTrainable || weights.isEmpty, let type = registry.layer(kind) as? any Layer.Type,
            let layer = try? type.init(arguments.with(registry), inputs: inputs.map { graph.nodes[$0].type })
        else { return false }
        return !layer.arithmetic.settled(for: .training).isRandom
    }
}

extension Graph {
    /// The graph of some of its nodes, in this order; what they read must come before them.
    fileprivate func keeping(_ kept: [Int]) -> Graph {
        var places = [Int](repeating: -1, count: nodes.count)
        var graph = self
        graph.nodes = []
        for index in kept {
            places[index] = graph.nodes.count
            var node = nodes[index]
            node.inputs = node.inputs.map { places[$0] }
            graph.nodes.append(node)
        }
        graph.outputs = outputs.map { Output(name: $0.name, node: places[$0.node], place: $0.place) }
        return graph
    }
}
