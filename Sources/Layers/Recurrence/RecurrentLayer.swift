import GraphIR

/// A layer that is a recurrence: all of its arithmetic follows from its cell.
protocol RecurrentLayer: Layer {
    associatedtype Cell: RecurrentCell
    var input: TensorType { get }
    var settings: RecurrentSettings { get }
    var cell: Cell { get }
}

extension RecurrentLayer {
    private var recurrence: Recurrence<Cell> { Recurrence(cell, settings, input: input) }

    public var forwardPhases: [Phase] { [.samples(grain: Recurrence<Cell>.together)] }
    public var backwardPhases: [Phase] { [.samples(grain: Recurrence<Cell>.together)] }
    public var backwardReads: BackwardReads { .inputs }
    public var isRandom: Bool { settings.dropout > 0 || settings.recurrentDropout > 0 }
    public var keptPerSample: Int { recurrence.keptPerSample }
    public var preparedCount: Int { settings.directions * recurrence.packedPerDirection }
    public var preparedForBackwardCount: Int { settings.directions * recurrence.packedBackPerDirection }
    public var scratchCount: Int { max(recurrence.forwardScratch, recurrence.backwardScratch) }

    public func prepare(_ pass: Pass) { recurrence.prepare(pass) }
    public func forward(_ pass: Pass) { recurrence.forward(pass) }
    public func backward(_ pass: Pass) { recurrence.backward(pass) }
}

extension Lstm: RecurrentLayer {
    var cell: LstmCell { LstmCell(gate: gateActivation) }
}

extension Gru: RecurrentLayer {
    var cell: GruCell { GruCell(gate: gateActivation, reset: reset) }
}

extension Rnn: RecurrentLayer {
    var cell: RnnCell { RnnCell(activation: activation) }
}
