import Foundation

extension Oracle {
    static func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
    static func hardSigmoid(_ x: Double) -> Double { min(max(0.2 * x + 0.5, 0), 1) }

    /// What `activation: …` does to one number.
    static func activate(_ x: Double, _ word: String) -> Double {
        switch word {
        case "relu": max(x, 0)
        case "leaky_relu": x > 0 ? x : 0.01 * x
        case "elu": x > 0 ? x : exp(x) - 1
        case "gelu": x * (1 + erf(x / 2.0.squareRoot())) / 2
        case "silu": x * sigmoid(x)
        case "mish": x * tanh(log(1 + exp(x)))
        case "sigmoid": sigmoid(x)
        case "hard_sigmoid": hardSigmoid(x)
        case "tanh": tanh(x)
        default: x
        }
    }

    static let activations: [String: Oracle] = [
        "relu": pointwise { x, _ in max(x, 0) },
        "leaky_relu": pointwise { x, question in x > 0 ? x : question.float("slope") * x },
        "elu": pointwise { x, question in x > 0 ? x : question.float("alpha") * (exp(x) - 1) },
        "gelu": pointwise { x, _ in activate(x, "gelu") },
        "silu": pointwise { x, _ in activate(x, "silu") },
        "mish": pointwise { x, _ in activate(x, "mish") },
        "sigmoid": pointwise { x, _ in sigmoid(x) },
        "hard_sigmoid": pointwise { x, _ in hardSigmoid(x) },
        "tanh": pointwise { x, _ in tanh(x) },
        "softmax": each { x, _ in
            overChannels(x) { column in
                let sum = column.reduce(0) { $0 + exp($1) }
                return column.map { exp($0) / sum }
            }
        },
        "log_softmax": each { x, _ in
            overChannels(x) { column in
                let sum = column.reduce(0) { $0 + exp($1) }
                return column.map { $0 - log(sum) }
            }
        },
    ]

    /// Applies a function to the channels of every sample.
    static func overChannels(_ x: Signal, _ function: ([Double]) -> [Double]) -> Signal {
        var y = x
        for t in 0..<x.positions {
            let column = function((0..<x.channels).map { x[$0, t] })
            for c in 0..<x.channels { y[c, t] = column[c] }
        }
        return y
    }
}
