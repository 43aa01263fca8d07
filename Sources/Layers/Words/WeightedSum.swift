import GraphIR

/// What `conv`, `conv_transpose` and `dense` have in common: sums with learned weights, a learned constant for each
/// result, penalties for both, and an activation behind them.
public struct WeightedSum: Sendable {
    public static let activation = Setting<ActivationName>(
        "activation", "Applied to every result.", standard: ActivationName.none)
    public static let start = Setting<WeightStart>("init", WeightStart.documentation, standard: .glorotUniform)
        .onlyForTraining
    public static func bias(each result: String) -> Setting<Bool> {
        Setting<Bool>("bias", "Whether a learned constant is added to each \(result).", standard: true)
    }

    public let activation: (any Activation)?
    public let hasBias: Bool
    private let start: WeightStart
    private let penalties: Penalties

    public init(_ arguments: Arguments) throws(Complaint) {
        activation = try arguments.activation(Self.activation)
        hasBias = arguments[Self.bias(each: "")]
        start = arguments[Self.start]
        penalties = try Penalties(arguments)
    }

    /// `weight` and, if there is one, `bias`.
    public func weights(_ shape: [Int], results: Int, fanIn: Int, fanOut: Int) -> [WeightSpec] {
        let weight = WeightSpec(
            "weight", shape, start.initializer(fanIn: fanIn), fanIn: fanIn, fanOut: fanOut, penalty: penalties.weight)
        return hasBias
            ? [weight, WeightSpec("bias", [results], .zeros, penalty: penalties.bias, isConstant: true)] : [weight]
    }

    /// Operations for one result beside its products: the constant and the activation.
    public var operations: Int { (hasBias ? 1 : 0) + (activation?.operations ?? 0) }
}
