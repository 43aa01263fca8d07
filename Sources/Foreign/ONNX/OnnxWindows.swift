import GraphIR

/// What slides, lengthens and cuts.
extension OnnxExport {
    /// Zeros before and behind each axis that keep `ceil(length / stride)` results; the odd one goes behind. Under a
    /// stride an open length decides how many there are: the runtime counts them, which ONNX calls `SAME_UPPER`.
    private func samePads(
        _ node: Node, kernel: [Int], stride: [Int], dilation: [Int]
    ) -> (name: String, value: OnnxModel.Attribute) {
        let shape = inputShape(node).dimensions.dropFirst()
        var (before, behind): ([Int], [Int]) = ([], [])
        for (axis, size) in shape.enumerated() {
            let reach = (kernel[axis] - 1) * dilation[axis] + 1
            let total: Int
            if stride[axis] == 1 {
                total = reach - 1
            } else if let length = size.number {
                total = max(0, ((length + stride[axis] - 1) / stride[axis] - 1) * stride[axis] + reach - length)
            } else {
                return ("auto_pad", .text("SAME_UPPER"))
            }
            before.append(total / 2)
            behind.append(total - total / 2)
        }
        return ("pads", .ints(before + behind))
    }

    mutating func convolution(_ index: Int, _ node: Node) throws(ForeignError) {
        let axes = node.type.shape.rank - 1
        guard let kernel = sizes(node, "kernel", axes: axes) else { throw refused(node, "its kernel has no numbers") }
        let stride = sizes(node, "stride", axes: axes) ?? [Int](repeating: 1, count: axes)
        let dilation = sizes(node, "dilation", axes: axes) ?? [Int](repeating: 1, count: axes)
        let pads: (name: String, value: OnnxModel.Attribute)
        switch node.arguments["padding"] {
        case .word("valid"): pads = ("pads", .ints([Int](repeating: 0, count: 2 * axes)))
        case .word("causal"):
            let before = (0..<axes).map { (kernel[$0] - 1) * dilation[$0] }
            pads = ("pads", .ints(before + [Int](repeating: 0, count: axes)))
        case .int(let count): pads = ("pads", .ints([Int](repeating: count, count: 2 * axes)))
        default: pads = samePads(node, kernel: kernel, stride: stride, dilation: dilation)
        }
        let bias = node.weights.contains { $0.name == "bias" } ? [weight(node, "bias")] : []
        try finish(
            "Conv", index, node, inputs(node) + [weight(node, "weight")] + bias,
            [
                ("kernel_shape", .ints(kernel)), ("strides", .ints(stride)), ("dilations", .ints(dilation)),
                ("group", .int(int(node, "groups", 1))), pads,
            ])
    }

    mutating func transposedConvolution(_ index: Int, _ node: Node) throws(ForeignError) {
        let axes = node.type.shape.rank - 1
        guard let kernel = sizes(node, "kernel", axes: axes) else { throw refused(node, "its kernel has no numbers") }
        let stride = sizes(node, "stride", axes: axes) ?? [Int](repeating: 1, count: axes)
        var pads = [Int](repeating: 0, count: 2 * axes)
        switch node.arguments["padding"] {
        case .int(let count): pads = [Int](repeating: count, count: 2 * axes)
        case .word("same"):
            for axis in 0..<axes {
                let total = kernel[axis] - stride[axis]
                guard total >= 0 else { throw refused(node, "its kernel is shorter than its stride") }
                pads[axis] = total / 2
                pads[axes + axis] = total - total / 2
            }
        default: break
        }
        let bias = node.weights.contains { $0.name == "bias" } ? [weight(node, "bias")] : []
        try finish(
            "ConvTranspose", index, node, inputs(node) + [weight(node, "weight")] + bias,
            [("kernel_shape", .ints(kernel)), ("strides", .ints(stride)), ("pads", .ints(pads))])
    }

    mutating func pool(_ index: Int, _ node: Node) throws(ForeignError) {
        let axes = node.type.shape.rank - 1
        guard let size = sizes(node, "size", axes: axes) else { throw refused(node, "its size has no numbers") }
        let stride = sizes(node, "stride", axes: axes) ?? size
        var attributes: [(name: String, value: OnnxModel.Attribute)] = [
            ("kernel_shape", .ints(size)), ("strides", .ints(stride)),
        ]
        switch node.arguments["padding"] {
        case .word("valid"): break
        case .word("ceil"): attributes.append(("ceil_mode", .int(1)))
        default:
            let ones = [Int](repeating: 1, count: axes)
            attributes.append(samePads(node, kernel: size, stride: stride, dilation: ones))
        }
        if node.kind == "average_pool" { attributes.append(("count_include_pad", .int(0))) }
        add(
            node.kind == "max_pool" ? "MaxPool" : "AveragePool", name: node.path, inputs(node), [results[index]],
            attributes)
    }

    mutating func upsample(_ index: Int, _ node: Node) throws(ForeignError) {
        let axes = node.type.shape.rank - 1
        guard let factor = sizes(node, "factor", axes: axes) else { throw refused(node, "its factor has no numbers") }
        let scales = constant(node, "scales", [1, 1] + factor.map(Float.init), shape: [axes + 2])
        add(
            "Resize", name: node.path, inputs(node) + ["", scales], [results[index]],
            [
                ("mode", .text("nearest")), ("coordinate_transformation_mode", .text("asymmetric")),
                ("nearest_mode", .text("floor")),
            ])
    }

    mutating func crop(_ index: Int, _ node: Node) throws(ForeignError) {
        guard let cut = graph.cut(by: index) else {
            throw refused(node, "how much it cuts depends on an open length")
        }
        let starts = constant(node, "starts", ints: [cut.left])
        let ends = constant(node, "ends", ints: [cut.right == 0 ? Int.max : -cut.right])
        let axes = constant(node, "axes", ints: [node.type.shape.rank])
        add("Slice", name: node.path, inputs(node) + [starts, ends, axes], [results[index]])
    }

    mutating func pad(_ index: Int, _ node: Node) {
        let rank = node.type.shape.rank
        let zeros = [Int](repeating: 0, count: rank)
        let pads = constant(node, "pads", ints: zeros + [int(node, "left", 0)] + zeros + [int(node, "right", 0)])
        let value = constant(node, "value", [Float(number(node, "with", 0))], shape: [])
        add("Pad", name: node.path, inputs(node) + [pads, value], [results[index]], [("mode", .text("constant"))])
    }
}
