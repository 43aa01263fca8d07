import GraphIR

/// Puts the time derivatives of every channel behind the channels.
public struct Deltas: Layer {
    public static let order = Setting<Int>("order", "Up to which derivative.", standard: 2, in: 1...4)
    public static let width = Setting<Int>(
        "width", "How many frames to each side a slope is fitted to.", standard: 2, in: 1...1000)

    public static let signature = Signature(
        .layer, "deltas",
        """
        Puts the time derivatives of every channel behind the channels, as speech recognition does.

        d[t] = sum over n = 1…width of n (x[t + n] - x[t - n]) / (2 * sum of n²): the slope of a line fitted to the
        frames around. The second derivative is the first one of the first. Beyond the ends the last frame is
        repeated. Nothing is learned. Furui (1986).
        """,
        [order, width], example: "x -> deltas(2)")

    public let input: TensorType
    public let output: TensorType
    public let order: Int
    public let width: Int

    public init(_ arguments: Arguments, inputs: [TensorType]) throws(Complaint) {
        input = try inputs.singleSequence("deltas")
        order = try arguments.checked(Self.order)
        width = try arguments.checked(Self.width)
        output = input.with(Shape(input.shape.channels * .number(order + 1), input.shape.time))
    }

    public var flops: Dimension { .number(order * (3 * width + 1)) * input.shape.count }
    public var reach: Reach { .local(span: 2 * width * order + 1) }
    public var arithmetic: any Arithmetic { self }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(Deltas.self, $0) }
