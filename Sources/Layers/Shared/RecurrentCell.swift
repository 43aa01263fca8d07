import Kernels

/// What one kind of recurrence does with its sums at one sample: the arithmetic between two matrix products.
///
/// The sums stand in slots of `width` numbers, one behind the other. Those that what comes in contributes to come
/// first, those that the memory contributes to last; both runs may overlap.
public protocol RecurrentCell: Sendable {
    var slots: Int { get }
    /// How many gates the weights have.
    var gates: Int { get }
    /// The first slots take a product with the input: so many, each with a gate of the weights.
    var inputSlots: Int { get }
    func inputGate(ofSlot slot: Int) -> Int
    /// From this slot on the memory contributes: so many, each with a gate of the weights.
    var firstStateSlot: Int { get }
    var stateSlots: Int { get }
    func stateGate(ofSlot slot: Int) -> Int
    /// A gate whose product takes the last slot, made by `prepareLate`, into the first slot.
    var lateGate: Int? { get }
    /// Whether it carries a second row of numbers besides what it tells.
    var hasCell: Bool { get }

    /// Before the late product: what it multiplies.
    func prepareLate(_ moment: Moment)
    /// From sums to what is told.
    func forward(_ moment: Moment)
    /// `slope` comes in as that of what is told, and leaves as what the sample before gets of it other than through the
    /// products; `cellSlope` goes from this sample's to the one before. The slots become the slopes of the sums.
    func backward(_ moment: Moment, slope: UnsafeMutablePointer<Float>, cellSlope: UnsafeMutablePointer<Float>)
    /// As `backward`, with the gates held still and the memory's proposal followed along its chord; `sums` are the sums
    /// of all slots, as they were before `forward` squeezed them.
    func relevance(
        _ moment: Moment, sums: UnsafeMutablePointer<Float>, slope: UnsafeMutablePointer<Float>,
        cellSlope: UnsafeMutablePointer<Float>)
    /// As `backwardLate`, with the gate held still.
    func relevanceLate(_ moment: Moment, slope: UnsafeMutablePointer<Float>)
    /// The gates and the proposal by slot, for people to look at.
    var names: [(slot: Int, name: String, kind: Inside.Kind)] { get }

    /// `slope` comes in as that of what the late product multiplies, and leaves as that of what is heard.
    func backwardLate(_ moment: Moment, slope: UnsafeMutablePointer<Float>)
}

extension RecurrentCell {
    public var lateGate: Int? { nil }
    public var hasCell: Bool { false }
    public func inputGate(ofSlot slot: Int) -> Int { slot }
    public func stateGate(ofSlot slot: Int) -> Int { slot }
    public func prepareLate(_ moment: Moment) {}
    public func backwardLate(_ moment: Moment, slope: UnsafeMutablePointer<Float>) {}
    public func relevanceLate(_ moment: Moment, slope: UnsafeMutablePointer<Float>) {}
    public var names: [(slot: Int, name: String, kind: Inside.Kind)] { [] }
}

extension Vector {
    /// The straight line from 0 to the hyperbolic tangent: tanh(x) / x.
    @inline(__always)
    var tangentChord: Vector {
        let near = Vector(3e-4)
        return (hyperbolicTangent / self).replacing(
            with: Vector(1), where: self .< near .& (self .> (Vector.zero - near)))
    }
}

/// One window at one sample.
public struct Moment {
    public let slots: UnsafeMutablePointer<Float>
    /// Numbers in a slot: the units, rounded up to whole vectors; what is too much stays zero.
    public let width: Int
    /// What the memory tells, now and before.
    public let state: UnsafeMutablePointer<Float>
    public let stateBefore: UnsafePointer<Float>
    /// What the products heard of it: the same, but for what dropout silenced.
    public let heard: UnsafePointer<Float>
    public let cell: UnsafeMutablePointer<Float>
    public let cellBefore: UnsafePointer<Float>

    @inline(__always) public func slot(_ index: Int) -> UnsafeMutablePointer<Float> { slots + index &* width }
}

extension RecurrentSettings.GateActivation {
    @inline(__always)
    func callAsFunction(_ x: Vector) -> Vector {
        switch self {
        case .sigmoid: x.sigmoid
        case .hardSigmoid:
            Vector(0.5).addingProduct(x, Vector(0.2)).larger(Vector.zero).smaller(Vector(1))
        }
    }
    /// The slope, from the result.
    @inline(__always)
    func slope(_ y: Vector) -> Vector {
        switch self {
        case .sigmoid: y * (Vector(1) - y)
        case .hardSigmoid:
            Vector(0.2).replacing(with: Vector.zero, where: y .<= Vector.zero)
                .replacing(with: Vector.zero, where: y .>= Vector(1))
        }
    }
}
