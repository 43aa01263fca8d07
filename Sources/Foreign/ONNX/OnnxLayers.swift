import GraphIR

/// Which layer is which operator. A layer that is not here is refused by its path.
extension OnnxExport {
    mutating func write(_ index: Int, _ node: Node) throws(ForeignError) {
        switch node.kind {
        case "conv": try convolution(index, node)
        case "conv_transpose": try transposedConvolution(index, node)
        case "dense":
            let bias = node.weights.contains { $0.name == "bias" } ? [weight(node, "bias")] : []
            try finish("Gemm", index, node, inputs(node) + [weight(node, "weight")] + bias, [("transB", .int(1))])
        case "batch_norm": batchNorm(index, node)
        case "layer_norm": layerNorm(index, node)
        case "local_response_norm": try responseNorm(index, node)
        case "relu", "sigmoid", "tanh", "elu", "leaky_relu", "hard_sigmoid", "gelu", "silu", "mish", "softmax",
            "log_softmax":
            try write(activation: node.kind, node, from: inputs(node)[0], to: results[index])
        case "max_pool", "average_pool": try pool(index, node)
        case "global_max_pool", "global_average_pool":
            let type = node.kind == "global_max_pool" ? "GlobalMaxPool" : "GlobalAveragePool"
            let whole = step(type, node, "pool", inputs(node))
            add("Flatten", name: node.path, [whole], [results[index]], [("axis", .int(1))])
        case "upsample": try upsample(index, node)
        case "crop": try crop(index, node)
        case "pad": pad(index, node)
        case "concat":
            let axis = node.arguments["axis"] == .word("time") ? node.type.shape.rank : 1
            add("Concat", name: node.path, inputs(node), [results[index]], [("axis", .int(axis))])
        case "add": combine("Add", index, node)
        case "subtract": combine("Sub", index, node)
        case "multiply": combine("Mul", index, node)
        case "flatten": try flatten(index, node)
        case "reshape": try reshape(index, node)
        case "transpose": transpose(index, node)
        case "rnn", "gru", "lstm": recurrence(index, node)
        case "self_attention": try selfAttention(index, node)
        case "attention": try attention(index, node)
        case "feed_forward": try feedForward(index, node)
        case "positional_encoding": try positions(index, node)
        case "deltas": try deltas(index, node)
        case "log_filter_bank": try filterBank(index, node)
        // What is silenced in training only is not there.
        case "dropout": results[index] = inputs(node)[0]
        default: throw refused(node, "there is no operator for it")
        }
    }

    // MARK: Activations

    mutating func write(activation word: String, _ node: Node, from: String, to: String) throws(ForeignError) {
        let name = to + "/\(word)"
        switch word {
        case "relu": add("Relu", name: name, [from], [to])
        case "sigmoid": add("Sigmoid", name: name, [from], [to])
        case "tanh": add("Tanh", name: name, [from], [to])
        case "elu": add("Elu", name: name, [from], [to], [("alpha", .float(Float(number(node, "alpha", 1))))])
        case "leaky_relu":
            add("LeakyRelu", name: name, [from], [to], [("alpha", .float(Float(number(node, "slope", 0.01))))])
        case "hard_sigmoid":
            add("HardSigmoid", name: name, [from], [to], [("alpha", .float(0.2)), ("beta", .float(0.5))])
        case "softmax": add("Softmax", name: name, [from], [to], [("axis", .int(1))])
        case "log_softmax": add("LogSoftmax", name: name, [from], [to], [("axis", .int(1))])
        case "gelu":
            let root = constant(node, "root_two", [Float(2.0.squareRoot())], shape: [])
            let (one, half) = (constant(node, "one", [1], shape: []), constant(node, "half", [0.5], shape: []))
            let scaled = step("Div", node, "scaled", [from, root])
            let error = step("Erf", node, "erf", [scaled])
            let share = step("Add", node, "share", [error, one])
            let doubled = step("Mul", node, "doubled", [from, share])
            add("Mul", name: name, [doubled, half], [to])
        case "silu": add("Mul", name: name, [from, step("Sigmoid", node, "share", [from])], [to])
        case "mish":
            let bent = step("Tanh", node, "bent", [step("Softplus", node, "soft", [from])])
            add("Mul", name: name, [from, bent], [to])
        default: throw refused(node, "the activation '\(word)' has no operator")
        }
    }

    // MARK: Norms

    private mutating func batchNorm(_ index: Int, _ node: Node) {
        let channels = node.weights.first { $0.name == "bias" }?.count ?? 0
        let hasScale = node.weights.contains { $0.name == "weight" }
        // A scale that is not learned is no weight: the graph says it itself.
        let scale = hasScale ? weight(node, "weight") : ones(node, channels)
        let rest = ["bias", "running_mean", "running_var"].map { weight(node, $0) }
        add(
            "BatchNormalization", name: node.path, inputs(node) + [scale] + rest, [results[index]],
            [("epsilon", .float(Float(number(node, "epsilon", 1e-3))))])
    }

    private mutating func ones(_ node: Node, _ count: Int) -> String {
        let name = node.path + "/ones"
        add(
            "Constant", name: name, [], [name],
            [("value_floats", .floats([Float](repeating: 1, count: count)))])
        return name
    }

    private mutating func layerNorm(_ index: Int, _ node: Node) {
        let epsilon = OnnxModel.Attribute.float(Float(number(node, "epsilon", 1e-5)))
        let parts = [weight(node, "weight"), weight(node, "bias")]
        let attributes: [(name: String, value: OnnxModel.Attribute)] = [("axis", .int(-1)), ("epsilon", epsilon)]
        guard node.type.shape.rank == 2 else {
            return add("LayerNormalization", name: node.path, inputs(node) + parts, [results[index]], attributes)
        }
        let last = step("Transpose", node, "last", inputs(node), OnnxExport.swapped)
        let normed = step("LayerNormalization", node, "norm", [last] + parts, attributes)
        add("Transpose", name: node.path, [normed], [results[index]], OnnxExport.swapped)
    }

    private mutating func responseNorm(_ index: Int, _ node: Node) throws(ForeignError) {
        let size = int(node, "size", 5)
        guard size % 2 == 1 else { throw refused(node, "its size \(size) is even") }
        let said: [(name: String, value: OnnxModel.Attribute)] = [
            ("size", .int(size)), ("alpha", .float(Float(number(node, "alpha", 1e-4)))),
            ("beta", .float(Float(number(node, "beta", 0.75)))), ("bias", .float(Float(number(node, "k", 1)))),
        ]
        guard node.type.shape.rank == 2 else {
            return add("LRN", name: node.path, inputs(node), [results[index]], said)
        }
        // ONNX Runtime knows it of images only.
        let axis = constant(node, "axis", ints: [3])
        let image = step("Unsqueeze", node, "image", inputs(node) + [axis])
        let normed = step("LRN", node, "norm", [image], said)
        add("Squeeze", name: node.path, [normed, axis], [results[index]])
    }

    // MARK: Several inputs, and shapes

    private mutating func combine(_ type: String, _ index: Int, _ node: Node) {
        let all = inputs(node)
        if type == "Add", all.count > 2 { return add("Sum", name: node.path, all, [results[index]]) }
        var sum = all[0]
        for (place, next) in all.dropFirst().enumerated() {
            let isLast = place == all.count - 2
            let target = isLast ? results[index] : "\(node.path)/\(place)"
            add(type, name: isLast ? node.path : target, [sum, next], [target])
            sum = target
        }
    }

    private mutating func flatten(_ index: Int, _ node: Node) throws(ForeignError) {
        var from = inputs(node)[0]
        if node.arguments["order"] == .word("time") {
            guard inputShape(node).rank == 2 else { throw refused(node, "order: time of an image") }
            from = step("Transpose", node, "last", [from], OnnxExport.swapped)
        }
        add("Flatten", name: node.path, [from], [results[index]], [("axis", .int(1))])
    }

    private mutating func reshape(_ index: Int, _ node: Node) throws(ForeignError) {
        var sizes = node.type.shape.dimensions.map { $0.number ?? -1 }
        guard sizes.count(where: { $0 == -1 }) <= 1 else { throw refused(node, "several of its sizes are open") }
        sizes.insert(0, at: 0)
        let shape = constant(node, "shape", ints: sizes)
        add("Reshape", name: node.path, inputs(node) + [shape], [results[index]])
    }

    private mutating func transpose(_ index: Int, _ node: Node) {
        let rank = node.type.shape.rank
        var order = sizes(node, "order", axes: rank) ?? []
        if order.isEmpty {
            order = Array(0..<rank)
            order.swapAt(rank - 1, max(0, rank - 2))
        }
        add(
            "Transpose", name: node.path, inputs(node), [results[index]], [("perm", .ints([0] + order.map { $0 + 1 }))])
    }
}
