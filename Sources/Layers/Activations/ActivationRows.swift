import Kernels

/// An activation as arithmetic: what it makes of a number, and how steep it is there.
///
/// The slope is taken from the result where that says enough; gelu's needs what came in.
struct ActivationFunction: Hashable, Sendable {
    var kind: Activation
    /// elu's alpha, leaky relu's slope.
    var parameter: Float

    init(_ kind: Activation, parameter: Double? = nil) {
        self.kind = kind
        self.parameter = Float(parameter ?? (kind == .elu ? 1 : LeakyRelu.standardSlope))
    }

    /// Whether the slope is a function of what came in and not of the result.
    var needsInput: Bool { kind == .gelu }

    @inline(__always)
    private func apply(_ x: Vector) -> Vector {
        let zero = Vector.zero
        switch kind {
        case .none: return x
        case .relu: return x.replacing(with: zero, where: x .< zero)
        case .leakyRelu: return x.replacing(with: x * parameter, where: x .< zero)
        case .elu: return x.replacing(with: (x.exponential - 1) * parameter, where: x .< zero)
        case .sigmoid: return x.sigmoid
        case .tanh: return x.hyperbolicTangent
        case .hardSigmoid:
            let line = (x * 0.2 + 0.5)
            return line.replacing(with: zero, where: line .< zero).replacing(with: Vector(1), where: line .> Vector(1))
        case .gelu: return x * 0.5 * (Vector(1) + (x * Float(0.5).squareRoot()).errorFunction)
        }
    }

    /// The slope at a result `y` (at an input, where `needsInput`).
    @inline(__always)
    private func slope(_ y: Vector) -> Vector {
        let zero = Vector.zero, one = Vector(1)
        switch kind {
        case .none: return one
        case .relu: return zero.replacing(with: one, where: y .> zero)
        case .leakyRelu: return one.replacing(with: Vector(parameter), where: y .<= zero)
        case .elu: return one.replacing(with: y + parameter, where: y .<= zero)
        case .sigmoid: return y * (one - y)
        case .tanh: return one - y * y
        case .hardSigmoid:
            return Vector(0.2).replacing(with: zero, where: y .<= zero).replacing(with: zero, where: y .>= one)
        case .gelu:
            let density = (y * y * -0.5).exponential * 0.398_942_280_4
            return (one + (y * Float(0.5).squareRoot()).errorFunction) * 0.5 + y * density
        }
    }

    /// Whole vectors of a row; `to` may be `from`.
    func forward(_ from: UnsafePointer<Float>, to: UnsafeMutablePointer<Float>, count: Int) {
        switch kind {
        case .none: if UnsafePointer(to) != from { to.update(from: from, count: count) }
        case .relu: ActivationFunction.map(from, to, count) { ActivationFunction(.relu).apply($0) }
        default: ActivationFunction.map(from, to, count) { apply($0) }
        }
    }

    /// `to = gradient * slope`, whole vectors; `saved` is the result, or the input where `needsInput`.
    func backward(
        _ gradient: UnsafePointer<Float>, saved: UnsafePointer<Float>, to: UnsafeMutablePointer<Float>, count: Int
    ) {
        var index = 0
        while index < count {
            (to + index).vector = (gradient + index).vector * slope((saved + index).vector)
            index &+= lanes
        }
    }

    @inline(__always)
    private static func map(
        _ from: UnsafePointer<Float>, _ to: UnsafeMutablePointer<Float>, _ count: Int, _ body: (Vector) -> Vector
    ) {
        var index = 0
        while index < count {
            (to + index).vector = body((from + index).vector)
            index &+= lanes
        }
    }
}
