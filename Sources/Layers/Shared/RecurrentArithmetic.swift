import Kernels

/// The arithmetic of a recurrent layer, of one kind of cell each.
///
/// `Recurrence` is generic, and who calls it through `any Arithmetic` would reach its generic code, in which each
/// cell's step is a call through a table. A type of its own for each cell is what makes the compiler write it out.
protocol RecurrentArithmetic: Arithmetic {
    associatedtype Cell: RecurrentCell
    var recurrence: Recurrence<Cell> { get }
}

extension RecurrentArithmetic {
    // One call takes several windows: they walk together.
    var forwardPhases: [Phase] { [.samples(grain: Recurrence<Cell>.together)] }
    var backwardPhases: [Phase] { [.samples(grain: Recurrence<Cell>.together)] }
    var backwardReads: BackwardReads { .inputs }
    var isRandom: Bool { recurrence.settings.dropout > 0 || recurrence.settings.recurrentDropout > 0 }

    var keptPerSample: Int { recurrence.keptPerSample }
    var preparedCount: Int { recurrence.preparedCount }
    var preparedForBackwardCount: Int { recurrence.preparedForBackwardCount }
    var scratchCount: Int { recurrence.scratchCount }
    var relevanceScratchCount: Int { recurrence.relevanceScratchCount }

    func prepare(_ pass: Pass) { recurrence.prepare(pass) }
    func forward(_ pass: Pass) { recurrence.forward(pass) }
    func backward(_ pass: Pass) { recurrence.backward(pass) }
    func relevance(_ pass: Pass) { recurrence.relevance(pass) }
    func insides(_ kept: UnsafePointer<Float>, length: Int) -> [Inside] { recurrence.insides(kept, length: length) }
}
