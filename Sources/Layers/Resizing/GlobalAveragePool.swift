import GraphIR

/// The mean of each channel over the whole window.
public struct GlobalAveragePool: Layer {
    public static let signature = Signature(
        .layer, "global_average_pool",
        """
        The mean of each channel over the whole window.

        y[c] = mean over t of x[c, t]
        A sequence [channels, time] or an image [channels, height, width] becomes a vector [channels].
        """,
        example: "x -> global_average_pool -> dense(3)")

    public let input: TensorType
    public let output: TensorType

    public init(_ arguments: Arguments, inputs: [TensorType]) throws(Complaint) {
        input = try inputs.singleSignal("global_average_pool")
        output = TensorType(Shape(input.shape.channels))
    }

    public var flops: Dimension { input.shape.count }
    public var reach: Reach { .everywhere }
    public var arithmetic: any Arithmetic { GlobalPooling(.mean, input: input.shape.extents) }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(GlobalAveragePool.self, $0) }
