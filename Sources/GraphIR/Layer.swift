/// Why a layer cannot be built from these arguments and inputs: thrown by its initializer, turned by the compiler into
/// a diagnostic with places.
public struct Complaint: PlainError, Hashable, Sendable {
    public enum Cause: Hashable, Sendable {
        /// The argument of this name has a value that does not fit.
        case argument(String)
        /// The input of this index has a shape that does not fit; the axis if one is to blame.
        case input(Int, axis: Int?)
        /// The inputs differ from each other in this axis.
        case inputsDiffer(axis: Int?)
        /// A size must be known here and is still a symbol.
        case unknownSize(Int, axis: Int)
    }
    public var cause: Cause
    public var status: ExitStatus { .no }
    /// One sentence without a final stop, in the reader's words: `kernel 9 is wider than the 7 samples it slides over`.
    public var message: String
    /// A way to mend it.
    public var help: String?
    /// A value, as a text says it, that the argument to blame could have instead.
    public var instead: String?

    public init(_ cause: Cause, _ message: String, help: String? = nil, instead: String? = nil) {
        self.cause = cause
        self.message = message
        self.help = help
        self.instead = instead
    }
}

/// How a weight starts.
public enum Initializer: Hashable, Sendable {
    case zeros, ones
    case constant(Double)
    /// U(-a, a) with a = sqrt(6 / (fan in + fan out)).
    case glorotUniform
    /// Normal, truncated at two deviations, variance 2 / (fan in + fan out).
    case glorotNormal
    /// U(-a, a) with a = sqrt(6 / fan in).
    case heUniform
    /// Normal, truncated at two deviations, variance 2 / fan in.
    case heNormal
    case uniform(Double)
    case truncatedNormal(deviation: Double)
    /// Rows (or columns) that are orthonormal.
    case orthogonal
    /// Orthogonal for each of this many square blocks stacked along the first axis.
    case orthogonalGates(Int)
    /// Glorot uniform for each of this many blocks stacked along the first axis.
    case glorotGates(Int)
    /// Zeros, but ones in the block of this index among this many: an LSTM's forget gate.
    case forgetBias(gate: Int, of: Int)
}

/// A penalty that training adds to the loss: `l1 * sum |w| + l2 * sum w^2`.
public struct Penalty: Hashable, Sendable {
    public var l1: Double
    public var l2: Double
    public init(l1: Double = 0, l2: Double = 0) {
        self.l1 = l1
        self.l2 = l2
    }
    public static let none = Penalty()
}

/// An array that belongs to a layer: trained, or kept as a running statistic.
public struct WeightSpec: Hashable, Sendable {
    /// Within the layer: `weight`, `bias`, `weight_ih`, `running_mean`.
    public var name: String
    public var shape: [Int]
    public var initializer: Initializer
    /// What one output sees and what one input reaches, for the initializer.
    public var fanIn: Int
    public var fanOut: Int
    /// False for running statistics.
    public var isTrainable: Bool
    public var penalty: Penalty
    /// It is added, not multiplied with what comes in: what it makes of a result is nobody's who came in.
    public var isConstant: Bool

    public init(
        _ name: String, _ shape: [Int], _ initializer: Initializer, fanIn: Int = 1, fanOut: Int = 1,
        isTrainable: Bool = true, penalty: Penalty = .none, isConstant: Bool = false
    ) {
        self.name = name
        self.shape = shape
        self.initializer = initializer
        self.fanIn = fanIn
        self.fanOut = fanOut
        self.isTrainable = isTrainable
        self.penalty = penalty
        self.isConstant = isConstant
    }

    public var count: Int { shape.reduce(1, Rational.product) }
}

/// How far one output sample sees along time.
public enum Reach: Hashable, Sendable {
    /// `span` input samples, moving on by `step` inputs for every `rise` outputs (a stride of 4: step 4, rise 1;
    /// upsampling by 2: step 1, rise 2).
    case local(span: Int, step: Int = 1, rise: Int = 1)
    /// The whole window: recurrences, global attention, flatten.
    case everywhere
    public static let pointwise = Reach.local(span: 1)
}

/// What the compiler knows of a layer. A value of the type is one use of the layer: its arguments and what flows in are
/// settled, and so are its output, its weights and its cost.
public protocol LayerSignature: Plugin {
    /// The shape rule: refuses arguments and inputs that do not fit, in words. Sizes along time may be symbols.
    init(_ arguments: Arguments, inputs: [TensorType]) throws(Complaint)
    var output: TensorType { get }
    var weights: [WeightSpec] { get }
    /// Floating-point operations of one window's forward pass; a multiply and an add are two.
    var flops: Dimension { get }
    var reach: Reach { get }
}

extension LayerSignature {
    public var weights: [WeightSpec] { [] }
    public var flops: Dimension { output.shape.count }
    public var reach: Reach { .pointwise }
}

/// A layer that treats every number alone: its name, without arguments, is a value of settings such as `activation`.
public protocol ActivationSignature: LayerSignature {}

/// What an output can learn from: labels made beside the waveforms.
public protocol LabelerSignature: Plugin {
    /// The shape of its labels for a window of this type, taught to an output of this type; refuses what does not fit.
    init(_ arguments: Arguments, window: TensorType, output: TensorType) throws(Complaint)
    var label: Shape { get }
    /// What an output that learned these labels says, for whoever judges it.
    var meaning: Meaning { get }
}

extension LabelerSignature {
    public var meaning: Meaning { .amounts }
}

/// What is done to a waveform before the network sees it.
public protocol PreparationSignature: Plugin {
    /// Refuses arguments that do not fit windows of this type, such as a corner above Nyquist.
    init(_ arguments: Arguments, window: TensorType) throws(Complaint)
}

/// How to read an output: evaluation makes picks, detections or classes of it accordingly.
public enum Meaning: Hashable, Sendable {
    /// One channel: how likely an event is under way, sample by sample.
    case detection
    /// A channel for each phase: how likely its onset is, sample by sample. `nil` is the channel of neither.
    case onsets([String?])
    /// One class a window, by the names of the channels; with a single name, how likely that one is.
    case classes([String])
    /// Any of several tags a sample, each a question of its own, by the names of the channels.
    case tags([String])
    /// One class a frame, by the names of the channels.
    case frames([String])
    /// Numbers to come close to.
    case amounts
}

/// What measures how far an output is from its label.
public protocol LossSignature: Plugin {
    init(_ arguments: Arguments, output: TensorType, label: Shape) throws(Complaint)
    /// What the last layer should be, if it matters: `["sigmoid"]` for probabilities. Empty: anything.
    static var expectedActivations: [String] { get }
    /// The same for one use of it, whose arguments may matter: `from: logits` wants no sigmoid.
    var fittingActivations: [String] { get }
    /// Whether the channels share one probability, so that labels must say something about every sample: where no
    /// channel is right, it learns nothing.
    static var comparesShares: Bool { get }
}

extension LossSignature {
    public static var expectedActivations: [String] { [] }
    public static var comparesShares: Bool { false }
    public var fittingActivations: [String] { Self.expectedActivations }
}
