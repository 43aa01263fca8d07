import GraphIR

@testable import Layers

/// The plain version of a layer: loops that follow the formula, in double precision, without regard for speed.
///
/// It gets what a text says of the layer, all inputs of all samples of a batch, and the weights by name; and says what
/// comes out for each sample.
struct Oracle: Sendable {
    struct Question {
        var arguments: Arguments
        /// By sample, then by input.
        var inputs: [[Signal]]
        var weights: [String: Signal]
        var mode: Mode

        func int(_ name: String) -> Int {
            if case .int(let value)? = arguments[name] { return value }
            return 0
        }
        func float(_ name: String) -> Double { arguments[name].flatMap { Double($0) } ?? 0 }
        func flag(_ name: String) -> Bool { arguments[name] == .bool(true) }
        func word(_ name: String) -> String {
            if case .word(let word)? = arguments[name] { return word }
            return ""
        }
        /// One number for every axis, from `3` or `[3, 5]`.
        func sizes(_ name: String, axes: Int) -> [Int] {
            switch arguments[name] {
            case .list(let values)?: values.compactMap { Int($0) }
            case .int(let value)?: [Int](repeating: value, count: axes)
            default: []
            }
        }
    }

    let answer: @Sendable (Question) -> [Signal]

    /// For the layers that look at one sample with one input at a time.
    static func each(_ answer: @escaping @Sendable (Signal, Question) -> Signal) -> Oracle {
        Oracle { question in question.inputs.map { answer($0[0], question) } }
    }
    /// For the layers that treat every number alone.
    static func pointwise(_ function: @escaping @Sendable (Double, Question) -> Double) -> Oracle {
        each { input, question in input.map { function($0, question) } }
    }

    /// Every layer's plain version, by its name.
    static let all: [String: Oracle] = [
        "add": combining(+), "multiply": combining(*), "subtract": combining(-),
    ]
    .merging(activations) { $1 }.merging(convolutions) { $1 }.merging(resizing) { $1 }.merging(arranging) { $1 }
    .merging(norms) { $1 }.merging(recurrences) { $1 }.merging(attentions) { $1 }.merging(features) { $1 }

    private static func combining(_ operation: @escaping @Sendable (Double, Double) -> Double) -> Oracle {
        Oracle { question in
            question.inputs.map { arrays in
                arrays.dropFirst().reduce(arrays[0]) { sum, next in
                    Signal(sum.shape, zip(sum.values, next.values).map(operation))
                }
            }
        }
    }
}
