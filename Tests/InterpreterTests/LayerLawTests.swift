import GraphIR
import Interpreter
import Layers
import Testing

/// What holds for every layer, in both modes: its gradient is that of its result, threads do not show, plans agree.
@Suite struct LayerLawTests {
    private func options(_ mode: Mode, batch: Int = 5, threads: Int = 1) -> PlanOptions {
        var options = PlanOptions(batch: batch, mode: mode, gradients: .weightsAndInputs)
        options.threads = threads
        return options
    }

    @Test(arguments: LayerCase.all) func gradientsAreThoseOfTheResult(of layer: LayerCase) throws {
        let graph = try layer.graph()
        for mode in Mode.allCases {
            let check = try GradientCheck(graph, options(mode, batch: 3))
            var wrong = 0
            for direction in 0..<6 {
                let (found, right) = try check.slopes(direction, step: layer.hasKinks ? 3e-5 : 1e-3)
                if abs(found - right) > (layer.hasKinks ? 2e-2 : 4e-3) * (abs(right) + check.size) { wrong += 1 }
            }
            // A direction that happens to cross a kink is off; a mistake shows in all of them.
            #expect(wrong <= (layer.hasKinks ? 3 : 0), "\(mode)")
        }
    }

    @Test(arguments: LayerCase.all) func threadsDoNotShow(of layer: LayerCase) throws {
        let graph = try layer.graph()
        let one = try Outcome(graph, options: options(.training, batch: 11))
        for threads in [2, 5] {
            #expect(try Outcome(graph, options: options(.training, batch: 11, threads: threads)) == one)
        }
    }

    @Test(arguments: LayerCase.all) func aSampleDoesNotDependOnItsNeighbours(of layer: LayerCase) throws {
        guard layer.kind != "dropout" else { return }
        let graph = try layer.graph()
        let many = try Outcome(graph, options: options(.inference, batch: 4))
        let single = try Outcome(graph, options: options(.inference, batch: 1))
        let count = single.outputs[0].count
        #expect(Array(many.outputs[0][..<count]) == single.outputs[0])
    }

    @Test(arguments: LayerCase.all) func whatIsNotFiniteIsNamed(of layer: LayerCase) throws {
        guard !["dropout", "max_pool", "crop"].contains(layer.kind) else { return }
        let graph = try layer.graph()
        let machine = try Machine(graph, options: options(.inference, batch: 2))
        machine.load(Weights(testing: graph))
        for index in graph.inputs.indices {
            var values = normal(machine.shape(ofInput: index).reduce(2, *), 1)
            if index == 0 { values[values.count / 2 + values.count / 4] = .nan }
            try machine.setInput(index, to: values)
        }
        #expect(throws: MachineError.notFinite(path: "x0", sample: 1, .forward)) { try machine.forward() }
    }
}

/// Slopes along random directions of all weights and inputs at once, from the backward pass and from differences.
struct GradientCheck {
    let graph: Graph
    let machine: Machine
    let weights: Weights
    let inputs: [[Float]]
    let cotangents: [[Float]]
    let gradients: Outcome
    /// How large a slope is ordinarily.
    let size: Double

    init(_ graph: Graph, _ options: PlanOptions) throws {
        self.graph = graph
        let machine = try Machine(graph, options: options)
        self.machine = machine
        weights = Weights(testing: graph)
        gradients = try Outcome(graph, options: options)
        inputs = graph.inputs.indices.map {
            normal(machine.shape(ofInput: $0).reduce(options.batch, *), 5 + UInt64($0))
        }
        cotangents = gradients.outputs.enumerated().map { normal($0.element.count, 100 + UInt64($0.offset)) }
        let all = ([gradients.weightGradients] + gradients.inputGradients).joined()
        size = all.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot() / 3 + 1e-3
    }

    /// The sum of outputs times cotangents, moved by `step` along a direction.
    private func value(_ direction: Int, _ step: Float) throws -> Double {
        var moved = weights
        for entry in weights.layout.entries where entry.isTrainable {
            let along = normal(entry.count, 1000 + UInt64(direction * 100 + entry.offset))
            for (place, index) in entry.range.enumerated() { moved.values[index] += step * along[place] }
        }
        machine.load(moved)
        for (index, values) in inputs.enumerated() {
            let along = normal(values.count, 2000 + UInt64(direction * 10 + index))
            try machine.setInput(index, to: zip(values, along).map { $0 + step * $1 })
        }
        try machine.forward(seed: 9, step: 2)
        return cotangents.indices.reduce(0.0) { total, index in
            zip(machine.output(index), cotangents[index]).reduce(total) { $0 + Double($1.0) * Double($1.1) }
        }
    }

    func slopes(_ direction: Int, step: Float) throws -> (found: Double, right: Double) {
        var found = 0.0
        for entry in weights.layout.entries where entry.isTrainable {
            let along = normal(entry.count, 1000 + UInt64(direction * 100 + entry.offset))
            for (place, index) in entry.range.enumerated() {
                found += Double(gradients.weightGradients[index]) * Double(along[place])
            }
        }
        for (index, values) in inputs.enumerated() {
            let along = normal(values.count, 2000 + UInt64(direction * 10 + index))
            found += zip(gradients.inputGradients[index], along).reduce(0) { $0 + Double($1.0) * Double($1.1) }
        }
        return (found, (try value(direction, step) - value(direction, -step)) / Double(2 * step))
    }
}
