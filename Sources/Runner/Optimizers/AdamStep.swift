import Foundation
import GraphIR
import Kernels

/// What Adam and AdamW share: means of the gradient and of its square, and where epsilon stands.
public struct AdamStep: Sendable {
    /// Where the correction of the young means goes, which decides what epsilon is compared with.
    public enum Form: String, Word {
        /// Into the rate: `rate * sqrt(1 - b2^t) / (1 - b1^t) * m / (sqrt(v) + epsilon)`.
        case keras
        /// Into the means: `rate * (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + epsilon)`.
        case torch
    }
    public static let meanDecay = Setting<Double>(
        "beta_1", "How much of the gradient's mean is kept each step.", standard: 0.9, in: 0...0.999999)
    public static let squareDecay = Setting<Double>(
        "beta_2", "How much of the mean of the gradient's square is kept each step.", standard: 0.999,
        in: 0...0.999999)
    public static let epsilon = Setting<Double>(
        "epsilon", "Added to the root of the mean square: 1e-7 in Keras, 1e-8 in PyTorch.", standard: 1e-7,
        in: 0...1)
    public static let form = Setting<Form>(
        "form", "keras corrects the young means in the rate, torch in the means themselves.", standard: .keras)
    public static let settings: [any AnySetting] = [OptimizerSettings.rate, meanDecay, squareDecay, epsilon, form]

    private let meanDecay: Double
    private let squareDecay: Double
    private let epsilon: Double
    private let form: Form

    public init(_ arguments: Arguments) {
        meanDecay = arguments[Self.meanDecay]
        squareDecay = arguments[Self.squareDecay]
        epsilon = arguments[Self.epsilon]
        form = arguments[Self.form]
    }

    public func update(
        _ weights: inout MutableSpan<Float>, gradient: Span<Float>, memory: inout [[Float]], _ step: OptimizerStep,
        decay: Double
    ) {
        let meanCorrection = 1 - pow(meanDecay, Double(step.number))
        let squareCorrection = (1 - pow(squareDecay, Double(step.number))).squareRoot()
        let isKeras = form == .keras
        let numbers = Update.Adam(
            rate: Float(step.rate / meanCorrection * (isKeras ? squareCorrection : 1)), meanDecay: Float(meanDecay),
            squareDecay: Float(squareDecay), squareScale: isKeras ? 1 : Float(1 / squareCorrection),
            epsilon: Float(epsilon), keep: Float(1 - step.rate * decay))
        let start = step.range.lowerBound
        var square = memory[1]
        memory[1] = []
        MovedPart.each(&weights, gradient, step.range) { stretch in
            memory[0].withUnsafeMutableBufferPointer { mean in
                square.withUnsafeMutableBufferPointer { square in
                    guard let mean = mean.baseAddress, let square = square.baseAddress else { return }
                    Update.adam(
                        stretch.weights, stretch.gradient, mean: mean + start, square: square + start,
                        count: stretch.count, numbers)
                }
            }
        }
        memory[1] = square
    }
}
