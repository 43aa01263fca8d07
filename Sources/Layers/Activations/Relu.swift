import GraphIR

/// Sets what is negative to zero.
public struct Relu: LayerSignature {
    public static let signature = Signature(
        .layer, "relu",
        """
        Sets what is negative to zero.

        y = max(x, 0). A gradient of zero at zero.
        """,
        example: "x -> relu")

    public let output: TensorType

    public init(_ arguments: Arguments, inputs: [TensorType]) throws(Complaint) { output = try inputs.single() }

    public var flops: Dimension { .number(Activation.relu.flops) * output.shape.count }
}

extension Relu: Delegating {
    var core: any Arithmetic { ElementwiseActivation(.relu) }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(Relu.self, $0) }
