import GraphIR
import Kernels

/// The GRU's gates: slots n, r, z, and a fourth.
///
/// With `reset: after` the fourth is what the memory contributes to n, which r scales; with `before` it is the memory
/// that r has scaled, which then goes through n's matrix. The weights' gates are in the order r, z, n.
public struct GruCell: RecurrentCell {
    /// Where the reset gate acts on what the memory says.
    public enum Reset: String, Word {
        /// On the memory before its matrix: n = tanh(W x + U (r h) + b); Cho et al. (2014), Keras's reset_after=False.
        case before
        /// On the result of the matrix: n = tanh(W x + b + r (U h + b')); PyTorch, cuDNN.
        case after
    }
    let gate: RecurrentSettings.GateActivation
    let reset: Reset

    public init(gate: RecurrentSettings.GateActivation, reset: Reset) {
        self.gate = gate
        self.reset = reset
    }

    public var slots: Int { 4 }
    public var gates: Int { 3 }
    public var inputSlots: Int { 3 }
    public func inputGate(ofSlot slot: Int) -> Int { slot == 0 ? 2 : slot - 1 }
    public var firstStateSlot: Int { 1 }
    public var stateSlots: Int { reset == .after ? 3 : 2 }
    public func stateGate(ofSlot slot: Int) -> Int { slot - 1 }
    public var lateGate: Int? { reset == .before ? 2 : nil }

    public func prepareLate(_ moment: Moment) {
        var at = 0
        while at < moment.width {
            let r = gate((moment.slot(1) + at).vector)
            (moment.slot(1) + at).vector = r
            (moment.slot(3) + at).vector = r * (moment.heard + at).vector
            at &+= lanes
        }
    }

    public func forward(_ moment: Moment) {
        var at = 0
        while at < moment.width {
            var sum = (moment.slot(0) + at).vector
            if reset == .after {
                let r = gate((moment.slot(1) + at).vector)
                (moment.slot(1) + at).vector = r
                sum = sum.addingProduct(r, (moment.slot(3) + at).vector)
            }
            let z = gate((moment.slot(2) + at).vector)
            let n = sum.hyperbolicTangent
            (moment.slot(0) + at).vector = n
            (moment.slot(2) + at).vector = z
            (moment.state + at).vector = n.addingProduct(z, (moment.stateBefore + at).vector - n)
            at &+= lanes
        }
    }

    public var names: [(slot: Int, name: String, kind: Inside.Kind)] {
        [(0, "proposal", .memory), (1, "reset", .gate), (2, "update", .gate)]
    }

    public func relevance(
        _ moment: Moment, sums: UnsafeMutablePointer<Float>, slope: UnsafeMutablePointer<Float>,
        cellSlope: UnsafeMutablePointer<Float>
    ) {
        var at = 0
        while at < moment.width {
            let z = (moment.slot(2) + at).vector, r = (moment.slot(1) + at).vector
            let dh = (slope + at).vector
            var sum = (sums + at).vector
            if reset == .after { sum = sum.addingProduct(r, (moment.slot(3) + at).vector) }
            let dn = dh * (Vector(1) - z) * sum.tangentChord
            (moment.slot(0) + at).vector = dn
            (moment.slot(2) + at).vector = Vector.zero
            if reset == .after {
                (moment.slot(1) + at).vector = Vector.zero
                (moment.slot(3) + at).vector = dn * r
            }
            (slope + at).vector = dh * z
            at &+= lanes
        }
    }

    public func relevanceLate(_ moment: Moment, slope: UnsafeMutablePointer<Float>) {
        var at = 0
        while at < moment.width {
            let r = (moment.slot(1) + at).vector
            (moment.slot(1) + at).vector = Vector.zero
            (slope + at).vector *= r
            at &+= lanes
        }
    }

    public func backward(_ moment: Moment, slope: UnsafeMutablePointer<Float>, cellSlope: UnsafeMutablePointer<Float>) {
        var at = 0
        while at < moment.width {
            let n = (moment.slot(0) + at).vector, z = (moment.slot(2) + at).vector
            let dh = (slope + at).vector
            let dn = dh * (Vector(1) - z) * (Vector(1) - n * n)
            (moment.slot(0) + at).vector = dn
            (moment.slot(2) + at).vector = dh * ((moment.stateBefore + at).vector - n) * gate.slope(z)
            if reset == .after {
                let r = (moment.slot(1) + at).vector
                (moment.slot(1) + at).vector = dn * (moment.slot(3) + at).vector * gate.slope(r)
                (moment.slot(3) + at).vector = dn * r
            }
            (slope + at).vector = dh * z
            at &+= lanes
        }
    }

    public func backwardLate(_ moment: Moment, slope: UnsafeMutablePointer<Float>) {
        var at = 0
        while at < moment.width {
            let r = (moment.slot(1) + at).vector
            let scaled = (slope + at).vector
            (moment.slot(1) + at).vector = scaled * (moment.heard + at).vector * gate.slope(r)
            (slope + at).vector = scaled * r
            at &+= lanes
        }
    }
}
