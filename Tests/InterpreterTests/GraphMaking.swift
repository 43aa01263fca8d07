import GraphIR
import Interpreter
import Layers
import Testing

/// Makes small graphs in Swift, layer by layer.
struct GraphMaker {
    var graph = Graph(name: "test")

    mutating func input(_ shape: Shape, _ name: String = "x") -> Int {
        graph.nodes.append(.input(name, TensorType(shape)))
        return graph.nodes.count - 1
    }

    mutating func add(_ kind: String, _ arguments: KeyValuePairs<String, Value> = [:], to inputs: [Int]) throws -> Int {
        let type = try #require(Registry.builtIn.layer(kind))
        var all = type.signature.defaults
        for (name, value) in arguments { all.set(name, value) }
        let layer = try type.init(all, inputs: inputs.map { graph.nodes[$0].type })
        graph.nodes.append(
            Node(path: "\(kind)_\(graph.nodes.count)", layer: layer, arguments: all, inputs: inputs))
        return graph.nodes.count - 1
    }

    mutating func output(_ node: Int) {
        graph.outputs.append(.init(name: "y\(graph.outputs.count)", node: node, place: .nowhere))
    }
}

/// Numbers that look like a signal's: normal, of deviation 1.
func normal(_ count: Int, _ seed: UInt64) -> [Float] {
    let random = CounterRandom(seed: seed)
    return (0..<count).map { Float(random.normal($0)) }
}

/// One pass forward and backward of a graph, with everything that comes out.
struct Outcome: Equatable {
    var outputs: [[Float]] = []
    var weightGradients: [Float] = []
    var inputGradients: [[Float]] = []

    init(_ graph: Graph, options: PlanOptions, weights: Weights? = nil, seed: UInt64 = 5) throws {
        let machine = try Machine(graph, options: options)
        machine.load(weights ?? Weights(testing: graph))
        for index in graph.inputs.indices {
            let count = machine.shape(ofInput: index).reduce(options.batch, *)
            try machine.setInput(index, to: normal(count, seed + UInt64(index)))
        }
        try machine.forward(seed: 9, step: 2)
        outputs = graph.outputs.indices.map { machine.output($0) }
        guard options.gradients != .none else { return }
        for index in graph.outputs.indices {
            try machine.setCotangent(index, to: normal(outputs[index].count, 100 + UInt64(index)))
        }
        try machine.backward()
        var gradients = Weights(zerosIn: machine.layout)
        machine.readGradients(into: &gradients)
        weightGradients = gradients.values
        if options.gradients == .weightsAndInputs {
            inputGradients = graph.inputs.indices.map { machine.inputGradient($0) }
        }
    }

    /// The largest difference to another outcome, relative to the largest number of each array.
    func distance(to other: Outcome) -> Double {
        let mine = outputs + [weightGradients] + inputGradients
        let theirs = other.outputs + [other.weightGradients] + other.inputGradients
        guard mine.map(\.count) == theirs.map(\.count) else { return .infinity }
        var worst = 0.0
        for (a, b) in zip(mine, theirs) {
            let size = a.reduce(1e-3) { max($0, Double(abs($1))) }
            for (x, y) in zip(a, b) { worst = max(worst, Double(abs(x - y)) / size) }
            if (a + b).contains(where: { !$0.isFinite }) { return .infinity }
        }
        return worst
    }
}

extension Weights {
    /// Weights that are nowhere zero or one, variances positive: so that nothing cancels by chance.
    init(testing graph: Graph) {
        self.init(initializing: graph, seed: 3)
        for entry in layout.entries {
            let random = CounterRandom(seed: 11, stream: entry.name)
            for (place, index) in entry.range.enumerated() {
                if entry.spec.name == "running_var" {
                    values[index] = 0.5 + random.uniform(place)
                } else if [.zeros, .ones].contains(entry.spec.initializer) {
                    values[index] += Float(random.normal(place)) * 0.3
                }
            }
        }
    }
}
