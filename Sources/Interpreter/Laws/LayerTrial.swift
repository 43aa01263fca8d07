import GraphIR
import Layers

/// A network of one layer, run to see whether it keeps its laws.
struct LayerTrial {
    static let batch = 6
    let graph: Graph
    let registry: Registry
    let weights: Weights
    let inputs: [[Float]]
    let cotangent: [Float]

    /// `draw`: which of several random inputs.
    init(_ type: any Layer.Type, _ law: LawCase, _ registry: Registry, draw: Int = 0) throws {
        var nodes = law.inputs.enumerated().map { Node.input("input\($0.offset)", $0.element) }
        let layer = try type.init(law.arguments, inputs: law.inputs)
        nodes.append(
            Node(path: "layer", layer: layer, arguments: law.arguments, inputs: Array(law.inputs.indices)))
        graph = Graph(
            name: "Trial", nodes: nodes, outputs: [Graph.Output(name: "y", node: nodes.count - 1, place: .nowhere)])
        self.registry = registry
        weights = LayerTrial.weights(of: graph)
        inputs = law.inputs.enumerated().map { index, type in
            LayerTrial.normal(
                LayerTrial.batch * (type.shape.numbers?.reduce(1, *) ?? 0), stream: "input\(index) draw \(draw)")
        }
        cotangent = LayerTrial.normal(
            LayerTrial.batch * (layer.output.shape.numbers?.reduce(1, *) ?? 0), stream: "cotangent draw \(draw)")
    }

    /// As they start, and a little beside it, so that what starts at zero is tried too.
    private static func weights(of graph: Graph) -> Weights {
        var weights = Weights(initializing: graph, seed: 1)
        for entry in weights.layout.entries where entry.isTrainable {
            let noise = normal(entry.count, stream: entry.name)
            for (index, value) in zip(entry.range, noise) { weights.values[index] += 0.1 * value }
        }
        return weights
    }

    private static func normal(_ count: Int, stream: String) -> [Float] {
        let random = CounterRandom(seed: 7, stream: stream)
        return (0..<count).map { index in (0..<6).reduce(Float(0)) { $0 + random.uniform(index * 6 + $1) } * 1.4 - 4.2 }
    }

    private func machine(threads: Int) throws -> Machine {
        var options = PlanOptions(batch: LayerTrial.batch, mode: .training, gradients: .weightsAndInputs)
        options.threads = threads
        return try Machine(graph, registry: registry, options: options)
    }

    private func forward(_ machine: Machine, _ weights: Weights, _ inputs: [[Float]]) throws -> [Float] {
        machine.load(weights)
        for (index, values) in inputs.enumerated() { try machine.setInput(index, to: values) }
        try machine.forward(seed: 3, step: 5)
        return machine.output(0)
    }

    /// Everything that a step gives, as bits.
    private func step(threads: Int) throws -> (output: [Float], inputs: [[Float]], weights: Weights) {
        let machine = try machine(threads: threads)
        let output = try forward(machine, weights, inputs)
        try machine.setCotangent(0, to: cotangent)
        try machine.backward()
        var gradients = Weights(zerosIn: weights.layout)
        machine.readGradients(into: &gradients)
        return (output, inputs.indices.map { machine.inputGradient($0) }, gradients)
    }

    // MARK: - Laws

    /// The same bits for 1, 2 and 5 threads.
    func threads() throws -> [String] {
        let one = try step(threads: 1)
        for threads in [2, 5] {
            let many = try step(threads: threads)
            if many.output.map(\.bitPattern) != one.output.map(\.bitPattern) {
                return ["its output depends on the number of threads (1 or \(threads))"]
            }
            let bits = (many.inputs.flatMap { $0 } + many.weights.values).map(\.bitPattern)
            if bits != (one.inputs.flatMap { $0 } + one.weights.values).map(\.bitPattern) {
                return ["its gradients depend on the number of threads (1 or \(threads))"]
            }
        }
        return []
    }

    /// What is not finite in one sample comes out as something not finite.
    func notFinite() throws -> [String] {
        let machine = try machine(threads: 1)
        var poisoned = inputs
        for index in poisoned.indices {
            let count = poisoned[index].count / LayerTrial.batch
            for position in 0..<count { poisoned[index][position] = .nan }
        }
        do {
            _ = try forward(machine, weights, poisoned)
        } catch MachineError.notFinite {
            return []
        }
        return ["it hides numbers that are not finite: they go in, and finite ones come out"]
    }

    /// Slopes against differences, at places chosen at random in every input and weight.
    func gradient() throws -> [String] {
        let found = try step(threads: 1)
        let machine = try machine(threads: 1)
        var sentences: [String] = []
        for (index, slopes) in found.inputs.enumerated() {
            let wrong = try disagreement(slopes, name: "input \(index)") { place, shift in
                var moved = inputs
                moved[index][place] += shift
                return (try loss(machine, weights, moved), moved[index][place])
            }
            if let wrong { sentences.append("the gradient of its input is wrong: \(wrong)") }
        }
        for entry in weights.layout.entries where entry.isTrainable {
            let slopes = entry.range.map { found.weights.values[$0] }
            let wrong = try disagreement(slopes, name: entry.name) { place, shift in
                var moved = weights
                moved.values[entry.offset + place] += shift
                return (try loss(machine, moved, inputs), moved.values[entry.offset + place])
            }
            if let wrong { sentences.append("the gradient of its weight '\(entry.spec.name)' is wrong: \(wrong)") }
        }
        return sentences
    }

    private func loss(_ machine: Machine, _ weights: Weights, _ inputs: [[Float]]) throws -> Double {
        zip(try forward(machine, weights, inputs), cotangent).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }

    /// Compares slopes with central differences of three widths, since curves want narrow ones and rounding wide
    /// ones: a place counts as wrong when none agrees.
    private func disagreement(
        _ slopes: [Float], name: String, at moved: (_ place: Int, _ shift: Float) throws -> (Double, Float)
    ) rethrows -> String? {
        let random = CounterRandom(seed: 11, stream: name)
        let largest = slopes.reduce(Float(0)) { max($0, abs($1)) }
        var wrong: [(analytic: Double, numeric: Double)] = []
        let places = min(10, slopes.count)
        for draw in 0..<places {
            let place = random.int(draw, in: 0..<slopes.count)
            let analytic = Double(slopes[place])
            var nearest = Double.infinity
            for width in [Float(0.02), 0.004, 0.0008] {
                let (above, high) = try moved(place, width)
                let (below, low) = try moved(place, -width)
                let numeric = (above - below) / Double(high - low)
                if abs(numeric - analytic) < abs(nearest - analytic) { nearest = numeric }
            }
            let allowed = 0.02 * max(abs(nearest), abs(analytic)) + 0.004 * Double(largest) + 2e-3
            if !(abs(nearest - analytic) <= allowed) { wrong.append((analytic, nearest)) }
        }
        // A place that lies on a kink is no proof; most places do not.
        guard wrong.count * 5 > places, let first = wrong.first else { return nil }
        func text(_ value: Double) -> String { String((value * 10000).rounded() / 10000) }
        return
            "\(text(first.analytic)) where differences say \(text(first.numeric)), "
            + "at \(wrong.count) of \(places) places"
    }
}
