import GraphIR

/// Which layer is which of Keras's. One that is not here is refused.
extension KerasExport {
    mutating func write(_ index: Int, _ node: Node) throws(ForeignError) -> Tensor {
        switch node.kind {
        case _ where node.isInput:
            let shape = last(index)
            let said: JSON = .array([.null] + shape.map(KerasExport.size))
            return add(
                "InputLayer", index, [.init("batch_shape", said), .init("dtype", "float32")], to: [], shape: shape)
        case "conv": return try convolution(index, node)
        case "conv_transpose": return try transposedConvolution(index, node)
        case "dense": return try dense(index, node)
        case "batch_norm": return try batchNorm(index, node)
        case "layer_norm": return try layerNorm(index, node)
        case "relu", "sigmoid", "tanh", "gelu", "silu", "mish", "softmax", "log_softmax", "elu", "leaky_relu":
            return try activation(index, node)
        case "hard_sigmoid" where form == .hdf5: return try activation(index, node)
        case "dropout": return try dropout(index, node)
        case "max_pool", "average_pool": return try pool(index, node)
        case "global_max_pool", "global_average_pool":
            let word = node.kind == "global_max_pool" ? "GlobalMaxPooling" : "GlobalAveragePooling"
            let from = try input(node)
            return add("\(word)\(from.shape.count - 1)D", index, [], to: [from], shape: last(index))
        case "upsample":
            let from = try input(node)
            let axes = from.shape.count - 1
            let factor = try sizes(node, "factor", axes)
            return add(
                "UpSampling\(axes)D", index, [.init("size", axes == 1 ? .int(factor[0]) : list(factor))], to: [from],
                shape: last(index))
        case "crop", "pad": return try ends(index, node)
        case "concat":
            let isTime = node.arguments["axis"] == .word("time")
            return try joined("Concatenate", index, node, [.init("axis", .int(isTime ? 1 : -1))])
        case "add": return try joined("Add", index, node, [])
        case "multiply": return try joined("Multiply", index, node, [])
        case "subtract":
            guard node.inputs.count == 2 else { throw refused(node, "it takes several away, Subtract one") }
            return try joined("Subtract", index, node, [])
        case "flatten": return try flatten(index, node)
        case "reshape": return try reshape(index, node)
        case "transpose": return try transpose(index, node)
        case "rnn", "gru", "lstm": return try recurrence(index, node)
        case "attention": return try attention(index, node)
        case "feed_forward": return try feedForward(index, node)
        default: throw refused(node, "there is no layer of Keras for it")
        }
    }

    // MARK: Arguments

    func sizes(_ node: Node, _ name: String, _ axes: Int, standard: Int? = nil) throws(ForeignError) -> [Int] {
        if let found = sizes(node, name, axes: axes) { return found }
        if case .list = node.arguments[name] { throw refused(node, "its \(name) has no numbers") }
        guard let standard else { throw refused(node, "its \(name) has no numbers") }
        return [Int](repeating: standard, count: axes)
    }
    func list(_ numbers: [Int]) -> JSON { .array(numbers.map { .int($0) }) }

    /// A word that Keras has too, and means the same by.
    func word(_ node: Node) throws(ForeignError) -> JSON {
        guard case .word(let word) = node.arguments["activation"], word != "none" else { return "linear" }
        let same = ["relu", "sigmoid", "tanh", "elu", "gelu", "silu", "mish"]
        guard same.contains(word) || form == .hdf5 && word == "hard_sigmoid" else {
            throw refused(node, "its activation '\(word)' is another function in Keras")
        }
        return .string(word)
    }

    private mutating func activation(_ index: Int, _ node: Node) throws(ForeignError) -> Tensor {
        let from = try input(node)
        switch node.kind {
        case "elu":
            return add("ELU", index, [.init("alpha", .number(number(node, "alpha", 1)))], to: [from], shape: from.shape)
        case "leaky_relu":
            let slope = number(node, "slope", 0.01)
            return add("LeakyReLU", index, [.init("negative_slope", .number(slope))], to: [from], shape: from.shape)
        default:
            return add("Activation", index, [.init("activation", .string(node.kind))], to: [from], shape: from.shape)
        }
    }

    private mutating func dropout(_ index: Int, _ node: Node) throws(ForeignError) -> Tensor {
        let from = try input(node)
        var name = "Dropout"
        if node.arguments["whole"] == .word("channels"), from.shape.count > 1 {
            name = "SpatialDropout\(from.shape.count - 1)D"
        }
        let call: [Setting] = node.arguments["always"] == .bool(true) ? [.init("training", true)] : []
        return add(
            name, index, [.init("rate", .number(number(node, "rate", 0)))], to: [from], shape: from.shape, call: call)
    }

    // MARK: Norms

    private mutating func batchNorm(_ index: Int, _ node: Node) throws(ForeignError) -> Tensor {
        let from = try input(node)
        let names = ["weight", "bias", "running_mean", "running_var"].filter { has(node, $0) }
        let theirs = ["gamma", "beta", "moving_mean", "moving_variance"].suffix(names.count)
        let own = zip(names, theirs).enumerated().map { place, pair in
            Part(
                part: "vars/\(place)", name: pair.1, shape: shape(node, pair.0), values: values(node, pair.0))
        }
        let said: [Setting] = [
            .init("axis", -1), .init("momentum", .number(number(node, "momentum", 0.99))),
            .init("epsilon", .number(number(node, "epsilon", 1e-3))), .init("center", true),
            .init("scale", .bool(has(node, "weight"))),
        ]
        return add("BatchNormalization", index, said, to: [from], shape: from.shape, arrays: own)
    }

    private mutating func layerNorm(_ index: Int, _ node: Node) throws(ForeignError) -> Tensor {
        let from = try input(node)
        let own = [("weight", "gamma"), ("bias", "beta")].enumerated().map { place, pair in
            Part(
                part: "vars/\(place)", name: pair.1, shape: shape(node, pair.0), values: values(node, pair.0))
        }
        let said: [Setting] = [.init("axis", -1), .init("epsilon", .number(number(node, "epsilon", 1e-5)))]
        return add("LayerNormalization", index, said, to: [from], shape: from.shape, arrays: own)
    }

    // MARK: Several inputs, and shapes

    private mutating func joined(
        _ className: String, _ index: Int, _ node: Node, _ settings: [Setting]
    ) throws(ForeignError) -> Tensor {
        var taken: [Tensor] = []
        for place in node.inputs.indices { taken.append(try input(node, place)) }
        guard taken.count > 1 else { return taken[0] }
        return add(className, index, settings, to: taken, shape: last(index), isList: true)
    }

    private mutating func ends(_ index: Int, _ node: Node) throws(ForeignError) -> Tensor {
        let from = try input(node)
        var (left, right) = (int(node, "left", 0), int(node, "right", 0))
        if node.kind == "crop" {
            guard let cut = graph.cut(by: index) else {
                throw refused(node, "how much it cuts depends on an open length")
            }
            (left, right) = (cut.left, cut.right)
        } else if number(node, "with", 0) != 0 {
            throw refused(node, "it adds \(number(node, "with", 0)), ZeroPadding1D zeros")
        }
        guard from.shape.count == 2 else { throw refused(node, "of an image") }
        let name = node.kind == "crop" ? "Cropping1D" : "ZeroPadding1D"
        return add(
            name, index, [.init(node.kind == "crop" ? "cropping" : "padding", list([left, right]))], to: [from],
            shape: last(index))
    }

    /// Channels first, as everything is kept here.
    private mutating func channelsFirst(_ index: Int, _ from: Tensor) -> Tensor {
        let rank = from.shape.count
        guard rank > 1 else { return from }
        let order = [rank] + Array(1..<rank)
        return add(
            "Permute", index, step: "channels_first", [.init("dims", list(order))], to: [from],
            shape: from.shape.suffix(1) + from.shape.dropLast())
    }

    private mutating func flatten(_ index: Int, _ node: Node) throws(ForeignError) -> Tensor {
        var from = try input(node)
        if node.arguments["order"] != .word("time") { from = channelsFirst(index, from) }
        return add("Flatten", index, [], to: [from], shape: last(index))
    }

    private mutating func reshape(_ index: Int, _ node: Node) throws(ForeignError) -> Tensor {
        let from = channelsFirst(index, try input(node))
        let target = node.type.shape.dimensions.map { $0.number ?? -1 }
        guard target.count(where: { $0 == -1 }) <= 1 else { throw refused(node, "several of its sizes are open") }
        let sizes = target.map { $0 == -1 ? nil : Optional($0) }
        let isVector = target.count == 1
        let made = add(
            "Reshape", index, step: isVector ? nil : "sizes", [.init("target_shape", list(target))], to: [from],
            shape: sizes)
        if isVector { return made }
        let order = Array(2...target.count) + [1]
        return add("Permute", index, [.init("dims", list(order))], to: [made], shape: last(index))
    }

    /// Axis 0 is the channels, which Keras has last.
    private mutating func transpose(_ index: Int, _ node: Node) throws(ForeignError) -> Tensor {
        let rank = node.type.shape.rank
        var order = (try? sizes(node, "order", rank)) ?? []
        if order.isEmpty {
            order = Array(0..<rank)
            order.swapAt(rank - 1, max(0, rank - 2))
        }
        let turned = (Array(order.dropFirst()) + order.prefix(1)).map { $0 == 0 ? rank : $0 }
        return add("Permute", index, [.init("dims", list(turned))], to: [try input(node)], shape: last(index))
    }
}
