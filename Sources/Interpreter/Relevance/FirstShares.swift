import GraphIR
import Layers

/// How the first sums share what they are worth among the samples of the waveform.
public enum FirstRule: String, CaseIterable, Sendable {
    /// As everywhere else.
    case same
    /// In equal parts, whatever came in: where a layer looks, not what it saw there.
    case flat
    /// By the squares of the weights, `w²_ij / Σ w²_ij`, whatever came in.
    case squares

    public var formula: String {
        switch self {
        case .same: "as everywhere"
        case .flat: "R_i = sum over j of R_j / (number of inputs of j)"
        case .squares: "R_i = sum over j of w_ij^2 / (sum over i of w_ij^2) R_j"
        }
    }
}

/// A layer of weighted sums that reads the waveform, under a rule that does not ask what came in. The constants of the
/// layer are shared with the rest.
final class FirstShares {
    private let layer: LayerAlone
    /// By number of the result, the sum that shares are parts of.
    private var wholes: [Float] = []
    private let rule: FirstRule
    /// By sample of the input, what the last explanation gave it where no factor of what came in can say it.
    private(set) var atZero: [Float] = []

    init(_ rule: FirstRule, _ node: Node, input: TensorType, registry: Registry) throws {
        self.rule = rule
        layer = try LayerAlone(node, input: input, registry: registry)
    }

    func load(_ weights: Weights) throws(MachineError) {
        let rule = rule
        layer.load(weights) { $1 ? 0 : rule == .flat ? 1 : $0 * $0 }
        wholes = try layer.forward([Float](repeating: 1, count: layer.inputCount))
    }

    /// Writes what the first sample's input gets; says what it gave in all, and what of the constants found no share.
    func share(_ call: Tables.Call) throws(MachineError) -> (given: Double, constants: Double) {
        guard let gradient = call.outputGradient, let given = call.inputGradients[0] else { return (0, 0) }
        let (x, z, c) = (
            LayerAlone.numbers(call.inputs[0]), LayerAlone.numbers(call.output), LayerAlone.numbers(gradient)
        )
        var constants = 0.0
        let parts = c.indices.map { index -> Float in
            let worth = Double(z[index]) * Double(c[index])
            guard wholes[index] > 0 else {
                // With no weight at all there is only the constant.
                constants += worth
                return 0
            }
            return Float(worth / Double(wholes[index]))
        }
        let shares = try layer.backward(parts)
        // Nor is there a factor where so little came in that it is none of a Float's.
        let factors = zip(x, shares).map { x, share in
            let factor = share / x
            return factor.isFinite ? factor : 0
        }
        atZero = zip(factors, shares).map { $0 == 0 ? $1 : 0 }
        factors.withUnsafeBufferPointer { if let base = $0.baseAddress { given.unpack(base, to: 0) } }
        return (shares.reduce(0) { $0 + Double($1) }, constants)
    }
}
