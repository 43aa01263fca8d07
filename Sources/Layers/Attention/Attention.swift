import GraphIR

/// Multi-head scaled dot-product attention of a sequence to itself.
///
/// Weights: `weight_query`, `weight_key`, `weight_value`, `weight_output [channels, channels]`, each with its `bias_…
/// [channels]`.
public struct Attention: Layer {
    public static let heads = Setting<Int>(
        "heads", "Into how many equal parts the channels are split, each with its own weights.", standard: 1,
        in: 1...1024)
    public static let causal = Setting<Bool>(
        "causal", "Whether a sample sees only itself and earlier ones.", standard: false)
    public static let bias = Setting<Bool>("bias", "Whether the four projections have constants.", standard: true)
    public static let start = Setting<WeightStart>("init", WeightStart.documentation, standard: .glorotUniform)
        .onlyForTraining

    public static let signature = Signature(
        .layer, "attention",
        """
        Multi-head scaled dot-product attention of a sequence to itself, as in the Transformer.

        q, k, v = three projections of x; for each head of size d = channels / heads
        a[t, s] = softmax over s of q[t] · k[s] / sqrt(d)        (s <= t with causal: true)
        y = weight_output (a v of all heads, one behind the other) + bias_output

        The heads must divide the channels. It does not know the order of the samples: put positional_encoding before
        it. Memory and time grow with the square of the length. Vaswani et al. (2017).
        """,
        [heads, causal, bias, start], example: "x -> attention(1, causal: true)")

    public let input: TensorType
    public let output: TensorType
    /// Samples along time, once they are known: the arithmetic asks for them in its inner loops.
    let length: Int
    public let channels: Int
    public let heads: Int
    public let isCausal: Bool
    public let hasBias: Bool
    public let weights: [WeightSpec]

    public init(_ arguments: Arguments, inputs: [TensorType]) throws(Complaint) {
        input = try inputs.singleSequence("attention")
        output = input
        length = input.shape.time.number ?? 1
        let channels = try input.knownChannels("attention")
        heads = try arguments.checked(Self.heads)
        guard channels % heads == 0 else {
            throw Complaint(
                .argument("heads"), "\(channels) channels cannot be split into \(heads) equal heads",
                help: "conv(channels, 1) before it changes the number of channels")
        }
        self.channels = channels
        isCausal = arguments[Self.causal]
        hasBias = arguments[Self.bias]
        let matrix = arguments[Self.start].initializer(fanIn: channels)
        weights = ["query", "key", "value", "output"].flatMap { [hasBias] part in
            [WeightSpec("weight_\(part)", [channels, channels], matrix, fanIn: channels, fanOut: channels)]
                + (hasBias ? [WeightSpec("bias_\(part)", [channels], .zeros, isConstant: true)] : [])
        }
    }

    /// Four projections, then for every pair two products over all channels and a softmax for each head.
    public var flops: Dimension {
        let projections = Rational.product(Rational.product(8, channels), channels)
        let pair = Rational.sum(Rational.product(4, channels), Rational.product(12, heads))
        let time = input.shape.time
        return .number(projections) * time + .number(pair) * time * time
    }
    public var reach: Reach { .everywhere }
    public var arithmetic: any Arithmetic { self }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(Attention.self, $0) }
