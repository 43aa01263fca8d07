import GraphIR

/// Additive self-attention: every sample looks for the samples that matter to it.
///
/// Weights: `weight_query [units, channels]`, `weight_key [units, channels]`, `bias [units]`, `weight_score [units]`,
/// `bias_score [1]`.
public struct SelfAttention: Layer {
    public static let units = Setting<Int>(
        "units", "How many numbers a pair is compared by.", standard: 32, in: 1...16384)
    public static let width = Setting<Int?>(
        "width", "How many samples around its own one may look at; none: all of them.", standard: .some(nil),
        in: 1...1_000_000)
    public static let epsilon = Setting<Double>(
        "epsilon", "Added to the sum that the weights are divided by.", standard: 1e-7, in: 0...1)
    public static let start = Setting<WeightStart>("init", WeightStart.documentation, standard: .glorotNormal)
        .onlyForTraining

    public static let signature = Signature(
        .layer, "self_attention",
        """
        Additive self-attention: every sample looks for the samples that matter to it, as in EQTransformer.

        e[t, s] = weight_score · tanh(weight_query x[t] + weight_key x[s] + bias) + bias_score
        w[t, s] = exp(e[t, s] - max over all s of e[t, s]), and 0 outside the width
        y[t] = sum over s of w[t, s] x[s] / (sum over s of w[t, s] + epsilon)

        With a width, t sees the samples from t - floor(width / 2) to t - floor(width / 2) + width - 1: 3 is one on each
        side, 4 is two before and one after. The largest e is looked for in the whole row, before the width is
        applied. bias_score cancels: its gradient is zero up to rounding. Memory and time grow with the square of the
        length. Bahdanau et al. (2015).
        """,
        [units, width, epsilon, start], example: "x -> self_attention(width: 3)")

    public let input: TensorType
    public let output: TensorType
    /// Samples along time, once they are known: the arithmetic asks for them in its inner loops.
    let length: Int
    public let channels: Int
    public let units: Int
    public let width: Int?
    public let epsilon: Double
    public let weights: [WeightSpec]

    public init(_ arguments: Arguments, inputs: [TensorType]) throws(Complaint) {
        input = try inputs.singleSequence("self_attention")
        output = input
        length = input.shape.time.number ?? 1
        channels = try input.knownChannels("self_attention")
        units = try arguments.checked(Self.units)
        width = try arguments.checked(Self.width)
        epsilon = try arguments.checked(Self.epsilon)
        let start = arguments[Self.start]
        let matrix = start.initializer(fanIn: channels)
        weights = [
            WeightSpec("weight_query", [units, channels], matrix, fanIn: channels, fanOut: units),
            WeightSpec("weight_key", [units, channels], matrix, fanIn: channels, fanOut: units),
            WeightSpec("bias", [units], .zeros, isConstant: true),
            WeightSpec("weight_score", [units], start.initializer(fanIn: units), fanIn: units, fanOut: 1),
            WeightSpec("bias_score", [1], .zeros, isConstant: true),
        ]
    }

    /// Both projections, then for every pair a tanh and two products for each unit, and the mean over the channels.
    public var flops: Dimension {
        let projections = Rational.product(4 * units, channels)
        let pair = Rational.sum(Rational.product(13, units), Rational.product(2, channels))
        let time = input.shape.time
        return .number(projections) * time + .number(pair) * time * time
    }
    public var reach: Reach { width.map { .local(span: $0) } ?? .everywhere }
    public var arithmetic: any Arithmetic { self }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(SelfAttention.self, $0) }
