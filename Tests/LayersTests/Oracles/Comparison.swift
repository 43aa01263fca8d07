import GraphIR
import Interpreter
import Kernels
import Testing

@testable import Layers

/// One use of a layer that the engine and the plain version must agree on: result and gradients.
struct Case: Sendable, CustomTestStringConvertible {
    var layer: String
    var arguments: Arguments
    var shapes: [[Int]]
    var batch: Int
    var mode: Mode

    init(
        _ layer: String, _ arguments: KeyValuePairs<String, Value> = [:], on shapes: [Int]..., batch: Int = 2,
        mode: Mode = .inference
    ) {
        self.layer = layer
        var all = Registry.builtIn.signature(.layer, layer)?.defaults ?? Arguments()
        for (name, value) in arguments { all.set(name, value) }
        self.arguments = all
        self.shapes = shapes
        self.batch = batch
        self.mode = mode
    }

    var testDescription: String {
        let said = arguments.entries.filter(\.isExplicit).map { "\($0.name): \($0.value)" }.joined(separator: ", ")
        return "\(layer)(\(said)) on \(shapes) x \(batch), \(mode)"
    }

    /// The layer alone between its inputs and one output.
    func graph() throws -> Graph {
        let type = try #require(Registry.builtIn.layer(layer))
        let types = shapes.map { TensorType(Shape($0.map { .number($0) }), rate: 100) }
        var nodes = types.indices.map { Node.input("x\($0)", types[$0]) }
        let use = try type.init(arguments, inputs: types)
        nodes.append(Node(path: "layer", layer: use, arguments: arguments, inputs: Array(types.indices)))
        let output = Graph.Output(name: "y", node: nodes.count - 1, place: .nowhere)
        return Graph(name: "one", nodes: nodes, outputs: [output])
    }
}

/// The engine beside the plain version.
struct Comparison {
    let oracle: Oracle
    let question: Oracle.Question
    let cotangent: [Signal]
    let names: [String]
    let result: [Float]
    let inputGradients: [[Float]]
    let weightGradients: [String: [Float]]

    init(_ test: Case, threads: Int = 2) throws {
        oracle = try #require(Oracle.all[test.layer], "\(test.layer) has no plain version")
        let graph = try test.graph()
        var options = PlanOptions(batch: test.batch, mode: test.mode, gradients: .weightsAndInputs)
        options.threads = threads
        let machine = try Machine(graph, options: options)
        let weights = Comparison.weights(of: graph)
        machine.load(weights)
        let inputs = test.shapes.enumerated().map { index, shape in
            Comparison.numbers(test.batch * shape.reduce(1, *), "x\(index)")
        }
        for (index, values) in inputs.enumerated() { try machine.setInput(index, to: values) }
        try machine.forward(seed: 1, step: 0)
        result = machine.output(0)
        let shape = machine.shape(ofOutput: 0)
        let slopes = Comparison.numbers(result.count, "slopes")
        try machine.setCotangent(0, to: slopes)
        try machine.backward()
        inputGradients = inputs.indices.map { machine.inputGradient($0) }
        var gradients = Weights(zerosIn: machine.layout)
        machine.readGradients(into: &gradients)
        names = machine.layout.entries.filter(\.isTrainable).map { $0.spec.name }
        weightGradients = Dictionary(
            uniqueKeysWithValues: machine.layout.entries.map { ($0.spec.name, gradients[$0.name] ?? []) })

        let samples = (0..<test.batch).map { sample in
            inputs.indices.map { Comparison.slice(inputs[$0], test.shapes[$0], sample) }
        }
        let arrays = machine.layout.entries.map {
            ($0.spec.name, Signal($0.shape, weights.values[$0.range].map { Double($0) }))
        }
        question = Oracle.Question(
            arguments: test.arguments, inputs: samples, weights: Dictionary(uniqueKeysWithValues: arrays),
            mode: test.mode)
        cotangent = (0..<test.batch).map { Comparison.slice(slopes, shape, $0) }
    }

    /// Random numbers of a size that keeps every gate and exponential in its interesting range.
    static func numbers(_ count: Int, _ name: String) -> [Float] {
        let random = CounterRandom(seed: 7, stream: name)
        return (0..<count).map { Float(random.uniform($0, in: -1.5...1.5)) }
    }
    private static func weights(of graph: Graph) -> Weights {
        var weights = Weights(zerosIn: WeightLayout(graph))
        for entry in weights.layout.entries {
            let values = numbers(entry.count, entry.name)
            // A variance is positive.
            weights[entry.name] =
                entry.spec.name == "running_var" ? values.map { abs($0) + 0.5 } : values.map { $0 * 0.4 }
        }
        return weights
    }
    private static func slice(_ values: [Float], _ shape: [Int], _ sample: Int) -> Signal {
        let count = shape.reduce(1, *)
        return Signal(shape, values[sample * count..<(sample + 1) * count].map { Double($0) })
    }

    // MARK: What must agree

    /// The largest difference of the results, beside the largest result.
    func forwardError() -> Double {
        Comparison.error(result, oracle.answer(question).flatMap { $0.values }, atLeast: 1)
    }

    /// The largest difference of the slopes along each array, beside the array's largest slope.
    func gradientErrors() -> [(name: String, error: Double)] {
        var errors: [(String, Double)] = []
        for name in names {
            let places = Comparison.some(question.weights[name]!.values.count)
            let slopes = places.map { index in slope { $0.weights[name]!.values[index] += $1 } }
            let ours = weightGradients[name] ?? []
            errors.append((name, Comparison.error(places.map { ours[$0] }, slopes, atLeast: 0.01)))
        }
        for input in question.inputs[0].indices {
            let count = question.inputs[0][input].values.count
            let places = Comparison.some(count * question.inputs.count)
            let slopes = places.map { place in
                slope { $0.inputs[place / count][input].values[place % count] += $1 }
            }
            errors.append(
                ("x\(input)", Comparison.error(places.map { inputGradients[input][$0] }, slopes, atLeast: 0.01)))
        }
        return errors
    }

    /// At most about thirty places of an array, spread over it, the first and the last among them.
    private static func some(_ count: Int) -> [Int] {
        let step = max(1, (count + 28) / 30)
        return Array(stride(from: 0, to: count, by: step)) + (count > 1 && (count - 1) % step != 0 ? [count - 1] : [])
    }

    /// The central difference of `sum(result * cotangent)` along one number.
    private func slope(_ move: (inout Oracle.Question, Double) -> Void) -> Double {
        let step = 1e-5
        func value(_ amount: Double) -> Double {
            var moved = question
            move(&moved, amount)
            let results = oracle.answer(moved)
            return zip(results, cotangent).reduce(0) { sum, pair in
                zip(pair.0.values, pair.1.values).reduce(sum) { $0 + $1.0 * $1.1 }
            }
        }
        return (value(step) - value(-step)) / (2 * step)
    }

    private static func error(_ ours: [Float], _ theirs: [Double], atLeast floor: Double) -> Double {
        guard ours.count == theirs.count else { return .infinity }
        let largest = theirs.reduce(floor) { max($0, abs($1)) }
        return zip(ours, theirs).reduce(0) { worst, pair in
            let difference = abs(Double(pair.0) - pair.1) / largest
            return difference.isNaN ? .infinity : max(worst, difference)
        }
    }
}

/// Asks for agreement within the project's bounds.
func expectAgreement(_ test: Case) throws {
    let comparison = try Comparison(test)
    let forward = comparison.forwardError()
    #expect(forward < 1e-5, "result differs by \(forward)")
    for (name, error) in comparison.gradientErrors() {
        #expect(error < 1e-4, "the gradient of \(name) differs by \(error)")
    }
}
