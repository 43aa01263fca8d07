import GraphIR
import Kernels

/// The plain recurrence: one sum, squashed.
public struct RnnCell: RecurrentCell {
    public enum Squashing: String, Word {
        case tanh, relu
    }
    let activation: Squashing

    public init(activation: Squashing) { self.activation = activation }

    public var slots: Int { 1 }
    public var gates: Int { 1 }
    public var inputSlots: Int { 1 }
    public var firstStateSlot: Int { 0 }
    public var stateSlots: Int { 1 }

    public func forward(_ moment: Moment) {
        var at = 0
        while at < moment.width {
            let x = (moment.slots + at).vector
            let h = activation == .tanh ? x.hyperbolicTangent : x.replacing(with: Vector.zero, where: x .< Vector.zero)
            (moment.state + at).vector = h
            at &+= lanes
        }
    }

    public func relevance(
        _ moment: Moment, sums: UnsafeMutablePointer<Float>, slope: UnsafeMutablePointer<Float>,
        cellSlope: UnsafeMutablePointer<Float>
    ) {
        guard activation == .tanh else { return backward(moment, slope: slope, cellSlope: cellSlope) }
        var at = 0
        while at < moment.width {
            (moment.slots + at).vector = (slope + at).vector * (sums + at).vector.tangentChord
            (slope + at).vector = Vector.zero
            at &+= lanes
        }
    }

    public func backward(_ moment: Moment, slope: UnsafeMutablePointer<Float>, cellSlope: UnsafeMutablePointer<Float>) {
        var at = 0
        while at < moment.width {
            let h = (moment.state + at).vector
            let dh = (slope + at).vector
            (moment.slots + at).vector =
                activation == .tanh
                ? dh * (Vector(1) - h * h) : dh.replacing(with: Vector.zero, where: h .<= Vector.zero)
            (slope + at).vector = Vector.zero
            at &+= lanes
        }
    }
}
