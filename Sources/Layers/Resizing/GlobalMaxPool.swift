import GraphIR

/// The largest sample of each channel in the whole window.
public struct GlobalMaxPool: Layer {
    public static let signature = Signature(
        .layer, "global_max_pool",
        """
        The largest sample of each channel in the whole window.

        y[c] = max over t of x[c, t]; among equal samples the first one gets the gradient.
        A sequence [channels, time] or an image [channels, height, width] becomes a vector [channels].
        """,
        example: "x -> global_max_pool -> dense(3)")

    public let input: TensorType
    public let output: TensorType

    public init(_ arguments: Arguments, inputs: [TensorType]) throws(Complaint) {
        input = try inputs.singleSignal("global_max_pool")
        output = TensorType(Shape(input.shape.channels))
    }

    public var flops: Dimension { input.shape.count }
    public var reach: Reach { .everywhere }
    public var arithmetic: any Arithmetic { GlobalPooling(.largest, input: input.shape.extents) }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(GlobalMaxPool.self, $0) }
