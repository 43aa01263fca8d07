import GraphIR

/// Gives every channel of a sample mean 0 and variance 1 over the window.
///
/// Weights, if a scale is learned: `weight [channels]`, `bias [channels]`.
public struct InstanceNorm: Layer {
    public static let epsilon = Setting<Double>("epsilon", "Added to the variance.", standard: 1e-5, in: 0...1)
    public static let scale = Setting<Bool>("scale", "Whether a scale and an offset are learned.", standard: false)

    public static let signature = Signature(
        .layer, "instance_norm",
        """
        Gives every channel of a sample mean 0 and variance 1 over the window.

        y[c, t] = (x[c, t] - mean[c]) / sqrt(variance[c] + epsilon), mean and variance (divided by n) over all of the
        window; with a scale: weight[c] times that, plus bias[c]

        It knows nothing of the rest of the batch, so that training and inference are the same. Ulyanov et al. (2016).
        """,
        [epsilon, scale], example: "x -> instance_norm")

    public let output: TensorType
    public let channels: Int
    public let epsilon: Double
    public let hasScale: Bool
    public let weights: [WeightSpec]

    public init(_ arguments: Arguments, inputs: [TensorType]) throws(Complaint) {
        output = try inputs.single()
        guard output.shape.rank > 1 else {
            throw Complaint(
                .input(0, axis: nil), "a channel of \(output.shape) is one number, which has no spread",
                help: "layer_norm looks along the channels")
        }
        channels = try output.knownChannels("instance_norm")
        epsilon = try arguments.checked(Self.epsilon)
        hasScale = arguments[Self.scale]
        weights =
            hasScale
            ? [WeightSpec("weight", [channels], .ones), WeightSpec("bias", [channels], .zeros, isConstant: true)] : []
    }

    public var flops: Dimension { 8 * output.shape.count }
    public var arithmetic: any Arithmetic {
        GroupNormArithmetic(
            rank: output.shape.rank, channels: channels, groups: channels, epsilon: Float(epsilon), hasScale: hasScale)
    }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(InstanceNorm.self, $0) }
