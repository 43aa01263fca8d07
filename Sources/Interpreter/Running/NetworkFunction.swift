import GraphIR
import Layers

/// A batch of arrays with a name: what goes into a network or comes out, `[B, …]` without gaps.
public struct NamedArray: Hashable, Sendable {
    public var name: String
    public var shape: [Int]
    public var values: [Float]
    public init(_ name: String, shape: [Int], values: [Float]) {
        self.name = name
        self.shape = shape
        self.values = values
    }
}

/// A network as a function on arrays, with its gradients: one call, made, run and thrown away.
public struct NetworkFunction {
    public var graph: Graph
    public var registry: Registry
    public var weights: Weights
    public var mode = Mode.inference
    public var style = PlanOptions.Style.fused
    public var threads = ThreadPool.processors
    public var memoryLimit: Int?
    public var keepsEveryLayer = false
    public var seed: UInt64 = 0

    public init(_ graph: Graph, registry: Registry = .builtIn, weights: Weights) {
        self.graph = graph
        self.registry = registry
        self.weights = weights
    }

    public struct Result: Hashable, Sendable {
        /// The outputs, or every layer's result by its path.
        public var arrays: [NamedArray] = []
        /// Of `sum(output * cotangent)`, for every trained weight and every input by name.
        public var gradients: [NamedArray] = []
    }

    /// Arrays that do not fit the network, in words.
    public struct Misfit: PlainError, Hashable, Sendable, CustomStringConvertible {
        public var status: ExitStatus { .badData }
        public var description: String
    }

    /// Runs the network on inputs by name; a network with one input takes an array of any name. With cotangents for
    /// some of the outputs the gradients come too.
    public func callAsFunction(_ inputs: [NamedArray], cotangents: [NamedArray] = []) throws -> Result {
        let ordered = try match(inputs)
        let batch = ordered.first?.shape.first ?? 0
        var options = PlanOptions(
            batch: batch, mode: mode, gradients: cotangents.isEmpty ? .none : .weightsAndInputs)
        options.lengths = try lengths(ordered)
        options.threads = threads
        options.memoryLimit = memoryLimit
        options.style = style
        options.keepsEveryLayer = keepsEveryLayer
        let machine = try Machine(graph, registry: registry, options: options)
        machine.load(weights)
        for (index, array) in ordered.enumerated() { try machine.setInput(index, to: array.values) }
        try machine.forward(seed: seed)
        var result = Result()
        result.arrays = keepsEveryLayer ? layers(machine, batch) : outputs(machine, batch)
        if !cotangents.isEmpty {
            try setCotangents(cotangents, machine, batch)
            try machine.backward()
            result.gradients = gradients(machine, ordered)
        }
        return result
    }

    private func outputs(_ machine: Machine, _ batch: Int) -> [NamedArray] {
        graph.outputs.indices.map {
            NamedArray(
                graph.outputs[$0].name, shape: [batch] + machine.shape(ofOutput: $0), values: machine.output($0))
        }
    }
    private func layers(_ machine: Machine, _ batch: Int) -> [NamedArray] {
        graph.nodes.indices.map {
            NamedArray(
                graph.nodes[$0].path, shape: [batch] + machine.shape(ofNode: $0), values: machine.result(ofNode: $0))
        }
    }
    private func gradients(_ machine: Machine, _ inputs: [NamedArray]) -> [NamedArray] {
        var sums = Weights(zerosIn: machine.layout)
        machine.readGradients(into: &sums)
        return machine.layout.entries.filter(\.isTrainable).map {
            NamedArray($0.name, shape: $0.shape, values: Array(sums.values[$0.range]))
        }
            + inputs.indices.map {
                NamedArray(graph.inputs[$0].path, shape: inputs[$0].shape, values: machine.inputGradient($0))
            }
    }

    private func setCotangents(_ cotangents: [NamedArray], _ machine: Machine, _ batch: Int) throws {
        for array in cotangents {
            let single = graph.outputs.count == 1 && array.name.isEmpty
            guard let index = graph.outputs.firstIndex(where: { single || $0.name == array.name }) else {
                throw unknown(array.name, "output", graph.outputs.map(\.name))
            }
            let shape = [batch] + machine.shape(ofOutput: index)
            guard array.shape == shape else {
                throw Misfit(
                    description: "the gradient for \(graph.outputs[index].name) has the shape \(array.shape), "
                        + "the output has \(shape)")
            }
            try machine.setCotangent(index, to: array.values)
        }
    }

    private func unknown(_ name: String, _ what: String, _ names: [String]) -> Misfit {
        let near = nearestName(to: name, among: names).map { "; did you mean '\($0)'?" } ?? ""
        return Misfit(
            description: "\(graph.name) has no \(what) '\(name)'\(near) It has: \(names.joined(separator: ", "))")
    }

    /// The arrays in the order of the network's inputs.
    private func match(_ arrays: [NamedArray]) throws -> [NamedArray] {
        let nodes = graph.inputs
        for array in arrays where !(nodes.count == 1 && array.name.isEmpty) {
            guard nodes.contains(where: { $0.path == array.name }) else {
                throw unknown(array.name, "input", nodes.map(\.path))
            }
        }
        return try nodes.map { node in
            let found = arrays.filter { $0.name == node.path || (nodes.count == 1 && $0.name.isEmpty) }
            guard found.count == 1, var array = found.first else {
                throw Misfit(
                    description: found.isEmpty
                        ? "the input '\(node.path)' is missing" : "the input '\(node.path)' is given twice")
            }
            // A single sample may come without the axis of the batch.
            if array.shape.count == node.type.shape.rank { array.shape.insert(1, at: 0) }
            guard array.shape.count == node.type.shape.rank + 1, array.shape[0] > 0 else {
                throw Misfit(
                    description:
                        "the input '\(node.path)' is \(node.type.shape) for each sample, so an array of it has "
                        + "\(node.type.shape.rank + 1) axes, not the shape \(array.shape)")
            }
            return array
        }
    }

    /// What the arrays' shapes say about lengths that the network leaves open.
    private func lengths(_ arrays: [NamedArray]) throws -> [String: Int] {
        var lengths: [String: Int] = [:]
        let batch = arrays.first?.shape.first ?? 0
        for (node, array) in zip(graph.inputs, arrays) {
            guard array.shape[0] == batch else {
                throw Misfit(description: "the inputs have batches of \(batch) and \(array.shape[0]) samples")
            }
            for (dimension, size) in zip(node.type.shape.dimensions, array.shape.dropFirst()) {
                if case .expression = dimension, let symbol = dimension.symbols.first,
                    dimension == .symbol(symbol), lengths[symbol] == nil
                {
                    lengths[symbol] = size
                }
            }
            let expected = node.type.shape.substituting(lengths)
            guard expected.numbers == Array(array.shape.dropFirst()) else {
                throw Misfit(
                    description: "the input '\(node.path)' takes \(expected) for each sample, not "
                        + "\(Shape(array.shape.dropFirst().map { .number($0) }))")
            }
        }
        return lengths
    }
}
