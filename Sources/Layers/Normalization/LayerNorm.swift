import GraphIR

/// Gives the channels of every sample mean 0 and variance 1, then a learned scale and offset.
///
/// Weights: `weight [channels]`, `bias [channels]`.
public struct LayerNorm: Layer {
    public static let epsilon = Setting<Double>("epsilon", "Added to the variance.", standard: 1e-5, in: 0...1)

    public static let signature = Signature(
        .layer, "layer_norm",
        """
        Gives the channels of every sample mean 0 and variance 1, then a learned scale and offset.

        y[c, t] = weight[c] (x[c, t] - mean[t]) / sqrt(variance[t] + epsilon) + bias[c], mean and variance (divided by
        n) over the channels of one sample

        EQTransformer's has an epsilon of 1e-14. Ba et al. (2016).
        """,
        [epsilon], example: "x -> layer_norm")

    public let output: TensorType
    public let channels: Int
    public let epsilon: Double
    public let weights: [WeightSpec]

    public init(_ arguments: Arguments, inputs: [TensorType]) throws(Complaint) {
        output = try inputs.single()
        channels = try output.knownChannels("layer_norm")
        epsilon = try arguments.checked(Self.epsilon)
        weights = [
            WeightSpec("weight", [channels], .ones), WeightSpec("bias", [channels], .zeros, isConstant: true),
        ]
    }

    public var flops: Dimension { 8 * output.shape.count }
    public var arithmetic: any Arithmetic { self }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(LayerNorm.self, $0) }
