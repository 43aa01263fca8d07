import GraphIR

/// Gives every channel mean 0 and variance 1 over the batch, then a learned scale and offset.
///
/// Weights: `weight [channels]`, `bias [channels]`, and the statistics `running_mean`, `running_var`.
public struct BatchNorm: Layer {
    public static let momentum = Setting<Double>(
        "momentum", "How much of the running statistics a training step keeps.", standard: 0.99, in: 0...1)
    public static let epsilon = Setting<Double>("epsilon", "Added to the variance.", standard: 1e-3, in: 0...1)
    public static let scale = Setting<Bool>("scale", "Whether a scale is learned.", standard: true)

    public static let signature = Signature(
        .layer, "batch_norm",
        """
        Gives every channel mean 0 and variance 1 over the batch and time, then a learned scale and offset.

        y = weight[c] (x - mean[c]) / sqrt(variance[c] + epsilon) + bias[c]

        Training takes mean and variance of the batch (the variance divided by n), and moves the running ones:
        running = momentum * running + (1 - momentum) * batch. Inference takes the running ones. momentum is that of
        Keras: PyTorch's momentum of 0.1 is 0.9 here. The running variance gets the variance divided by n, as in Keras
        (PyTorch: n - 1). Ioffe and Szegedy (2015).
        """,
        [momentum, epsilon, scale], example: "x -> batch_norm -> relu")

    public let output: TensorType
    public let channels: Int
    public let momentum: Double
    public let epsilon: Double
    public let hasScale: Bool
    public let weights: [WeightSpec]

    public init(_ arguments: Arguments, inputs: [TensorType]) throws(Complaint) {
        output = try inputs.single()
        channels = try output.knownChannels("batch_norm")
        momentum = try arguments.checked(Self.momentum)
        epsilon = try arguments.checked(Self.epsilon)
        hasScale = arguments[Self.scale]
        weights =
            (hasScale ? [WeightSpec("weight", [channels], .ones)] : []) + [
                WeightSpec("bias", [channels], .zeros, isConstant: true),
                WeightSpec("running_mean", [channels], .zeros, isTrainable: false),
                WeightSpec("running_var", [channels], .ones, isTrainable: false),
            ]
    }

    public var flops: Dimension { 2 * output.shape.count }
    public var arithmetic: any Arithmetic {
        BatchNormArithmetic(
            size: output.shape.extents, rank: output.shape.rank, momentum: Float(momentum), epsilon: Float(epsilon),
            hasScale: hasScale)
    }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(BatchNorm.self, $0) }
