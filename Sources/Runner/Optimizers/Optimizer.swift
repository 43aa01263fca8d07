import GraphIR

/// How weights follow their gradients, step after step: a plugin of kind `optimizer`.
public protocol Optimizer: Plugin {
    init(_ arguments: Arguments) throws(Complaint)
    /// The learning rate that the file says; a schedule starts from it.
    var rate: Double { get }
    /// How many numbers it remembers for each weight from step to step.
    var memories: Int { get }
    /// Moves the weights of one stretch in place.
    func update(
        _ weights: inout MutableSpan<Float>, gradient: Span<Float>, memory: inout [[Float]], _ step: OptimizerStep)
}

/// Which step this is, and which weights it moves.
public struct OptimizerStep: Sendable {
    /// Weights outside keep their values: running statistics and frozen layers.
    public var range: Range<Int>
    public var rate: Double
    /// From 1.
    public var number: Int
    public init(range: Range<Int>, rate: Double, number: Int) {
        self.range = range
        self.rate = rate
        self.number = number
    }
}

/// The settings that several optimizers share.
public enum OptimizerSettings {
    public static let rate = Setting<Double>("rate", "The learning rate.", standard: 1e-3, in: 0...1000)
}

/// The stretch of one step as the kernels want it.
public struct MovedPart {
    public let weights: UnsafeMutablePointer<Float>
    public let gradient: UnsafePointer<Float>
    public let count: Int

    /// Hands the stretch of a step to a kernel; an empty one, or one that reaches beyond the weights, is left alone.
    public static func each(
        _ weights: inout MutableSpan<Float>, _ gradient: Span<Float>, _ range: Range<Int>, _ body: (MovedPart) -> Void
    ) {
        guard !range.isEmpty, range.lowerBound >= 0, range.upperBound <= weights.count, gradient.count == weights.count
        else { return }
        weights.withUnsafeMutableBufferPointer { weights in
            gradient.withUnsafeBufferPointer { gradient in
                guard let moving = weights.baseAddress, let slopes = gradient.baseAddress else { return }
                body(
                    MovedPart(
                        weights: moving + range.lowerBound, gradient: slopes + range.lowerBound, count: range.count))
            }
        }
    }
}
