import GraphIR

/// A layer that treats every number alone, and what other layers may do to each of their results before handing it on:
/// `conv(8, 11, activation: elu)`, where it costs no pass over memory.
///
/// One file says all of it: what it makes of numbers, how steep it is there, and what that costs. Whatever conforms, a
/// stranger's too, runs as a layer of its own, can be named in `activation: …`, and joins the convolution before it.
public protocol Activation: Layer, ActivationSignature {
    /// Floating-point operations for one number, roughly.
    static var operations: Int { get }
    /// Whether `slope` is asked with what came in, and not with the result.
    static var slopeNeedsInput: Bool { get }
    /// Whether it is max(x, 0), which kernels do while they write their sums.
    static var cutsNegatives: Bool { get }

    /// What it makes of numbers.
    func value(_ x: Vector) -> Vector
    /// How steep it is, at results (at what came in, where `slopeNeedsInput`).
    func slope(_ saved: Vector) -> Vector

    /// Whole vectors of a row; `to` may be `from`. There is a default; it is asked for here so that each activation has
    /// a loop of its own.
    func forward(_ from: UnsafePointer<Float>, to: UnsafeMutablePointer<Float>, count: Int)
    /// `to = gradient * slope`, whole vectors; `saved` is the result, or what came in where `slopeNeedsInput`.
    func backward(
        _ gradient: UnsafePointer<Float>, saved: UnsafePointer<Float>, to: UnsafeMutablePointer<Float>, count: Int)
}

extension Activation {
    public static var slopeNeedsInput: Bool { false }
    public static var cutsNegatives: Bool { false }
    public var flops: Dimension { .number(Self.operations) * output.shape.count }
    public var arithmetic: any Arithmetic { ActivationArithmetic(function: self) }

    @inlinable
    public func forward(_ from: UnsafePointer<Float>, to: UnsafeMutablePointer<Float>, count: Int) {
        var index = 0
        while index < count {
            (to + index).vector = value((from + index).vector)
            index &+= lanes
        }
    }

    @inlinable
    public func backward(
        _ gradient: UnsafePointer<Float>, saved: UnsafePointer<Float>, to: UnsafeMutablePointer<Float>, count: Int
    ) {
        var index = 0
        while index < count {
            (to + index).vector = (gradient + index).vector * slope((saved + index).vector)
            index &+= lanes
        }
    }

    /// `to = gradient * chord`, whole vectors: the straight line through what came in and where it started from (x = 0,
    /// or another row), and the slope where the two are the same.
    public func relevance(
        _ gradient: UnsafePointer<Float>, x: UnsafePointer<Float>, y: UnsafePointer<Float>,
        from start: (x: UnsafePointer<Float>, y: UnsafePointer<Float>)? = nil, to: UnsafeMutablePointer<Float>,
        count: Int
    ) {
        let rest = value(Vector.zero), near = Vector(3e-4)
        var index = 0
        while index < count {
            let (x, y) = ((x + index).vector, (y + index).vector)
            let dx = start.map { x - ($0.x + index).vector } ?? x
            let dy = start.map { y - ($0.y + index).vector } ?? (y - rest)
            let isNear = dx .< near .& (dx .> (Vector.zero - near))
            let chord = (dy / dx).replacing(with: slope(Self.slopeNeedsInput ? x : y), where: isNear)
            (to + index).vector = (gradient + index).vector * chord
            index &+= lanes
        }
    }

    // What a layer asks that holds one of them, without knowing which.
    public var operations: Int { Self.operations }
    public var slopeNeedsInput: Bool { Self.slopeNeedsInput }
    public var cutsNegatives: Bool { Self.cutsNegatives }
}
