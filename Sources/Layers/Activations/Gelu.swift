import GraphIR

/// Weighs each number by the normal distribution: smooth near zero, x far above it, 0 far below.
public struct Gelu: LayerSignature {
    public static let signature = Signature(
        .layer, "gelu",
        """
        Weighs each number by the normal distribution: smooth near zero, x far above it, 0 far below.

        y = x (1 + erf(x / sqrt(2))) / 2, the exact form (Hendrycks and Gimpel, 2016), not the one with tanh.
        """,
        example: "x -> gelu")

    public let output: TensorType

    public init(_ arguments: Arguments, inputs: [TensorType]) throws(Complaint) { output = try inputs.single() }

    public var flops: Dimension { .number(Activation.gelu.flops) * output.shape.count }
}

extension Gelu: Delegating {
    var core: any Arithmetic { ElementwiseActivation(.gelu) }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(Gelu.self, $0) }
