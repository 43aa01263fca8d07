import GraphIR
import Layers

/// A layer of weighted sums run with its positive weights alone and with its negative ones alone, so that positive and
/// negative products of any signal can be told apart: `z⁺ = x⁺w⁺ + x⁻w⁻`, `z⁻ = x⁺w⁻ + x⁻w⁺`.
///
/// Whatever the layer, its own arithmetic does the work; it must be linear in what comes in and in its weights.
final class SignedSums {
    private let positive: Machine
    private let negative: Machine
    /// By number of the result: the constant that is added to it.
    private let bias: [Float]
    private let outputCount: Int

    init(_ node: Node, input: TensorType, weights: Weights, registry: Registry) throws {
        var graph = Graph(name: node.path)
        var layer = node
        layer.inputs = [0]
        graph.nodes = [.input("x", input), layer]
        graph.outputs = [Graph.Output(name: "y", node: 1, place: .nowhere)]
        var options = PlanOptions(batch: 1, mode: .inference, gradients: .weightsAndInputs)
        options.threads = 1
        options.style = .plain
        positive = try Machine(graph, registry: registry, options: options)
        negative = try Machine(graph, registry: registry, options: options)
        outputCount = positive.count(ofNode: 1)
        let layout = positive.layout
        var (plus, minus, constants) = (
            Weights(zerosIn: layout), Weights(zerosIn: layout), Weights(zerosIn: layout)
        )
        for entry in layout.entries {
            let values = weights[entry.name] ?? []
            for (place, value) in zip(entry.range, values) {
                if entry.spec.isConstant {
                    constants.values[place] = value
                } else {
                    plus.values[place] = max(0, value)
                    minus.values[place] = min(0, value)
                }
            }
        }
        // With nothing coming in, only the constants come out.
        positive.load(constants)
        try positive.setInput(0, to: [Float](repeating: 0, count: positive.count(ofNode: 0)))
        try positive.forward()
        bias = positive.output(0)
        positive.load(plus)
        negative.load(minus)
    }

    /// Writes what the first sample's input gets by a rule, and says what constants got.
    func share(_ call: Tables.Call, _ rule: RelevanceRule) throws(RunError) -> Double {
        guard let gradient = call.outputGradient, let given = call.inputGradients[0] else { return 0 }
        let x = numbers(call.inputs[0]), c = numbers(gradient)
        let (up, down) = (x.map { max(0, $0) }, x.map { min(0, $0) })
        let zPlus = try zip(forward(positive, up), forward(negative, down)).map { $0 + $1 }
        let zMinus = try zip(forward(positive, down), forward(negative, up)).map { $0 + $1 }
        var (a, b) = ([Float](repeating: 0, count: outputCount), [Float](repeating: 0, count: outputCount))
        var constants = 0.0
        for index in 0..<outputCount where c[index] != 0 {
            let plus = Double(zPlus[index]) + Double(max(0, bias[index]))
            let minus = Double(zMinus[index]) + Double(min(0, bias[index]))
            let (ofPlus, ofMinus) = Self.factors(rule, plus, minus, worth: Double(c[index]) * (plus + minus))
            (a[index], b[index]) = (Float(ofPlus), Float(ofMinus))
            constants += Double(bias[index]) * (bias[index] > 0 ? ofPlus : ofMinus)
        }
        // A product is positive where signal and weight have one sign.
        let (plusA, minusA, plusB, minusB) = try (
            backward(positive, a), backward(negative, a), backward(positive, b), backward(negative, b)
        )
        let shares = x.indices.map { x[$0] >= 0 ? plusA[$0] + minusB[$0] : minusA[$0] + plusB[$0] }
        shares.withUnsafeBufferPointer { if let base = $0.baseAddress { given.unpack(base, to: 0) } }
        return constants
    }

    /// What each unit of a positive and of a negative product gets of what their sum is worth.
    private static func factors(
        _ rule: RelevanceRule, _ plus: Double, _ minus: Double, worth: Double
    ) -> (ofPlus: Double, ofMinus: Double) {
        switch rule {
        case .epsilon, .difference:
            let all = plus + minus
            return all == 0 ? (0, 0) : (worth / all, worth / all)
        case .beta(let beta):
            // Where one sign is missing, the other gets everything once.
            if minus == 0 { return plus == 0 ? (0, 0) : (worth / plus, 0) }
            if plus == 0 { return (0, worth / minus) }
            return ((1 + beta) * worth / plus, -beta * worth / minus)
        case .gamma(let gamma):
            let all = plus + minus
            if all == 0 { return (0, 0) }
            let sum = all + gamma * (all > 0 ? plus : minus)
            let share = worth / sum
            return all > 0 ? ((1 + gamma) * share, share) : (share, (1 + gamma) * share)
        }
    }

    private func numbers(_ tensor: Tensor) -> [Float] {
        [Float](unsafeUninitializedCapacity: tensor.rows * tensor.width) { buffer, count in
            if let base = buffer.baseAddress { tensor.pack(0, to: base) }
            count = tensor.rows * tensor.width
        }
    }
    private func forward(_ machine: Machine, _ x: [Float]) throws(RunError) -> [Float] {
        try machine.setInput(0, to: x)
        try machine.forward()
        return machine.output(0)
    }
    private func backward(_ machine: Machine, _ c: [Float]) throws(RunError) -> [Float] {
        try machine.setCotangent(0, to: c)
        try machine.backward()
        return machine.inputGradient(0)
    }
}
