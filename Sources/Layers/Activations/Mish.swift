import GraphIR

/// Weighs each number by the tanh of its softplus: like silu, a little steeper at zero.
public struct Mish: Activation {
    public static let signature = Signature(
        .layer, "mish",
        """
        Weighs each number by the tanh of its softplus: like silu, a little steeper at zero.

        y = x tanh(ln(1 + exp(x))). Misra (2020).
        """,
        example: "x -> mish")

    public let output: TensorType

    public init(_ arguments: Arguments, inputs: [TensorType]) throws(Complaint) { output = try inputs.single() }

    public static let operations = 12
    public static let slopeNeedsInput = true
    public func value(_ x: Vector) -> Vector { x * (Vector(1) - rest(x)) }
    public func slope(_ x: Vector) -> Vector {
        let rest = rest(x)
        // tanh moves by 1 - tanh^2, softplus by the sigmoid.
        return (Vector(1) - rest) + x * rest * (Vector(2) - rest) * x.sigmoid
    }

    /// What the weight lacks of one. Of e = exp(x), the weight is (e^2 + 2 e) / (e^2 + 2 e + 2); above 20 it is one.
    private func rest(_ x: Vector) -> Vector {
        let power = x.replacing(with: Vector(20), where: x .> Vector(20)).exponential
        return Vector(2) / (power * (power + 2) + 2)
    }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(Mish.self, $0) }
