import Layers

/// What a network is to be run for, and with how much: settled before any memory is asked for.
public struct PlanOptions: Sendable {
    /// Layers fused and taken through the cache together, or one node after the other as the graph says: the same
    /// numbers up to rounding, and the second easy to follow.
    public enum Style: String, CaseIterable, Sendable { case fused, plain }
    /// What a backward pass should give.
    public enum Gradients: Sendable { case none, weights, weightsAndInputs }

    /// The most samples of one pass.
    public var batch = 1
    public var mode = Mode.inference
    public var gradients = Gradients.none
    /// The numbers of the graph's symbols: `["T": 6000]`; the longest, where samples differ.
    public var lengths: [String: Int] = [:]
    public var threads = ThreadPool.processors
    /// The most bytes to use; `nil`: what the machine has.
    public var memoryLimit: Int?
    public var style = Style.fused
    /// Whether the result of every node can be read, not only the outputs.
    public var keepsEveryLayer = false
    /// Whether a relevance pass follows instead of a backward pass: one layer after the other, everything kept, what
    /// comes back included.
    public var explains = false {
        didSet {
            if explains { (style, keepsEveryLayer, gradients, mode) = (.plain, true, .weightsAndInputs, .inference) }
        }
    }

    public init(batch: Int = 1, mode: Mode = .inference, gradients: Gradients = .none) {
        self.batch = batch
        self.mode = mode
        self.gradients = gradients
    }
}
