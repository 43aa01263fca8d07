import GraphIR

/// Connects every feature of a vector with every result.
///
/// Weights: `weight [units, features]`, `bias [units]`.
public struct Dense: LayerSignature {
    public static let units = Setting<Int>("units", "How many results.", in: 1...1_048_576)
    public static let activation = Setting<Activation>(
        "activation", "Applied to every result.", standard: Activation.none)
    public static let bias = Setting<Bool>(
        "bias", "Whether a learned constant is added to each result.", standard: true)
    public static let start = Setting<WeightStart>("init", WeightStart.documentation, standard: .glorotUniform)
        .onlyForTraining

    public static let signature = Signature(
        .layer, "dense",
        """
        Connects every feature of a vector with every result.

        y[o] = activation(bias[o] + sum over i of weight[o, i] x[i])

        A sequence must be made a vector before, by flatten or a global pool. To treat each sample of a sequence alone,
        as Keras's TimeDistributed(Dense), write conv(units, 1).
        """,
        [units, activation, bias, start] + Penalties.settings,
        example: "x -> flatten -> dense(128, activation: relu)")

    public let output: TensorType
    public let features: Int
    public let units: Int
    public let activation: Activation
    public let hasBias: Bool
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
        activation = arguments[Self.activation]
        hasBias = arguments[Self.bias]
        output = TensorType(Shape(.number(units)))
        let penalties = try Penalties(arguments)
        weights =
            [
                WeightSpec(
                    "weight", [units, features], arguments[Self.start].initializer(fanIn: features), fanIn: features,
                    fanOut: units, penalty: penalties.weight)
            ] + (hasBias ? [WeightSpec("bias", [units], .zeros, penalty: penalties.bias)] : [])
    }

    public var flops: Dimension {
        .number(
            Rational.product(Rational.sum(Rational.product(2, features), (hasBias ? 1 : 0) + activation.flops), units))
    }
    public var reach: Reach { .everywhere }
}

extension Dense: Delegating {
    var core: any Arithmetic {
        FullConnection(
            features: features, units: units, activation: ActivationFunction(activation), hasBias: hasBias)
    }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(Dense.self, $0) }
