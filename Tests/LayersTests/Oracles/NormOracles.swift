import Foundation
import GraphIR

extension Oracle {
    static let norms: [String: Oracle] = [
        "batch_norm": Oracle { question in
            let arrays = question.inputs.map { $0[0] }
            var results = arrays
            for c in 0..<arrays[0].channels {
                var mean = question.weights["running_mean"]!.values[c]
                var variance = question.weights["running_var"]!.values[c]
                if question.mode == .training {
                    let all = arrays.flatMap { x in (0..<x.positions).map { x[c, $0] } }
                    mean = all.reduce(0, +) / Double(all.count)
                    variance = all.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(all.count)
                }
                let scale = question.weights["weight"]?.values[c] ?? 1
                for index in arrays.indices {
                    for t in 0..<arrays[index].positions {
                        let standard =
                            (arrays[index][c, t] - mean) / (variance + question.float("epsilon")).squareRoot()
                        results[index][c, t] = scale * standard + question.weights["bias"]!.values[c]
                    }
                }
            }
            return results
        },
        "layer_norm": each { x, question in
            let (weight, bias) = (question.weights["weight"]!.values, question.weights["bias"]!.values)
            return overChannels(x) { column in
                let mean = column.reduce(0, +) / Double(column.count)
                let variance = column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(column.count)
                return column.indices.map {
                    weight[$0] * (column[$0] - mean) / (variance + question.float("epsilon")).squareRoot() + bias[$0]
                }
            }
        },
        "group_norm": each { x, question in
            overGroups(x, question.int("groups"), question)
        },
        "instance_norm": each { x, question in overGroups(x, x.channels, question) },
        "local_response_norm": each { x, question in
            let size = question.int("size")
            return overChannels(x) { column in
                column.indices.map { c in
                    let near = max(0, c - size / 2)..<min(column.count, c - size / 2 + size)
                    let sum = near.reduce(0) { $0 + column[$1] * column[$1] }
                    return column[c]
                        / pow(
                            question.float("k") + question.float("alpha") / Double(size) * sum, question.float("beta"))
                }
            }
        },
        // At inference, unless it is always on: what comes in.
        "dropout": each { x, _ in x },
    ]

    /// Mean 0 and variance 1 over the channels of each group and all positions.
    private static func overGroups(_ x: Signal, _ groups: Int, _ question: Question) -> Signal {
        var y = x
        let size = x.channels / groups
        for group in 0..<groups {
            let members = group * size..<(group + 1) * size
            let all = members.flatMap { c in (0..<x.positions).map { x[c, $0] } }
            let mean = all.reduce(0, +) / Double(all.count)
            let variance = all.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(all.count)
            for c in members {
                for t in 0..<x.positions {
                    let standard = (x[c, t] - mean) / (variance + question.float("epsilon")).squareRoot()
                    y[c, t] =
                        standard * (question.weights["weight"]?.values[c] ?? 1)
                        + (question.weights["bias"]?.values[c] ?? 0)
                }
            }
        }
        return y
    }
}
