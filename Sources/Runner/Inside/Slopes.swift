import GraphIR
import Interpreter

/// A network's number and its ordinary slopes, window by window: nothing is held still.
final class Slopes {
    private let machine: Machine
    private let target: ExplainedTarget

    /// - `readsNodes`: whether slopes of other arrays than the inputs are asked for.
    init(
        _ subject: Subject, _ explained: ExplainedGraph, _ target: ExplainedTarget, lengths: [String: Int],
        weights: Weights? = nil, readsNodes: Bool = false
    ) throws {
        var options = PlanOptions(batch: 1, mode: .inference, gradients: .weightsAndInputs)
        options.explains = readsNodes
        options.lengths = lengths
        options.threads = 1
        options.memoryLimit = subject.session.memory
        machine = try Machine(explained.graph, registry: subject.session.registry, options: options)
        machine.load(weights ?? subject.weights)
        self.target = target
    }

    /// The weighted sum that is explained.
    func value(_ inputs: [[Float]]) throws -> Double {
        for (index, input) in inputs.enumerated() { try machine.setInput(index, to: input) }
        try machine.forward()
        return zip(target.weights, machine.output(target.end)).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }

    func slopes(_ inputs: [[Float]]) throws -> [[Float]] { try ascent(inputs).slopes }

    /// The number and its slopes together.
    ///
    /// - `follows`: whether a softmax is weighed anew for these inputs, instead of as it was where the target was
    ///   settled.
    func ascent(_ inputs: [[Float]], follows: Bool = false) throws -> (value: Double, slopes: [[Float]]) {
        var value = try value(inputs)
        var weights = target.weights
        if follows, !target.weighing.isLinear {
            (weights, value, _) = target.weighing.weigh(machine.output(target.end).map(Double.init))
        }
        try machine.setCotangent(target.end, to: weights)
        try machine.backward()
        return (value, inputs.indices.map { machine.inputGradient($0) })
    }

    /// What a node of the explained network made of the last window, and the slopes by it.
    func array(ofNode node: Int) -> (values: [Float], slopes: [Float], shape: [Int]) {
        (machine.result(ofNode: node), machine.gradient(ofNode: node), machine.shape(ofNode: node))
    }
}
