import GraphIR
import Layers

/// One layer as a network of its own, with weights that are made from those it has: its own arithmetic does whatever
/// sums a rule of relevance needs.
final class LayerAlone {
    private let machine: Machine
    var inputCount: Int { machine.count(ofNode: 0) }

    init(_ node: Node, input: TensorType, registry: Registry) throws {
        var graph = Graph(name: node.path)
        var layer = node
        layer.inputs = [0]
        graph.nodes = [.input("x", input), layer]
        graph.outputs = [Graph.Output(name: "y", node: 1, place: .nowhere)]
        var options = PlanOptions(batch: 1, mode: .inference, gradients: .weightsAndInputs)
        options.threads = 1
        options.style = .plain
        machine = try Machine(graph, registry: registry, options: options)
    }

    /// - `made`: what becomes of a weight; whether it is a constant is said.
    func load(_ weights: Weights, _ made: (_ value: Float, _ isConstant: Bool) -> Float) {
        var own = Weights(zerosIn: machine.layout)
        for entry in machine.layout.entries {
            for (place, value) in zip(entry.range, weights[entry.name] ?? []) {
                own.values[place] = made(value, entry.spec.isConstant)
            }
        }
        machine.load(own)
    }

    func forward(_ x: [Float]) throws(MachineError) -> [Float] {
        try machine.setInput(0, to: x)
        try machine.forward()
        return machine.output(0)
    }

    func backward(_ c: [Float]) throws(MachineError) -> [Float] {
        try machine.setCotangent(0, to: c)
        try machine.backward()
        return machine.inputGradient(0)
    }

    /// The first sample of an array, without gaps.
    static func numbers(_ tensor: Tensor) -> [Float] {
        [Float](unsafeUninitializedCapacity: tensor.rows * tensor.width) { buffer, count in
            if let base = buffer.baseAddress { tensor.pack(0, to: base) }
            count = tensor.rows * tensor.width
        }
    }
}
