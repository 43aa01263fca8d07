import GraphIR

/// Gives some neighbouring channels of a sample together mean 0 and variance 1, then a learned scale and offset.
///
/// Weights: `weight [channels]`, `bias [channels]`.
public struct GroupNorm: Layer {
    public static let groups = Setting<Int>("groups", "How many groups the channels form.", in: 1...1_048_576)
    public static let epsilon = Setting<Double>("epsilon", "Added to the variance.", standard: 1e-5, in: 0...1)

    public static let signature = Signature(
        .layer, "group_norm",
        """
        Gives some neighbouring channels of a sample together mean 0 and variance 1, then a learned scale and offset.

        y[c, t] = weight[c] (x[c, t] - mean) / sqrt(variance + epsilon) + bias[c], mean and variance (divided by n) over
        the channels of c's group and all of the window

        It knows nothing of the rest of the batch, so that training and inference are the same. Wu and He (2018).
        """,
        [groups, epsilon], example: "x -> conv(16, 7) -> group_norm(4) -> relu")

    public let output: TensorType
    public let channels: Int
    public let groups: Int
    public let epsilon: Double
    public let weights: [WeightSpec]

    public init(_ arguments: Arguments, inputs: [TensorType]) throws(Complaint) {
        output = try inputs.single()
        let (channels, groups) = (try output.knownChannels("group_norm"), try arguments.checked(Self.groups))
        guard channels % groups == 0 else {
            let fitting = (1...channels).filter { channels % $0 == 0 }.map(String.init).joined(separator: ", ")
            throw Complaint(
                .argument("groups"), "\(channels) channels cannot be put into \(groups) groups of one size",
                help: "groups of \(channels) channels: \(fitting)")
        }
        self.channels = channels
        self.groups = groups
        epsilon = try arguments.checked(Self.epsilon)
        weights = [
            WeightSpec("weight", [channels], .ones), WeightSpec("bias", [channels], .zeros, isConstant: true),
        ]
    }

    public var flops: Dimension { 8 * output.shape.count }
    public var arithmetic: any Arithmetic {
        GroupNormArithmetic(
            rank: output.shape.rank, channels: channels, groups: groups, epsilon: Float(epsilon), hasScale: true)
    }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(GroupNorm.self, $0) }
