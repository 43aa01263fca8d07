import GraphIR

/// A sigmoid made of straight lines, as the gates of Keras before version 2.3.
public struct HardSigmoid: LayerSignature {
    public static let signature = Signature(
        .layer, "hard_sigmoid",
        """
        A sigmoid made of straight lines, as the gates of Keras before version 2.3.

        y = min(max(0.2 x + 0.5, 0), 1). PyTorch's hardsigmoid is another: x / 6 + 0.5.
        """,
        example: "x -> hard_sigmoid")

    public let output: TensorType

    public init(_ arguments: Arguments, inputs: [TensorType]) throws(Complaint) { output = try inputs.single() }

    public var flops: Dimension { .number(Activation.hardSigmoid.flops) * output.shape.count }
}

extension HardSigmoid: Delegating {
    var core: any Arithmetic { ElementwiseActivation(.hardSigmoid) }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(HardSigmoid.self, $0) }
