import GraphIR

/// What `rnn`, `lstm` and `gru` have in common: size, directions, dropout, biases, and the weights that follow.
public struct RecurrentSettings: Hashable, Sendable {
    /// How many learned constants stand in each gate's sum.
    public enum Biases: String, Word {
        /// One, as Keras: `bias`.
        case one
        /// One beside each of the two matrices, as PyTorch: `bias_ih`, `bias_hh`. The same function, more parameters.
        case two
    }
    /// What squeezes a gate into 0 to 1.
    public enum GateActivation: String, Word {
        case sigmoid
        case hardSigmoid = "hard_sigmoid"
    }

    public static let units = Setting<Int>(
        "units", "How many numbers the memory holds, and so channels that come out for each direction.", in: 1...16384)
    public static let bidirectional = Setting<Bool>(
        "bidirectional", "A second memory reads from the end; its channels follow those of the first.", standard: false)
    public static let dropout = Setting<Share>(
        "dropout", "The share of what comes in that is silenced in training, the same for all samples of a window.",
        standard: 0.0, in: 0...0.999_999)
    public static let recurrentDropout = Setting<Share>(
        "recurrent_dropout", "The same for what the memory tells itself from one sample to the next.", standard: 0.0,
        in: 0...0.999_999)
    public static let biases = Setting<Biases>(
        "biases", "One learned constant in each sum, as Keras, or two, as PyTorch.", standard: .one)
    public static let gateActivation = Setting<GateActivation>(
        "recurrent_activation", "What squeezes the gates into 0 to 1; hard_sigmoid as Keras before version 2.3.",
        standard: .sigmoid)
    public static let common: [any AnySetting] = [units, bidirectional, dropout, recurrentDropout, biases]

    public let features: Int
    public let units: Int
    public let isBidirectional: Bool
    public let dropout: Double
    public let recurrentDropout: Double
    public let biases: Biases
    /// How many sums of `units` each: 1, 3 for a GRU, 4 for an LSTM.
    public let gates: Int

    public init(_ arguments: Arguments, input: TensorType, gates: Int, layer: String) throws(Complaint) {
        features = try input.knownChannels(layer)
        units = try arguments.checked(Self.units)
        isBidirectional = arguments[Self.bidirectional]
        dropout = try arguments.checked(Self.dropout).number
        recurrentDropout = try arguments.checked(Self.recurrentDropout).number
        biases = arguments[Self.biases]
        self.gates = gates
    }

    public var directions: Int { isBidirectional ? 2 : 1 }
    public var rows: Int { gates * units }

    public func output(for input: TensorType) -> TensorType {
        input.with(Shape(.number(directions * units), input.shape.time))
    }

    /// The weights of one direction after the other; `forward.` and `backward.` tell two apart.
    public func weights(firstBias: Initializer = .zeros) -> [WeightSpec] {
        let prefixes = isBidirectional ? ["forward.", "backward."] : [""]
        return prefixes.flatMap { prefix in
            // As Keras: the input's matrix is one Glorot draw over all gates, the memory's one orthogonal draw.
            let matrices = [
                WeightSpec(
                    prefix + "weight_ih", [rows, features], .glorotUniform, fanIn: features, fanOut: rows),
                WeightSpec(prefix + "weight_hh", [rows, units], .orthogonal, fanIn: units, fanOut: rows),
            ]
            let constants =
                switch biases {
                case .one: [WeightSpec(prefix + "bias", [rows], firstBias, isConstant: true)]
                case .two:
                    [
                        WeightSpec(prefix + "bias_ih", [rows], firstBias, isConstant: true),
                        WeightSpec(prefix + "bias_hh", [rows], .zeros, isConstant: true),
                    ]
                }
            return matrices + constants
        }
    }

    /// The products of both matrices for every sample and direction, and about 12 operations for each gate's number.
    public func flops(for input: TensorType) -> Dimension {
        let perSample = Rational.product(rows, 2 * (features + units) + 12)
        return .number(Rational.product(directions, perSample)) * input.shape.time
    }
}
