import GraphIR

extension Oracle {
    /// How many zeros stand before an axis, and how many places the window takes.
    static func window(
        length: Int, kernel: Int, stride: Int, dilation: Int = 1, padding: Value?
    ) -> (before: Int, places: Int) {
        let span = (kernel - 1) * dilation + 1
        switch padding {
        case .word("valid")?: return (0, (length - span) / stride + 1)
        case .word("ceil")?: return (0, (max(0, length - span) + stride - 1) / stride + 1)
        case .word("causal")?: return (span - 1, (length + stride - 1) / stride)
        case .int(let zeros)?: return (zeros, (length + 2 * zeros - span) / stride + 1)
        default:
            let places = (length + stride - 1) / stride
            return (max(0, (places - 1) * stride + span - length) / 2, places)
        }
    }

    /// A sequence as an image of height 1, so that one formula serves both.
    static func asImage(_ x: Signal) -> Signal {
        x.shape.count == 3 ? x : Signal([x.shape[0], 1, x.shape[1]], x.values)
    }
    static func asInput(_ y: Signal, _ x: Signal) -> Signal {
        x.shape.count == 3 ? y : Signal([y.shape[0], y.shape[2]], y.values)
    }

    static let convolutions: [String: Oracle] = [
        "conv": each { input, question in
            let x = asImage(input)
            let axes = input.shape.count - 1
            func two(_ name: String) -> [Int] {
                let sizes = question.sizes(name, axes: axes)
                return axes == 1 ? [1] + sizes : sizes
            }
            let (kernel, stride, dilation) = (two("kernel"), two("stride"), two("dilation"))
            let weight = question.weights["weight"]!, groups = question.int("groups")
            let filters = weight.shape[0], perGroup = x.channels / groups
            let rows =
                axes == 1
                ? (before: 0, places: 1)
                : window(
                    length: x.shape[1], kernel: kernel[0], stride: stride[0], dilation: dilation[0],
                    padding: question.arguments["padding"])
            let columns = window(
                length: x.shape[2], kernel: kernel[1], stride: stride[1], dilation: dilation[1],
                padding: question.arguments["padding"])
            var y = Signal([filters, rows.places, columns.places])
            for o in 0..<filters {
                for i in 0..<rows.places {
                    for j in 0..<columns.places {
                        var sum = question.weights["bias"]?.values[o] ?? 0
                        for c in 0..<perGroup {
                            for a in 0..<kernel[0] {
                                for b in 0..<kernel[1] {
                                    let w = weight.values[((o * perGroup + c) * kernel[0] + a) * kernel[1] + b]
                                    sum +=
                                        w
                                        * x[
                                            o / (filters / groups) * perGroup + c,
                                            i * stride[0] + a * dilation[0] - rows.before,
                                            j * stride[1] + b * dilation[1] - columns.before]
                                }
                            }
                        }
                        y[o, i, j] = activate(sum, question.word("activation"))
                    }
                }
            }
            return asInput(y, input)
        },
        "conv_transpose": each { input, question in
            let x = asImage(input)
            let axes = input.shape.count - 1
            let kernel = (axes == 1 ? [1] : []) + question.sizes("kernel", axes: axes)
            let stride = (axes == 1 ? [1] : []) + question.sizes("stride", axes: axes)
            let filters = question.int("filters")
            var before = [0, 0], size = [0, 0]
            for axis in 0..<2 {
                let length = x.shape[axis + 1]
                let whole = (length - 1) * stride[axis] + kernel[axis]
                switch question.arguments["padding"] {
                case .word("same")?:
                    size[axis] = length * stride[axis]
                    before[axis] = max(0, kernel[axis] - stride[axis]) / 2
                case .int(let cut)? where axis == 1 || axes == 2: (size[axis], before[axis]) = (whole - 2 * cut, cut)
                default: size[axis] = whole
                }
            }
            var y = Signal([filters, size[0], size[1]]) {
                question.weights["bias"]?.values[$0 / (size[0] * size[1])] ?? 0
            }
            let weight = question.weights["weight"]!
            for c in 0..<x.channels {
                for i in 0..<x.shape[1] {
                    for j in 0..<x.shape[2] {
                        for o in 0..<filters {
                            for a in 0..<kernel[0] {
                                for b in 0..<kernel[1] {
                                    let (row, column) = (i * stride[0] + a - before[0], j * stride[1] + b - before[1])
                                    guard row >= 0, column >= 0, row < size[0], column < size[1] else { continue }
                                    y[o, row, column] +=
                                        weight.values[((c * filters + o) * kernel[0] + a) * kernel[1] + b] * x[c, i, j]
                                }
                            }
                        }
                    }
                }
            }
            return asInput(y.map { activate($0, question.word("activation")) }, input)
        },
    ]
}
