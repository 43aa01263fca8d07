import GraphIR

/// Keeps the largest sample under each window.
public struct MaxPool: Layer {
    public static let signature = Signature(
        .layer, "max_pool",
        """
        Keeps the largest sample under each window, channel by channel.

        y[c, t] = max over j < size of x[c, t * stride + j - before]

        With the standard padding: same an odd length is rounded up (375 becomes 188 with a size of 2): the last window
        holds one sample. PyTorch's own standard is valid, which would drop that sample. Among equal samples the
        first one gets the gradient.
        """,
        WindowedPool.settings, example: "x -> max_pool(2)")

    let pool: WindowedPool

    public init(_ arguments: Arguments, inputs: [TensorType]) throws(Complaint) {
        pool = try WindowedPool(arguments, inputs: inputs, layer: "max_pool")
    }

    public var output: TensorType { pool.output }
    public var flops: Dimension { pool.flops }
    public var reach: Reach { pool.reach }
    public var arithmetic: any Arithmetic { pool.arithmetic(.largest) }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(MaxPool.self, $0) }
