import GraphIR

/// Long short-term memory: a memory that learns what to keep, what to add and what to tell.
///
/// Weights of each direction: `weight_ih [4 units, channels]`, `weight_hh [4 units, units]`, `bias [4 units]` (or
/// `bias_ih`, `bias_hh`); the gates in the order i, f, g, o.
public struct Lstm: Layer {
    public static let signature = Signature(
        .layer, "lstm",
        """
        Long short-term memory: walks along the samples with a memory that learns what to keep, add and tell.

        i, f, o = sigmoid(W x[t] + U h[t-1] + b) each with its own rows, g = tanh(of the same),
        c[t] = f c[t-1] + i g, h[t] = o tanh(c[t])

        A sequence [channels, time] becomes [units, time], [2 * units, time] with bidirectional: true (first forward,
        then backward). The forget gate's constant starts at 1. Dropout draws one mask for each window and direction,
        which all four gates share. Hochreiter and Schmidhuber (1997), Gers et al. (2000).
        """,
        RecurrentSettings.common + [RecurrentSettings.gateActivation],
        example: "x -> lstm(16, bidirectional: true, dropout: 0.1)")

    public let input: TensorType
    public let output: TensorType
    public let settings: RecurrentSettings
    public let gateActivation: RecurrentSettings.GateActivation

    public init(_ arguments: Arguments, inputs: [TensorType]) throws(Complaint) {
        input = try inputs.singleSequence("lstm")
        settings = try RecurrentSettings(arguments, input: input, gates: 4, layer: "lstm")
        gateActivation = arguments[RecurrentSettings.gateActivation]
        output = settings.output(for: input)
    }

    public var weights: [WeightSpec] { settings.weights(firstBias: .forgetBias(gate: 1, of: 4)) }
    public var flops: Dimension { settings.flops(for: input) }
    public var reach: Reach { .everywhere }
    public var arithmetic: any Arithmetic {
        LstmArithmetic(recurrence: Recurrence(LstmCell(gate: gateActivation), settings, input: input))
    }
}

struct LstmArithmetic: RecurrentArithmetic {
    let recurrence: Recurrence<LstmCell>
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(Lstm.self, $0) }
