import GraphIR
import Layers

/// A layer of weighted sums run with its positive weights alone and with its negative ones alone, so that positive and
/// negative products of any signal can be told apart: `z⁺ = x⁺w⁺ + x⁻w⁻`, `z⁻ = x⁺w⁻ + x⁻w⁺`.
///
/// Whatever the layer, its own arithmetic does the work; it must be linear in what comes in and in its weights.
final class SignedSums {
    private let positive: LayerAlone
    private let negative: LayerAlone
    /// By number of the result: the constant that is added to it.
    private var bias: [Float] = []

    init(_ node: Node, input: TensorType, registry: Registry) throws {
        positive = try LayerAlone(node, input: input, registry: registry)
        negative = try LayerAlone(node, input: input, registry: registry)
    }

    func load(_ weights: Weights) throws(MachineError) {
        // With nothing coming in, only the constants come out.
        positive.load(weights) { $1 ? $0 : 0 }
        bias = try positive.forward([Float](repeating: 0, count: positive.inputCount))
        positive.load(weights) { $1 ? 0 : max(0, $0) }
        negative.load(weights) { $1 ? 0 : min(0, $0) }
    }

    /// Writes what the first sample's input gets by a rule, and says what constants got.
    func share(_ call: Tables.Call, _ rule: RelevanceRule) throws(MachineError) -> Double {
        guard let gradient = call.outputGradient, let given = call.inputGradients[0] else { return 0 }
        let x = LayerAlone.numbers(call.inputs[0]), c = LayerAlone.numbers(gradient)
        let (up, down) = (x.map { max(0, $0) }, x.map { min(0, $0) })
        let zPlus = try zip(positive.forward(up), negative.forward(down)).map { $0 + $1 }
        let zMinus = try zip(positive.forward(down), negative.forward(up)).map { $0 + $1 }
        var (a, b) = ([Float](repeating: 0, count: c.count), [Float](repeating: 0, count: c.count))
        var constants = 0.0
        for index in c.indices where c[index] != 0 {
            let plus = Double(zPlus[index]) + Double(max(0, bias[index]))
            let minus = Double(zMinus[index]) + Double(min(0, bias[index]))
            let (ofPlus, ofMinus) = Self.factors(rule, plus, minus, worth: Double(c[index]) * (plus + minus))
            (a[index], b[index]) = (Float(ofPlus), Float(ofMinus))
            constants += Double(bias[index]) * (bias[index] > 0 ? ofPlus : ofMinus)
        }
        // A product is positive where signal and weight have one sign.
        let (plusA, minusA, plusB, minusB) = try (
            positive.backward(a), negative.backward(a), positive.backward(b), negative.backward(b)
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
}
