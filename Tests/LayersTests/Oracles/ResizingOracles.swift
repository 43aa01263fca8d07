import GraphIR

extension Oracle {
    /// What lies under each window of a pool, inside the signal.
    private static func pool(
        _ input: Signal, _ question: Question, _ reduce: ([Double]) -> Double
    ) -> Signal {
        let x = asImage(input)
        let axes = input.shape.count - 1
        let size = (axes == 1 ? [1] : []) + question.sizes("size", axes: axes)
        let said = question.sizes("stride", axes: axes)
        let stride = said.isEmpty ? size : (axes == 1 ? [1] : []) + said
        let windows = (0..<2).map {
            window(
                length: x.shape[$0 + 1], kernel: size[$0], stride: stride[$0], padding: question.arguments["padding"])
        }
        var y = Signal([x.channels, windows[0].places, windows[1].places])
        for c in 0..<x.channels {
            for i in 0..<windows[0].places {
                for j in 0..<windows[1].places {
                    var under: [Double] = []
                    for a in 0..<size[0] {
                        for b in 0..<size[1] {
                            let (row, column) = (
                                i * stride[0] + a - windows[0].before, j * stride[1] + b - windows[1].before
                            )
                            if row >= 0, column >= 0, row < x.shape[1], column < x.shape[2] {
                                under.append(x[c, row, column])
                            }
                        }
                    }
                    y[c, i, j] = reduce(under)
                }
            }
        }
        return asInput(y, input)
    }

    private static func global(_ x: Signal, _ reduce: ([Double]) -> Double) -> Signal {
        Signal([x.channels], (0..<x.channels).map { c in reduce((0..<x.positions).map { x[c, $0] }) })
    }
    private static func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }

    /// Changes the last axis: `source` says where each number comes from.
    private static func retimed(_ x: Signal, _ length: Int, _ element: (_ row: Int, _ t: Int) -> Double) -> Signal {
        Signal(x.shape.dropLast() + [length]) { element($0 / length, $0 % length) }
    }

    static let resizing: [String: Oracle] = [
        "max_pool": each { x, question in pool(x, question) { $0.max()! } },
        "average_pool": each { x, question in pool(x, question, mean) },
        "global_average_pool": each { x, _ in global(x, mean) },
        "global_max_pool": each { x, _ in global(x) { $0.max()! } },
        "upsample": each { input, question in
            let x = asImage(input)
            let axes = input.shape.count - 1
            let factor = (axes == 1 ? [1] : []) + question.sizes("factor", axes: axes)
            var y = Signal([x.channels, x.shape[1] * factor[0], x.shape[2] * factor[1]])
            for c in 0..<x.channels {
                for i in 0..<y.shape[1] {
                    for j in 0..<y.shape[2] { y[c, i, j] = x[c, i / factor[0], j / factor[1]] }
                }
            }
            return asInput(y, input)
        },
        "crop": each { x, question in
            var (left, length) = (question.int("left"), x.time - question.int("left") - question.int("right"))
            if case .int(let size)? = question.arguments["to"] {
                length = size
                left =
                    switch question.word("keep") {
                    case "start": 0
                    case "end": x.time - size
                    default: (x.time - size) / 2
                    }
            }
            return retimed(x, length) { row, t in x.values[row * x.time + t + left] }
        },
        "pad": each { x, question in
            let left = question.int("left")
            return retimed(x, left + x.time + question.int("right")) { row, t in
                t < left || t >= left + x.time ? question.float("with") : x.values[row * x.time + t - left]
            }
        },
    ]
}
