import GraphIR

/// Squeezes every number into -1 to 1.
public struct Tanh: LayerSignature {
    public static let signature = Signature(
        .layer, "tanh",
        """
        Squeezes every number into -1 to 1.

        y = tanh(x)
        """,
        example: "x -> tanh")

    public let output: TensorType

    public init(_ arguments: Arguments, inputs: [TensorType]) throws(Complaint) { output = try inputs.single() }

    public var flops: Dimension { .number(Activation.tanh.flops) * output.shape.count }
}

extension Tanh: Delegating {
    var core: any Arithmetic { ElementwiseActivation(.tanh) }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(Tanh.self, $0) }
