import GraphIR

/// What `max_pool` and `average_pool` have in common: windows that slide over a signal, channel by channel.
public struct WindowedPool: Sendable {
    public static let size = Setting<Extent>(
        "size", "Samples under the window; for an image the side of a square, or [height, width].", in: 1...65536)
    public static let stride = Setting<Extent?>(
        "stride", "Samples from one window to the next; none: windows lie side by side.", standard: .some(nil),
        in: 1...65536)
    public static let padding = Setting<PoolPadding>("padding", PoolPadding.documentation, standard: .same)
    public static let settings: [any AnySetting] = [size, stride, padding]

    public let input: TensorType
    public let output: TensorType
    /// One for each axis behind the channels.
    public let windows: [SlidingWindow]

    public init(_ arguments: Arguments, inputs: [TensorType], layer: String) throws(Complaint) {
        input = try inputs.singleSignal(layer)
        windows = try SlidingWindow.pool(
            size: arguments.checked(Self.size), stride: arguments.checked(Self.stride),
            padding: arguments.checked(Self.padding), axes: input.shape.rank - 1)
        output = try input.slidingOver(windows, channels: input.shape.channels, layer: layer)
    }

    public var flops: Dimension { .number(windows.reduce(1) { Rational.product($0, $1.kernel) }) * output.shape.count }
    public var reach: Reach { windows.last?.reach ?? .pointwise }

    public func arithmetic(_ kind: PoolKind) -> any Arithmetic {
        Pooling(kind, input: input.shape.extents, output: output.shape.extents, windows: windows)
    }
}
