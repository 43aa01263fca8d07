import GraphIR

extension Oracle {
    static let arranging: [String: Oracle] = [
        "dense": each { x, question in
            let weight = question.weights["weight"]!
            return Signal([weight.shape[0]]) { o in
                let sum = (0..<x.channels).reduce(question.weights["bias"]?.values[o] ?? 0) {
                    $0 + weight.values[o * x.channels + $1] * x.values[$1]
                }
                return activate(sum, question.word("activation"))
            }
        },
        "concat": Oracle { question in
            question.inputs.map { arrays in
                let rank = arrays[0].shape.count
                let axis =
                    rank > 1 && ["time", "width"].contains(question.word("axis"))
                    ? rank - 1
                    : question.word("axis") == "height" ? 1 : 0
                var shape = arrays[0].shape
                shape[axis] = arrays.reduce(0) { $0 + $1.shape[axis] }
                let outer = shape[..<axis].reduce(1, *)
                var values: [Double] = []
                for block in 0..<outer {
                    for array in arrays {
                        let size = array.values.count / outer
                        values += array.values[block * size..<(block + 1) * size]
                    }
                }
                return Signal(shape, values)
            }
        },
        "flatten": each { x, question in
            guard question.word("order") == "time" else { return Signal([x.values.count], x.values) }
            return Signal([x.values.count]) { x[$0 % x.channels, $0 / x.channels] }
        },
        "reshape": each { x, question in
            guard case .list(let sizes)? = question.arguments["to"] else { return x }
            return Signal(sizes.compactMap { Int($0) }, x.values)
        },
        "transpose": each { x, question in
            let rank = x.shape.count
            var order = question.sizes("order", axes: rank)
            if order.isEmpty { order = rank == 2 ? [1, 0] : [0, 2, 1] }
            let shape = order.map { x.shape[$0] }
            return Signal(shape) { index in
                var rest = index
                var position = [Int](repeating: 0, count: rank)
                for axis in (0..<rank).reversed() {
                    position[order[axis]] = rest % shape[axis]
                    rest /= shape[axis]
                }
                return x.values[zip(position, x.shape).reduce(0) { $0 * $1.1 + $1.0 }]
            }
        },
    ]
}
