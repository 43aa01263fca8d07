import GraphIR

/// Gated recurrent unit: an LSTM's lighter cousin, without a separate cell.
///
/// Weights of each direction: `weight_ih [3 units, channels]`, `weight_hh [3 units, units]`, `bias [3 units]` (or
/// `bias_ih`, `bias_hh`); the gates in the order r, z, n.
public struct Gru: Layer {
    public typealias Reset = GruCell.Reset
    public static let reset = Setting<Reset>(
        "reset", "Whether the reset gate acts on the memory before or after its matrix.", standard: .after)

    public static let signature = Signature(
        .layer, "gru",
        """
        Gated recurrent unit: walks along the samples with a memory that it updates by a gate.

        r, z = sigmoid(W x[t] + U h[t-1] + b) each with its own rows,
        n = tanh(W x[t] + b + r (U h[t-1] + b')) with reset: after, tanh(W x[t] + U (r h[t-1]) + b + b') with reset:
        before, h[t] = (1 - z) n + z h[t-1]

        The constant b' is there with biases: two. PyTorch has reset: after and two; Keras's reset_after=True the same,
        its reset_after=False is reset: before and one. Dropout draws one mask for each window and direction.
        Cho et al. (2014).
        """,
        RecurrentSettings.common + [RecurrentSettings.gateActivation, reset],
        example: "x -> gru(16, bidirectional: true)")

    public let input: TensorType
    public let output: TensorType
    public let settings: RecurrentSettings
    public let gateActivation: RecurrentSettings.GateActivation
    public let reset: Reset

    public init(_ arguments: Arguments, inputs: [TensorType]) throws(Complaint) {
        input = try inputs.singleSequence("gru")
        settings = try RecurrentSettings(arguments, input: input, gates: 3, layer: "gru")
        gateActivation = arguments[RecurrentSettings.gateActivation]
        reset = arguments[Self.reset]
        output = settings.output(for: input)
    }

    public var weights: [WeightSpec] { settings.weights() }
    public var flops: Dimension { settings.flops(for: input) }
    public var reach: Reach { .everywhere }
    public var arithmetic: any Arithmetic {
        GruArithmetic(recurrence: Recurrence(GruCell(gate: gateActivation, reset: reset), settings, input: input))
    }
}

struct GruArithmetic: RecurrentArithmetic {
    let recurrence: Recurrence<GruCell>
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(Gru.self, $0) }
