import Foundation
import GraphIR

extension Oracle {
    /// A recurrence in one direction: `step` turns the sums of all gates, from the input and from the memory, and the
    /// memory into the next memory.
    private static func walk(
        _ x: Signal, _ question: Question, prefix: String, gates: Int, backwards: Bool,
        _ step: (_ input: [Double], _ state: [Double], _ memory: inout [Double]) -> [Double]
    ) -> Signal {
        let units = question.int("units")
        func array(_ name: String) -> [Double]? { question.weights[prefix + name]?.values }
        let (wi, wh) = (array("weight_ih")!, array("weight_hh")!)
        let zeros = [Double](repeating: 0, count: gates * units)
        let bi = array("bias") ?? array("bias_ih") ?? zeros
        let bh = array("bias_hh") ?? zeros
        var y = Signal([units, x.time])
        var h = [Double](repeating: 0, count: units)
        var memory = h
        for index in 0..<x.time {
            let t = backwards ? x.time - 1 - index : index
            let fromInput = (0..<gates * units).map { row in
                (0..<x.channels).reduce(bi[row]) { $0 + wi[row * x.channels + $1] * x[$1, t] }
            }
            let fromState = (0..<gates * units).map { row in
                (0..<units).reduce(bh[row]) { $0 + wh[row * units + $1] * h[$1] }
            }
            h = step(fromInput, fromState, &memory)
            for unit in 0..<units { y[unit, t] = h[unit] }
        }
        return y
    }

    private static func bothWays(_ question: Question, _ walk: (_ prefix: String, _ backwards: Bool) -> Signal)
        -> Signal
    {
        guard question.flag("bidirectional") else { return walk("", false) }
        let (a, b) = (walk("forward.", false), walk("backward.", true))
        return Signal([a.channels + b.channels, a.time], a.values + b.values)
    }

    private static func gate(_ x: Double, _ question: Question) -> Double {
        question.word("recurrent_activation") == "hard_sigmoid" ? hardSigmoid(x) : sigmoid(x)
    }

    static let recurrences: [String: Oracle] = [
        "rnn": each { x, question in
            bothWays(question) { prefix, backwards in
                walk(x, question, prefix: prefix, gates: 1, backwards: backwards) { a, b, _ in
                    zip(a, b).map { question.word("activation") == "relu" ? max(0, $0 + $1) : tanh($0 + $1) }
                }
            }
        },
        "lstm": each { x, question in
            let units = question.int("units")
            return bothWays(question) { prefix, backwards in
                walk(x, question, prefix: prefix, gates: 4, backwards: backwards) { a, b, cell in
                    let sums = zip(a, b).map { $0 + $1 }
                    let old = cell
                    cell = (0..<units).map {
                        gate(sums[units + $0], question) * old[$0] + gate(sums[$0], question)
                            * tanh(sums[2 * units + $0])
                    }
                    return (0..<units).map { gate(sums[3 * units + $0], question) * tanh(cell[$0]) }
                }
            }
        },
        "gru": each { x, question in
            let units = question.int("units")
            return bothWays(question) { prefix, backwards in
                let wh = question.weights[prefix + "weight_hh"]!.values
                let bh = question.weights[prefix + "bias_hh"]?.values
                return walk(x, question, prefix: prefix, gates: 3, backwards: backwards) { a, b, state in
                    let r = (0..<units).map { gate(a[$0] + b[$0], question) }
                    let h = state
                    state = (0..<units).map { unit in
                        let z = gate(a[units + unit] + b[units + unit], question)
                        var fromState = r[unit] * b[2 * units + unit]
                        if question.word("reset") == "before" {
                            fromState = (0..<units).reduce(bh?[2 * units + unit] ?? 0) {
                                $0 + wh[(2 * units + unit) * units + $1] * r[$1] * h[$1]
                            }
                        }
                        return (1 - z) * tanh(a[2 * units + unit] + fromState) + z * h[unit]
                    }
                    return state
                }
            }
        },
    ]
}
