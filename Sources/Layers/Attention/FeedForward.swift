import GraphIR

/// Two dense layers for each sample alone, wide in between: the second half of a transformer.
///
/// Weights: `weight_in [units, channels]`, `bias_in [units]`, `weight_out [channels, units]`, `bias_out [channels]`.
public struct FeedForward: Layer {
    public static let units = Setting<Int>("units", "How wide it is in between.", standard: 128, in: 1...65536)
    public static let activation = Setting<ActivationName>(
        "activation", "Applied in between.", standard: ActivationName("relu"))
    public static let dropout = Setting<Share>(
        "dropout", "The share of the numbers in between that is silenced in training.", standard: 0.0,
        in: 0...0.999_999)
    public static let start = Setting<WeightStart>("init", WeightStart.documentation, standard: .glorotNormal)
        .onlyForTraining

    public static let signature = Signature(
        .layer, "feed_forward",
        """
        Two dense layers for each sample alone, wide in between: the second half of a transformer.

        y[t] = weight_out dropout(activation(weight_in x[t] + bias_in)) + bias_out

        As many channels come out as go in, so that x + feed_forward(x) fits.
        """,
        [units, activation, dropout, start], example: "x -> feed_forward(128, dropout: 0.1)")

    public let input: TensorType
    public let output: TensorType
    /// Samples along time, once they are known: the arithmetic asks for them in its inner loops.
    let length: Int
    public let channels: Int
    public let units: Int
    let activation: (any Activation)?
    public let dropout: Double
    public let weights: [WeightSpec]

    public init(_ arguments: Arguments, inputs: [TensorType]) throws(Complaint) {
        input = try inputs.singleSequence("feed_forward")
        output = input
        length = input.shape.time.number ?? 1
        channels = try input.knownChannels("feed_forward")
        units = try arguments.checked(Self.units)
        activation = try arguments.activation(Self.activation)
        dropout = try arguments.checked(Self.dropout).number
        let start = arguments[Self.start]
        weights = [
            WeightSpec(
                "weight_in", [units, channels], start.initializer(fanIn: channels), fanIn: channels, fanOut: units),
            WeightSpec("bias_in", [units], .zeros, isConstant: true),
            WeightSpec(
                "weight_out", [channels, units], start.initializer(fanIn: units), fanIn: units, fanOut: channels),
            WeightSpec("bias_out", [channels], .zeros, isConstant: true),
        ]
    }

    public var flops: Dimension {
        let perSample = Rational.sum(
            Rational.product(4 * units, channels),
            Rational.sum(Rational.product(units, (activation?.operations ?? 0) + 1), channels)
        )
        return .number(perSample) * input.shape.time
    }
    public var arithmetic: any Arithmetic { self }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(FeedForward.self, $0) }
