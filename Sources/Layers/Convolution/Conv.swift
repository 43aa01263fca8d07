import GraphIR

/// Slides learned kernels over a signal: one result channel for each kernel.
///
/// Weights: `weight [filters, channels / groups, kernel]` (images: `[…, height, width]`), `bias [filters]`.
public struct Conv: Layer {
    public static let filters = Setting<Int>(
        "filters", "How many kernels, and so channels that come out.", in: 1...65536)
    public static let kernel = Setting<Extent>(
        "kernel", "Width in samples; for an image the side of a square, or [height, width].", in: 1...65536)
    public static let stride = Setting<Extent>(
        "stride", "Samples from one place of the window to the next.", standard: 1, in: 1...65536)
    public static let dilation = Setting<Extent>(
        "dilation", "Samples from one tap of the kernel to the next.", standard: 1, in: 1...65536)
    public static let groups = Setting<Int>(
        "groups", "Splits the channels into so many groups that do not see each other.", standard: 1, in: 1...65536)
    public static let padding = Setting<Padding>(
        "padding", "Zeros beyond the ends: as many as keep the length, none, all before the start, or a number a side.",
        standard: .same, in: 0...65536)
    public static let bias = WeightedSum.bias(each: "channel")

    public static let signature = Signature(
        .layer, "conv",
        """
        Slides learned kernels over a sequence or an image; each kernel makes one channel.

        y[o, t] = activation(bias[o] + sum over c, j of weight[o, c, j] x[c, t * stride + j * dilation - before])

        As in every deep-learning framework the kernel is not flipped. With padding: same the length becomes
        ceil(length / stride); an odd zero goes to the right, as in TensorFlow (a kernel of 2 sees its own and the next
        sample; PyTorch's padding of 1 would see the one before). The kernel may be wider than the signal.
        causal puts every zero before the start, so that no result sees a later sample.
        """,
        [
            filters, kernel, stride, dilation, groups, padding, WeightedSum.activation, bias, WeightedSum.start,
        ] + Penalties.settings,
        example: "x -> conv(8, 11, activation: relu)")

    public let input: TensorType
    public let output: TensorType
    public let channels: Int
    public let filters: Int
    public let groups: Int
    /// One for each axis behind the channels.
    public let windows: [SlidingWindow]
    let sum: WeightedSum
    public let weights: [WeightSpec]
    public let arithmetic: any Arithmetic

    public init(_ arguments: Arguments, inputs: [TensorType]) throws(Complaint) {
        input = try inputs.singleSignal("conv")
        channels = try input.knownChannels("conv")
        filters = try arguments.checked(Self.filters)
        groups = try arguments.checked(Self.groups)
        sum = try WeightedSum(arguments)
        try Self.checkGroups(groups, channels: channels, filters: filters)
        windows = try Self.windows(arguments, axes: input.shape.rank - 1)
        output = try input.slidingOver(windows, channels: .number(filters), layer: "conv")

        let area = windows.reduce(1) { Rational.product($0, $1.kernel) }
        let fanIn = Rational.product(channels / groups, area)
        let fanOut = Rational.product(filters / groups, area)
        weights = sum.weights(
            [filters, channels / groups] + windows.map(\.kernel), results: filters, fanIn: fanIn, fanOut: fanOut)
        arithmetic = ConvArithmetic(
            input: input.shape.extents, output: output.shape.extents, groups: groups, windows: windows,
            activation: sum.activation, hasBias: sum.hasBias)
    }

    private static func checkGroups(_ groups: Int, channels: Int, filters: Int) throws(Complaint) {
        for (count, name) in [(channels, "channels that come in"), (filters, "filters")] where count % groups != 0 {
            throw Complaint(
                .argument("groups"), "\(count) \(name) cannot be split into \(groups) equal groups",
                help: "groups must divide both the \(channels) channels that come in and the \(filters) filters")
        }
    }

    private static func windows(_ arguments: Arguments, axes: Int) throws(Complaint) -> [SlidingWindow] {
        let kernel = try arguments.checked(Self.kernel).sizes(for: axes, of: "kernel")
        let stride = try arguments.checked(Self.stride).sizes(for: axes, of: "stride")
        let dilation = try arguments.checked(Self.dilation).sizes(for: axes, of: "dilation")
        let padding = try arguments.checked(Self.padding)
        return (0..<axes).map {
            SlidingWindow(kernel: kernel[$0], stride: stride[$0], dilation: dilation[$0], rule: .padded(padding))
        }
    }

    public var flops: Dimension {
        let taps = windows.reduce(channels / groups) { Rational.product($0, $1.kernel) }
        let perResult = Rational.sum(Rational.product(2, taps), sum.operations)
        return .number(perResult) * output.shape.count
    }
    public var reach: Reach { windows.last?.reach ?? .pointwise }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(Conv.self, $0) }
