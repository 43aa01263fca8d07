import Kernels

/// The LSTM's gates: slots i, f, g, o.
public struct LstmCell: RecurrentCell {
    let gate: RecurrentSettings.GateActivation

    public init(gate: RecurrentSettings.GateActivation) { self.gate = gate }

    public var slots: Int { 4 }
    public var gates: Int { 4 }
    public var inputSlots: Int { 4 }
    public var firstStateSlot: Int { 0 }
    public var stateSlots: Int { 4 }
    public var hasCell: Bool { true }

    public func forward(_ moment: Moment) {
        var at = 0
        while at < moment.width {
            let i = gate((moment.slot(0) + at).vector)
            let f = gate((moment.slot(1) + at).vector)
            let g = (moment.slot(2) + at).vector.hyperbolicTangent
            let o = gate((moment.slot(3) + at).vector)
            let c = (f * (moment.cellBefore + at).vector).addingProduct(i, g)
            (moment.slot(0) + at).vector = i
            (moment.slot(1) + at).vector = f
            (moment.slot(2) + at).vector = g
            (moment.slot(3) + at).vector = o
            (moment.cell + at).vector = c
            (moment.state + at).vector = o * c.hyperbolicTangent
            at &+= lanes
        }
    }

    public var names: [(slot: Int, name: String, kind: Inside.Kind)] {
        [(0, "input", .gate), (1, "forget", .gate), (2, "proposal", .memory), (3, "output", .gate)]
    }

    public func relevance(
        _ moment: Moment, sums: UnsafeMutablePointer<Float>, slope: UnsafeMutablePointer<Float>,
        cellSlope: UnsafeMutablePointer<Float>
    ) {
        var at = 0
        while at < moment.width {
            let i = (moment.slot(0) + at).vector, f = (moment.slot(1) + at).vector
            let o = (moment.slot(3) + at).vector
            let dc = (cellSlope + at).vector.addingProduct(
                (slope + at).vector * o, (moment.cell + at).vector.tangentChord)
            (moment.slot(0) + at).vector = Vector.zero
            (moment.slot(1) + at).vector = Vector.zero
            (moment.slot(2) + at).vector = dc * i * (sums + (2 &* moment.width &+ at)).vector.tangentChord
            (moment.slot(3) + at).vector = Vector.zero
            (cellSlope + at).vector = dc * f
            (slope + at).vector = Vector.zero
            at &+= lanes
        }
    }

    public func backward(_ moment: Moment, slope: UnsafeMutablePointer<Float>, cellSlope: UnsafeMutablePointer<Float>) {
        var at = 0
        while at < moment.width {
            let i = (moment.slot(0) + at).vector, f = (moment.slot(1) + at).vector
            let g = (moment.slot(2) + at).vector, o = (moment.slot(3) + at).vector
            let told = (moment.cell + at).vector.hyperbolicTangent
            let dh = (slope + at).vector
            let dc = (cellSlope + at).vector.addingProduct(dh * o, Vector(1) - told * told)
            (moment.slot(0) + at).vector = dc * g * gate.slope(i)
            (moment.slot(1) + at).vector = dc * (moment.cellBefore + at).vector * gate.slope(f)
            (moment.slot(2) + at).vector = dc * i * (Vector(1) - g * g)
            (moment.slot(3) + at).vector = dh * told * gate.slope(o)
            (cellSlope + at).vector = dc * f
            (slope + at).vector = Vector.zero
            at &+= lanes
        }
    }
}
