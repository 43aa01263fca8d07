import GraphIR

/// The plain recurrent network: what it says of a sample depends on what it said of the one before.
///
/// Weights of each direction: `weight_ih [units, channels]`, `weight_hh [units, units]`, `bias [units]` (or `bias_ih`,
/// `bias_hh`).
public struct Rnn: Layer {
    public typealias Squashing = RnnCell.Squashing
    public static let activation = Setting<Squashing>("activation", "Applied to every sum.", standard: .tanh)

    public static let signature = Signature(
        .layer, "rnn",
        """
        The plain recurrent network (Elman's): what it says of a sample depends on what it said of the one before.

        h[t] = activation(W x[t] + U h[t-1] + b)

        A sequence [channels, time] becomes [units, time], [2 * units, time] with bidirectional: true. Dropout draws one
        mask for each window and direction. It forgets within tens of samples; lstm and gru do not. Elman (1990).
        """,
        RecurrentSettings.common + [activation], example: "x -> rnn(140)")

    public let input: TensorType
    public let output: TensorType
    public let settings: RecurrentSettings
    public let activation: Squashing

    public init(_ arguments: Arguments, inputs: [TensorType]) throws(Complaint) {
        input = try inputs.singleSequence("rnn")
        settings = try RecurrentSettings(arguments, input: input, gates: 1, layer: "rnn")
        activation = arguments[Self.activation]
        output = settings.output(for: input)
    }

    public var weights: [WeightSpec] { settings.weights() }
    public var flops: Dimension { settings.flops(for: input) }
    public var reach: Reach { .everywhere }
    public var arithmetic: any Arithmetic {
        RnnArithmetic(recurrence: Recurrence(RnnCell(activation: activation), settings, input: input))
    }
}

struct RnnArithmetic: RecurrentArithmetic {
    let recurrence: Recurrence<RnnCell>
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(Rnn.self, $0) }
