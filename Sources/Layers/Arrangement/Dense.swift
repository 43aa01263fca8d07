import GraphIR

/// Connects every feature of a vector with every result.
///
/// Weights: `weight [units, features]`, `bias [units]`.
public struct Dense: Layer {
    public static let units = Setting<Int>("units", "How many results.", in: 1...1_048_576)
    public static let bias = WeightedSum.bias(each: "result")

    public static let signature = Signature(
        .layer, "dense",
        """
        Connects every feature of a vector with every result.

        y[o] = activation(bias[o] + sum over i of weight[o, i] x[i])

        A sequence must be made a vector before, by flatten or a global pool. To treat each sample of a sequence alone,
        as Keras's TimeDistributed(Dense), write conv(units, 1).
        """,
        [units, WeightedSum.activation, bias, WeightedSum.start] + Penalties.settings,
        example: "x -> flatten -> dense(128, activation: relu)")

    public let output: TensorType
    public let features: Int
    public let units: Int
    let sum: WeightedSum
    public let weights: [WeightSpec]

    public init(_ arguments: Arguments, inputs: [TensorType]) throws(Complaint) {
        let input = try inputs.single()
        guard input.shape.rank == 1 else {
            throw Complaint(
                .input(0, axis: nil), "dense works on a vector, but this is \(input.shape.words)",
                help: "put flatten or a global pool before it; conv(units, 1) treats each sample alone")
        }
        features = try input.knownChannels("dense")
        units = try arguments.checked(Self.units)
        sum = try WeightedSum(arguments)
        output = TensorType(Shape(.number(units)))
        weights = sum.weights([units, features], results: units, fanIn: features, fanOut: units)
    }

    public var flops: Dimension {
        .number(Rational.product(Rational.sum(Rational.product(2, features), sum.operations), units))
    }
    public var reach: Reach { .everywhere }
    public var arithmetic: any Arithmetic {
        DenseArithmetic(
            features: features, units: units, activation: sum.activation, hasBias: sum.hasBias)
    }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(Dense.self, $0) }
