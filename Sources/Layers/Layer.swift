import GraphIR
@_exported import Kernels

/// What a network is run for. Training: batch norm uses the batch and moves its running statistics, dropout drops.
public enum Mode: String, CaseIterable, Sendable { case inference, training }

/// A layer that runs: what the compiler knows of it, and where its arithmetic is.
///
/// The interpreter makes the value anew with every size known (`init(arguments, inputs:)` with numbers for symbols), so
/// arithmetic reads its sizes from its own properties. Arithmetic of one layer is named after it and stands beside it
/// (`ConvArithmetic`); what several layers share lies in `Shared`, named by what it does (`Pooling`). In the simplest
/// form one value is both: `struct Ricker: Layer, Arithmetic` says nothing more.
public protocol Layer: LayerSignature {
    var arithmetic: any Arithmetic { get }
}

extension Layer where Self: Arithmetic {
    public var arithmetic: any Arithmetic { self }
}

/// How a layer, or several fused into one, computes. What the interpreter may ask of it, with defaults for the simple
/// case: one pass over the samples of a batch, each alone. It never allocates: it states beforehand how much room it
/// needs.
public protocol Arithmetic: Sendable {
    /// Zeros wanted at both ends of the rows of every input.
    var inputHalo: Int { get }
    /// Zeros wanted at both ends of the rows of the output's gradient.
    var outputHalo: Int { get }
    /// What `forward` goes through, in order; between two phases all threads meet.
    var forwardPhases: [WorkPhase] { get }
    var backwardPhases: [WorkPhase] { get }
    /// What `backward` reads of what `forward` saw; memory that nobody reads is used again.
    var backwardReads: BackwardReads { get }
    /// Floats of each sample that `forward` leaves for `backward` (gates, means). Kept in training, and wherever a
    /// backward pass may follow.
    var keptPerSample: Int { get }
    /// Floats that all samples share within a pass and from forward to backward (statistics of the batch).
    var keptShared: Int { get }
    /// Floats made of the weights by `prepare` before the samples come: packed kernels.
    var preparedCount: Int { get }
    /// The same for what only `backward` reads.
    var preparedForBackwardCount: Int { get }
    /// Floats of room for one call of `forward` or `backward`.
    var scratchCount: Int { get }

    /// Whether `backward` adds to gradients of weights in phases that are cut into samples, so that each thread needs
    /// sums of its own.
    var sumsOverSamples: Bool { get }
    /// Whether it draws random numbers; of layers fused into one, at most one may.
    var isRandom: Bool { get }
    /// What runs in a mode, where modes differ by more than a factor: batch norm's phases, a dropout that does nothing.
    func settled(for mode: Mode) -> any Arithmetic
    /// Whether the output is the only input unchanged, so that nothing need be done at all.
    var isIdentity: Bool { get }
    /// This and the next layer as one, where that saves a pass over memory; `nil` where nothing is gained. Weights are
    /// this one's, then the next one's. Without gradients no backward pass will follow.
    func followed(by next: any Arithmetic, in mode: Mode, withGradients: Bool) -> (any Arithmetic)?

    /// Fills `pass.prepared` and, unless it is `nil`, `pass.preparedForBackward` from `pass.weight(…)`. Called once
    /// whenever weights have changed.
    func prepare(_ pass: Pass)
    /// Writes `pass.output` of `pass.samples` from `pass.input(…)`.
    func forward(_ pass: Pass)
    /// From `pass.outputGradient`: writes (not adds) `pass.inputGradient(…)` where it is wanted, and adds to
    /// `pass.gradient(…)` where that is wanted.
    func backward(_ pass: Pass)

    /// As `backward`, for a network whose every step is a straight line from what came in to what went out: what only
    /// steers (gates, weights of attention, spreads) is held still, and what curves is followed along its chord from
    /// where nothing comes in. What it made of constants that are no weights goes to `pass.addConstant`. Layers that
    /// scale with what comes in, or add constants that are weights, have nothing to say here.
    func relevance(_ pass: Pass)
    /// Floats of room for one call of `relevance`.
    var relevanceScratchCount: Int { get }
    /// The same for a relevance pass in which its inputs were made by these (`nil`: the network's own inputs).
    func explained(after makers: [(any Arithmetic)?]) -> any Arithmetic
    /// Whether its result is a sum of products of `weight` with what comes in, and of `bias` if there is one: rules
    /// that take such sums apart may run it with other weights.
    var isWeightedSum: Bool { get }
    /// Arrays within a sample, for people to look at, from what `forward` kept: gates, cells, weights of attention.
    func insides(_ kept: UnsafePointer<Float>, length: Int) -> [Inside]
}

/// An array within a layer that is not its result: `forward.forget`, `[units, time]`.
public struct Inside: Hashable, Sendable {
    public enum Kind: String, Sendable {
        /// Between 0 and 1, it lets pass.
        case gate
        /// What a memory holds or proposes.
        case memory
        /// Who looks at whom: a row for each sample that looks, a column for each that is looked at.
        case attention
    }
    public var name: String
    public var kind: Kind
    public var rows: Int
    public var columns: Int
    public var values: [Float]

    public init(_ name: String, _ kind: Kind, rows: Int, columns: Int, _ number: (_ row: Int, _ column: Int) -> Float) {
        self.name = name
        self.kind = kind
        self.rows = rows
        self.columns = columns
        values = (0..<rows * columns).map { number($0 / columns, $0 % columns) }
    }
}

extension Arithmetic {
    public var inputHalo: Int { 0 }
    public var outputHalo: Int { 0 }
    public var forwardPhases: [WorkPhase] { [.samples(grain: 1)] }
    public var backwardPhases: [WorkPhase] { [.samples(grain: 1)] }
    public var backwardReads: BackwardReads { [.inputs, .output] }
    public var keptPerSample: Int { 0 }
    public var keptShared: Int { 0 }
    public var preparedCount: Int { 0 }
    public var preparedForBackwardCount: Int { 0 }
    public var scratchCount: Int { 0 }
    public var sumsOverSamples: Bool { backwardPhases.contains { if case .samples = $0 { true } else { false } } }
    public var isRandom: Bool { false }
    public var isIdentity: Bool { false }
    public func settled(for mode: Mode) -> any Arithmetic { self }
    public func followed(by next: any Arithmetic, in mode: Mode, withGradients: Bool) -> (any Arithmetic)? { nil }
    public func prepare(_ pass: Pass) {}
    public func relevance(_ pass: Pass) { backward(pass) }
    public var relevanceScratchCount: Int { scratchCount }
    public func explained(after makers: [(any Arithmetic)?]) -> any Arithmetic { self }
    public var isWeightedSum: Bool { false }
    public func insides(_ kept: UnsafePointer<Float>, length: Int) -> [Inside] { [] }
}

/// How the work of one phase is cut. The cut depends on the layer and the batch, never on the threads.
public enum WorkPhase: Hashable, Sendable {
    /// Into runs of samples: `pass.samples` has `grain` of them (the last may have fewer). 1 lets the interpreter take
    /// one sample through several layers while it is still in the cache; recurrences want 8 to 16 at a time. A call
    /// never touches other samples. Sums over samples (`pass.gradient`) go to a slot of the call and are added up in
    /// order.
    case samples(grain: Int)
    /// Into this many parts of something else (rows of a large weight, the one sum over all samples), `pass.part` is
    /// which; `pass.samples` are all. Parts must write to different places.
    case parts(Int)
}

/// What a backward pass reads of the forward pass.
public struct BackwardReads: OptionSet, Sendable {
    public let rawValue: Int
    public init(rawValue: Int) { self.rawValue = rawValue }
    public static let inputs = BackwardReads(rawValue: 1)
    public static let output = BackwardReads(rawValue: 2)
}

/// One call of a layer's arithmetic: which samples, and where everything lies.
///
/// Columns of a row behind `tensor.length(of: sample)` are zero when a layer reads them (inputs, output, gradients),
/// and may be left with anything by a layer that writes them: they are cleared after its last phase. That is how a
/// short sample among longer ones gets the same numbers as alone.
public struct Pass {
    public let mode: Mode
    /// Which of the layer's phases.
    public let phase: Int
    /// Which of the parts, in a phase that is cut into parts.
    public let part: Int
    /// The samples this call is about.
    public let samples: Range<Int>
    /// How many samples the batch has in all.
    public let batch: Int
    /// The layer's own stream of the current step. Index numbers by `place(sample)`.
    public let random: CounterRandom
    /// Where the first sample stands in the whole batch: this may be one of several parts that are added up.
    public let firstPlace: Int
    public let output: Tensor
    let room: Room
    /// In a relevance pass: the sample that chords are measured from; `nil`: from where nothing comes in.
    public var baseline: Int?
    /// In a relevance pass, by sample: what constants contributed.
    public var account: UnsafeMutablePointer<Double>?

    /// The parts of a call that stay the same from step to step.
    public struct Room {
        public var inputs: UnsafePointer<Tensor>
        public var outputGradient: Tensor?
        /// One entry an input; `nil` where nobody asks.
        public var inputGradients: UnsafePointer<Tensor?>?
        public var weights: UnsafePointer<UnsafeMutablePointer<Float>>
        /// One entry a weight; `nil` for frozen weights and running statistics, and in a pass without gradients.
        public var gradients: UnsafePointer<UnsafeMutablePointer<Float>?>?
        public var kept: UnsafeMutablePointer<Float>
        public var keptPerSample: Int
        public var shared: UnsafeMutablePointer<Float>
        public var prepared: UnsafeMutablePointer<Float>
        public var preparedForBackward: UnsafeMutablePointer<Float>?
        public var scratch: UnsafeMutablePointer<Float>

        public init(
            inputs: UnsafePointer<Tensor>, outputGradient: Tensor?, inputGradients: UnsafePointer<Tensor?>?,
            weights: UnsafePointer<UnsafeMutablePointer<Float>>,
            gradients: UnsafePointer<UnsafeMutablePointer<Float>?>?, kept: UnsafeMutablePointer<Float>,
            keptPerSample: Int, shared: UnsafeMutablePointer<Float>, prepared: UnsafeMutablePointer<Float>,
            preparedForBackward: UnsafeMutablePointer<Float>?, scratch: UnsafeMutablePointer<Float>
        ) {
            self.inputs = inputs
            self.outputGradient = outputGradient
            self.inputGradients = inputGradients
            self.weights = weights
            self.gradients = gradients
            self.kept = kept
            self.keptPerSample = keptPerSample
            self.shared = shared
            self.prepared = prepared
            self.preparedForBackward = preparedForBackward
            self.scratch = scratch
        }
    }

    public init(
        mode: Mode, phase: Int, part: Int, samples: Range<Int>, batch: Int, random: CounterRandom,
        firstPlace: Int = 0, output: Tensor, room: Room
    ) {
        self.mode = mode
        self.phase = phase
        self.part = part
        self.samples = samples
        self.batch = batch
        self.random = random
        self.firstPlace = firstPlace
        self.output = output
        self.room = room
    }

    /// A sample's place in the whole batch, by which random numbers are drawn: the same however the batch is cut.
    @inline(__always) public func place(_ sample: Int) -> Int { firstPlace &+ sample }
    @inline(__always) public func input(_ index: Int = 0) -> Tensor { room.inputs[index] }
    /// The gradient of the loss with respect to the output. Only in `backward`.
    @inline(__always) public var outputGradient: Tensor { room.outputGradient ?? output }
    /// Where the gradient of an input goes; `nil` if nobody wants it.
    @inline(__always) public func inputGradient(_ index: Int = 0) -> Tensor? { room.inputGradients?[index] }
    /// A weight, by its place in the layer's `weights`.
    @inline(__always) public func weight(_ index: Int) -> UnsafePointer<Float> { UnsafePointer(room.weights[index]) }
    /// A running statistic, which a layer may change in training, in a phase of one part.
    @inline(__always) public func statistic(_ index: Int) -> UnsafeMutablePointer<Float> { room.weights[index] }
    /// Where to add the gradient of a weight; `nil` if nobody wants it.
    @inline(__always) public func gradient(_ index: Int) -> UnsafeMutablePointer<Float>? { room.gradients?[index] }
    /// A sample's kept room; the rooms of neighbours follow each other.
    @inline(__always) public func kept(_ sample: Int) -> UnsafeMutablePointer<Float> {
        room.kept + sample &* room.keptPerSample
    }
    /// In `relevance`: says how much of a sample's `output · outputGradient` comes from constants that are no weights.
    public func addConstant(_ value: Double, of sample: Int) { account?[sample] += value }
    @inline(__always) public var shared: UnsafeMutablePointer<Float> { room.shared }
    @inline(__always) public var prepared: UnsafeMutablePointer<Float> { room.prepared }
    /// `nil` where no backward pass will follow.
    @inline(__always) public var preparedForBackward: UnsafeMutablePointer<Float>? { room.preparedForBackward }
    @inline(__always) public var scratch: UnsafeMutablePointer<Float> { room.scratch }
}
