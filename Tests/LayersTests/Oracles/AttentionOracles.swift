import Foundation
import GraphIR

extension Oracle {
    /// A matrix by name times the channels of every sample.
    private static func projected(_ x: Signal, _ question: Question, _ matrix: String, _ bias: String?) -> Signal {
        let weight = question.weights[matrix]!
        var y = Signal([weight.shape[0], x.time])
        for row in 0..<weight.shape[0] {
            for t in 0..<x.time {
                let start = bias.flatMap { question.weights[$0]?.values[row] } ?? 0
                y[row, t] = (0..<x.channels).reduce(start) { $0 + weight.values[row * x.channels + $1] * x[$1, t] }
            }
        }
        return y
    }

    static let attentions: [String: Oracle] = [
        "self_attention": each { x, question in
            let query = projected(x, question, "weight_query", nil), key = projected(x, question, "weight_key", nil)
            let (bias, score) = (question.weights["bias"]!.values, question.weights["weight_score"]!.values)
            var y = Signal(x.shape)
            for t in 0..<x.time {
                let e = (0..<x.time).map { s in
                    score.indices.reduce(question.weights["bias_score"]!.values[0]) {
                        $0 + score[$1] * tanh(query[$1, t] + key[$1, s] + bias[$1])
                    }
                }
                var w = e.map { exp($0 - e.max()!) }
                if case .int(let width)? = question.arguments["width"] {
                    let seen = t - width / 2..<t - width / 2 + width
                    for s in w.indices where !seen.contains(s) { w[s] = 0 }
                }
                let sum = w.reduce(0, +) + question.float("epsilon")
                for c in 0..<x.channels { y[c, t] = w.indices.reduce(0) { $0 + w[$1] / sum * x[c, $1] } }
            }
            return y
        },
        "attention": each { x, question in
            let q = projected(x, question, "weight_query", "bias_query")
            let k = projected(x, question, "weight_key", "bias_key")
            let v = projected(x, question, "weight_value", "bias_value")
            let heads = question.int("heads"), size = x.channels / heads
            var mixed = Signal(x.shape)
            for head in 0..<heads {
                for t in 0..<x.time {
                    let seen = question.flag("causal") ? t + 1 : x.time
                    let scores = (0..<seen).map { s in
                        exp(
                            (0..<size).reduce(0) { $0 + q[head * size + $1, t] * k[head * size + $1, s] }
                                / Double(size).squareRoot())
                    }
                    let sum = scores.reduce(0, +)
                    for c in head * size..<(head + 1) * size {
                        mixed[c, t] = (0..<seen).reduce(0) { $0 + scores[$1] / sum * v[c, $1] }
                    }
                }
            }
            return projected(mixed, question, "weight_output", "bias_output")
        },
        "positional_encoding": each { x, question in
            var y = x
            for c in 0..<x.channels {
                let speed = pow(question.float("base"), -Double(c / 2 * 2) / Double(x.channels))
                for t in 0..<x.time { y[c, t] += c % 2 == 0 ? sin(Double(t) * speed) : cos(Double(t) * speed) }
            }
            return y
        },
        "feed_forward": each { x, question in
            let inside = projected(x, question, "weight_in", "bias_in").map {
                activate($0, question.word("activation"))
            }
            return projected(inside, question, "weight_out", "bias_out")
        },
    ]
}
