import GraphIR

/// Averages the samples under each window.
public struct AveragePool: Layer {
    public static let signature = Signature(
        .layer, "average_pool",
        """
        Averages the samples under each window, channel by channel.

        y[c, t] = mean over the j < size inside the signal of x[c, t * stride + j - before]

        Samples beyond the ends do not count, as in Keras; PyTorch counts its padding as zeros unless told otherwise.
        """,
        WindowedPool.settings, example: "x -> average_pool(2)")

    let pool: WindowedPool

    public init(_ arguments: Arguments, inputs: [TensorType]) throws(Complaint) {
        pool = try WindowedPool(arguments, inputs: inputs, layer: "average_pool")
    }

    public var output: TensorType { pool.output }
    public var flops: Dimension { pool.flops }
    public var reach: Reach { pool.reach }
    public var arithmetic: any Arithmetic { pool.arithmetic(.mean) }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(AveragePool.self, $0) }
