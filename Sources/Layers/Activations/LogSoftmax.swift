import GraphIR

/// The logarithm of softmax, without losing small probabilities to rounding.
public struct LogSoftmax: Layer {
    public static let signature = Signature(
        .layer, "log_softmax",
        """
        The logarithm of softmax, without losing small probabilities to rounding.

        y[c, t] = x[c, t] - log(sum over channels k of exp(x[k, t])); for a vector over its features.
        """,
        example: "x -> conv(3, 1) -> log_softmax")

    public let output: TensorType

    public init(_ arguments: Arguments, inputs: [TensorType]) throws(Complaint) { output = try inputs.single() }

    public var flops: Dimension { .number(12) * output.shape.count }
    public var arithmetic: any Arithmetic {
        ChannelSoftmax(size: output.shape.extents, rank: output.shape.rank, isLogarithmic: true)
    }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(LogSoftmax.self, $0) }
