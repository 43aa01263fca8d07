import GraphIR

/// Averages the samples under each window.
public struct AveragePool: LayerSignature {
    public static let size = Setting<Extent>(
        "size", "Samples under the window; for an image the side of a square, or [height, width].", in: 1...65536)
    public static let stride = Setting<Extent?>(
        "stride", "Samples from one window to the next; none: windows lie side by side.", standard: .some(nil),
        in: 1...65536)
    public static let padding = Setting<PoolPadding>("padding", PoolPadding.documentation, standard: .same)

    public static let signature = Signature(
        .layer, "average_pool",
        """
        Averages the samples under each window, channel by channel.

        y[c, t] = mean over the j < size inside the signal of x[c, t * stride + j - before]

        Samples beyond the ends do not count, as in Keras; PyTorch counts its padding as zeros unless told otherwise.
        """,
        [size, stride, padding], example: "x -> average_pool(2)")

    public let input: TensorType
    public let output: TensorType
    /// One for each axis behind the channels.
    public let windows: [SlidingWindow]

    public init(_ arguments: Arguments, inputs: [TensorType]) throws(Complaint) {
        input = try inputs.singleSignal("average_pool")
        windows = try SlidingWindow.pool(
            size: arguments.checked(Self.size), stride: arguments.checked(Self.stride),
            padding: arguments.checked(Self.padding), axes: input.shape.rank - 1)
        output = try input.slidingOver(windows, channels: input.shape.channels, layer: "average_pool")
    }

    public var flops: Dimension {
        .number(windows.reduce(1) { Rational.product($0, $1.kernel) }) * output.shape.count
    }
    public var reach: Reach { windows.last?.reach ?? .pointwise }
}

extension AveragePool: Delegating {
    var core: any Arithmetic {
        Pooling(.mean, input: input.shape.extents, output: output.shape.extents, windows: windows)
    }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(AveragePool.self, $0) }
