import GraphIR

/// Squeezes every number into -1 to 1.
public struct Tanh: Activation {
    public static let signature = Signature(
        .layer, "tanh",
        """
        Squeezes every number into -1 to 1.

        y = tanh(x)
        """,
        example: "x -> tanh")

    public let output: TensorType

    public init(_ arguments: Arguments, inputs: [TensorType]) throws(Complaint) { output = try inputs.single() }

    public static let operations = 10
    public func value(_ x: Vector) -> Vector { x.hyperbolicTangent }
    public func slope(_ y: Vector) -> Vector { Vector(1) - y * y }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(Tanh.self, $0) }
