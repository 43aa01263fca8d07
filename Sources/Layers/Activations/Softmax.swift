import GraphIR

/// Turns the channels of each sample into probabilities that sum to one.
public struct Softmax: Layer {
    public static let signature = Signature(
        .layer, "softmax",
        """
        Turns the channels of each sample into probabilities that sum to one.

        y[c, t] = exp(x[c, t]) / sum over channels k of exp(x[k, t]); for a vector over its features.

        Followed by the loss cross_entropy.
        """,
        example: "x -> conv(3, 1) -> softmax")

    public let output: TensorType

    public init(_ arguments: Arguments, inputs: [TensorType]) throws(Complaint) { output = try inputs.single() }

    public var flops: Dimension { .number(12) * output.shape.count }
    public var arithmetic: any Arithmetic {
        ChannelSoftmax(size: output.shape.extents, rank: output.shape.rank, isLogarithmic: false)
    }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(Softmax.self, $0) }
