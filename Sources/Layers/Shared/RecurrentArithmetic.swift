import Kernels

/// The arithmetic of a recurrent layer, of one kind of cell each.
///
/// `Recurrence` is generic, and who calls it through `any Arithmetic` would reach its generic code, in which each
/// cell's step is a call through a table. A type of its own for each cell is what makes the compiler write it out.
public protocol RecurrentArithmetic: Arithmetic {
    associatedtype Cell: RecurrentCell
    var recurrence: Recurrence<Cell> { get }
}

extension RecurrentArithmetic {
    // One call takes several windows: they walk together.
    public var forwardPhases: [WorkPhase] { [.samples(grain: Recurrence<Cell>.together)] }
    public var backwardPhases: [WorkPhase] { [.samples(grain: Recurrence<Cell>.together)] }
    public var backwardReads: BackwardReads { .inputs }
    public var isRandom: Bool { recurrence.settings.dropout > 0 || recurrence.settings.recurrentDropout > 0 }

    public var keptPerSample: Int { recurrence.keptPerSample }
    public var preparedCount: Int { recurrence.preparedCount }
    public var preparedForBackwardCount: Int { recurrence.preparedForBackwardCount }
    public var scratchCount: Int { recurrence.scratchCount }
    public var relevanceScratchCount: Int { recurrence.relevanceScratchCount }

    public func prepare(_ pass: Pass) { recurrence.prepare(pass) }
    public func forward(_ pass: Pass) { recurrence.forward(pass) }
    public func backward(_ pass: Pass) { recurrence.backward(pass) }
    public func relevance(_ pass: Pass) { recurrence.relevance(pass) }
    public func insides(_ kept: UnsafePointer<Float>, length: Int) -> [Inside] {
        recurrence.insides(kept, length: length)
    }
}
