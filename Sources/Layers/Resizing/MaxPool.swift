import GraphIR

/// Keeps the largest sample under each window.
public struct MaxPool: LayerSignature {
    public static let size = Setting<Extent>(
        "size", "Samples under the window; for an image the side of a square, or [height, width].", in: 1...65536)
    public static let stride = Setting<Extent?>(
        "stride", "Samples from one window to the next; none: windows lie side by side.", standard: .some(nil),
        in: 1...65536)
    public static let padding = Setting<PoolPadding>("padding", PoolPadding.documentation, standard: .same)

    public static let signature = Signature(
        .layer, "max_pool",
        """
        Keeps the largest sample under each window, channel by channel.

        y[c, t] = max over j < size of x[c, t * stride + j - before]

        With the standard padding: same an odd length is rounded up (375 becomes 188 with a size of 2): the last window
        holds one sample. PyTorch's own standard is valid, which would drop that sample. Among equal samples the
        first one gets the gradient.
        """,
        [size, stride, padding], example: "x -> max_pool(2)")

    public let input: TensorType
    public let output: TensorType
    /// One for each axis behind the channels.
    public let windows: [SlidingWindow]

    public init(_ arguments: Arguments, inputs: [TensorType]) throws(Complaint) {
        input = try inputs.singleSignal("max_pool")
        windows = try SlidingWindow.pool(
            size: arguments.checked(Self.size), stride: arguments.checked(Self.stride),
            padding: arguments.checked(Self.padding), axes: input.shape.rank - 1)
        output = try input.slidingOver(windows, channels: input.shape.channels, layer: "max_pool")
    }

    public var flops: Dimension {
        .number(windows.reduce(1) { Rational.product($0, $1.kernel) }) * output.shape.count
    }
    public var reach: Reach { windows.last?.reach ?? .pointwise }
}

extension MaxPool: Delegating {
    var core: any Arithmetic {
        Pooling(.largest, input: input.shape.extents, output: output.shape.extents, windows: windows)
    }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(MaxPool.self, $0) }
