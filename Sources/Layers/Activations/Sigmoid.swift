import GraphIR

/// Squeezes every number into 0 to 1: a probability.
public struct Sigmoid: Activation {
    public static let signature = Signature(
        .layer, "sigmoid",
        """
        Squeezes every number into 0 to 1: a probability.

        y = 1 / (1 + exp(-x)). Followed by the loss binary_cross_entropy.
        """,
        example: "x -> conv(1, 11) -> sigmoid")

    public let output: TensorType

    public init(_ arguments: Arguments, inputs: [TensorType]) throws(Complaint) { output = try inputs.single() }

    public static let operations = 10
    public func value(_ x: Vector) -> Vector { x.sigmoid }
    public func slope(_ y: Vector) -> Vector { y * (Vector(1) - y) }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(Sigmoid.self, $0) }
