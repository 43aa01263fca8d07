import Files
import GraphIR

/// Which operator is which layer, where it stands for itself. One that is not here has no equivalent.
extension OnnxBuilder {
    mutating func strict(_ node: OnnxFile.Node) throws(ForeignError) -> Ref {
        switch node.type {
        case "Conv": return try convolution(node)
        case "ConvTranspose": return try transposedConvolution(node)
        case "Gemm": return try gemm(node)
        case "BatchNormalization": return try batchNorm(node)
        case "LayerNormalization": return try layerNorm(node)
        case "LRN": return try responseNorm(node)
        case "Relu", "Sigmoid", "Tanh", "Elu", "LeakyRelu", "HardSigmoid", "Gelu", "Softmax", "LogSoftmax":
            return try activation(node)
        case "MaxPool", "AveragePool": return try pool(node)
        case "GlobalMaxPool", "GlobalAveragePool": return try globalPool(node)
        case "ReduceMean", "ReduceMax": return try reduction(node)
        case "Resize": return try resize(node)
        case "Slice": return try slice(node)
        case "Pad": return try pad(node)
        case "Concat": return try concatenation(node)
        case "Add", "Sum": return try combination(node, "add")
        case "Sub": return try combination(node, "subtract")
        case "Mul": return try combination(node, "multiply")
        case "Flatten": return try flatten(node)
        case "Reshape": return try reshape(node)
        case "Transpose": return try transpose(node)
        case "Squeeze", "Unsqueeze": return try axes(node)
        case "RNN", "GRU", "LSTM": return try recurrence(node)
        default: throw refused(node, OnnxBuilder.without(node.type), help: OnnxBuilder.nearest[node.type])
        }
    }

    private static func without(_ type: String) -> String {
        fragments.contains(type) || type == "Cast"
            ? "it has an equivalent only as a part of a norm, of attention or the like, and this is none that is known"
            : "this operator has no equivalent here"
    }
    /// What a person could put in its place.
    private static let nearest = [
        "Clip": "the nearest layers are relu and hard_sigmoid", "PRelu": "the nearest layer is leaky_relu",
        "Selu": "the nearest layer is elu", "HardSwish": "the nearest layer is gelu",
        "InstanceNormalization": "the nearest layers are batch_norm and layer_norm",
        "GroupNormalization": "the nearest layer is layer_norm", "If": "export the model with fixed sizes",
        "Loop": "export the model with dynamo=True, which writes a recurrence as one operator",
        "Scan": "export the model with dynamo=True, which writes a recurrence as one operator",
        "QLinearConv": "export it before it is quantised", "DequantizeLinear": "export it before it is quantised",
        "MatMul": "dense and conv(n, 1) are products with known weights",
    ]

    // MARK: Norms

    private mutating func batchNorm(_ node: OnnxFile.Node) throws(ForeignError) -> Ref {
        let input = try layer(node, axes: 2...4)
        guard (node.attributes["training_mode"]?.int ?? 0) == 0 else { throw refused(node, "it is in training mode") }
        var arrays: [OnnxTensor] = []
        for place in 1...4 {
            guard let tensor = numbers(node, place) else { throw refused(node, "its array \(place) is computed") }
            arrays.append(tensor)
        }
        guard let channels = shapes[input][0], arrays.allSatisfy({ $0.shape == [channels] }) else {
            throw refused(node, "its arrays have other sizes than its channels")
        }
        var said: [ForeignLayer.Argument] = []
        let epsilon = node.attributes["epsilon"]?.float ?? 1e-5
        if epsilon != 1e-3 { said.append(.init("epsilon", KerasBuilder.text(Double(epsilon)))) }
        // A scale that the graph itself says, and no weight of it, was never learned.
        let isFixed = maker(node.input(1))?.type == "Constant" && arrays[0].values.allSatisfy { $0 == 1 }
        if isFixed { said.append(.init("scale", "false")) }
        var weights = zip(["weight", "bias", "running_mean", "running_var"], arrays).map { weight($0, $1) }
        if isFixed { weights.removeFirst() }
        return add(node, "batch_norm", said, to: [input], weights: weights, shape: shapes[input])
    }

    private mutating func layerNorm(_ node: OnnxFile.Node) throws(ForeignError) -> Ref {
        var ref = try ref(node)
        let rank = ref.form.count
        let axis = node.attributes["axis"]?.int ?? -1
        guard axis == -1 || axis == rank - 1, let scale = numbers(node, 1) else {
            throw refused(node, "it works along several axes, or its scale is computed")
        }
        if ref.form.last != .own(1) {
            guard rank == 3 else { throw refused(node, "its axis is not that of the channels") }
            ref = try turned(ref, to: OnnxBuilder.last, for: node.title)
        }
        let bias = numbers(node, 2) ?? OnnxTensor(shape: scale.shape, values: scale.values.map { _ in 0 })
        return try addNorm(node, ref, scale, bias, epsilon: node.attributes["epsilon"]?.float ?? 1e-5)
    }

    mutating func addNorm(
        _ node: OnnxFile.Node, _ ref: Ref, _ scale: OnnxTensor, _ bias: OnnxTensor, epsilon: Float
    ) throws(ForeignError) -> Ref {
        let channels = shapes[ref.layer][0] ?? 0
        guard scale.values.count == channels, bias.values.count == channels else {
            throw refused(node, "its scale has \(scale.values.count) numbers for \(channels) channels")
        }
        let said = epsilon == 1e-5 ? [] : [ForeignLayer.Argument("epsilon", KerasBuilder.text(Double(epsilon)))]
        let weights = [weight("weight", scale, shape: [channels]), weight("bias", bias, shape: [channels])]
        let norm = add(node, "layer_norm", said, to: [ref.layer], weights: weights, shape: shapes[ref.layer])
        return Ref(layer: norm.layer, form: ref.form)
    }

    private mutating func responseNorm(_ node: OnnxFile.Node) throws(ForeignError) -> Ref {
        let ref = try settled(node)
        guard ref.form.count > 1, ref.form[0] == .own(0), ref.form[1] == .own(1) else {
            throw refused(node, "its axis is not that of the channels")
        }
        let size = node.attributes["size"]?.int ?? 0
        let numbers = [("alpha", "alpha", Float(1e-4)), ("beta", "beta", 0.75), ("k", "bias", 1)]
        var said: [ForeignLayer.Argument] = [.init(nil, String(size))]
        for (name, key, standard) in numbers {
            let value = node.attributes[key]?.float ?? standard
            said.append(.init(name, KerasBuilder.text(Double(value))))
        }
        let made = add(node, "local_response_norm", said, to: [ref.layer], shape: shapes[ref.layer])
        return Ref(layer: made.layer, form: ref.form)
    }

    // MARK: Activations

    mutating func activation(_ node: OnnxFile.Node) throws(ForeignError) -> Ref {
        let ref = try settled(node)
        func number(_ key: String, _ standard: Float) -> Float { node.attributes[key]?.float ?? standard }
        var said: [ForeignLayer.Argument] = []
        let kind: String
        switch node.type {
        case "Relu", "Sigmoid", "Tanh": kind = node.type.lowercased()
        case "Elu":
            kind = "elu"
            if number("alpha", 1) != 1 { said = [.init("alpha", KerasBuilder.text(Double(number("alpha", 1))))] }
        case "LeakyRelu":
            kind = "leaky_relu"
            let slope = number("alpha", 0.01)
            if slope != 0.01 { said = [.init("slope", KerasBuilder.text(Double(slope)))] }
        case "HardSigmoid":
            kind = "hard_sigmoid"
            guard abs(number("alpha", 0.2) - 0.2) < 1e-6, number("beta", 0.5) == 0.5 else {
                throw refused(node, "its slope is \(number("alpha", 0.2)); here it is 0.2 x + 0.5")
            }
        case "Gelu":
            kind = "gelu"
            guard (node.attributes["approximate"]?.text ?? "none") == "none" else {
                throw refused(node, "the one made with tanh has no equivalent here")
            }
        default:
            kind = node.type == "Softmax" ? "softmax" : "log_softmax"
            let axis = node.attributes["axis"]?.int ?? (file.version < 13 ? 1 : -1)
            let place = axis < 0 ? axis + ref.form.count : axis
            guard ref.form.indices.contains(place), ref.form[place] == .own(1),
                file.version >= 13 || ref.form.count == 2
            else { throw refused(node, "it works along axis \(axis), which is not that of the channels") }
        }
        // A sum and what bends it were one layer: Strata's own files call the sum so.
        if said.isEmpty, let fused = fused(node, ref, kind) { return fused }
        let made = add(node, kind, said, to: [ref.layer], shape: shapes[ref.layer])
        return Ref(layer: made.layer, form: ref.form)
    }

    private mutating func fused(_ node: OnnxFile.Node, _ ref: Ref, _ kind: String) -> Ref? {
        guard let name = node.inputs.first, name.hasSuffix("/sum"), uses[name] == 1,
            ["conv", "conv_transpose", "dense"].contains(graph.layers[ref.layer].kind),
            !graph.layers[ref.layer].arguments.contains(where: { $0.name == "activation" })
        else { return nil }
        append(.init("activation", kind), to: ref.layer)
        return ref
    }

    // MARK: Several inputs

    private mutating func combination(_ node: OnnxFile.Node, _ kind: String) throws(ForeignError) -> Ref {
        guard node.inputs.count >= 2 else { throw refused(node, "it combines \(node.inputs.count) array") }
        if node.inputs.contains(where: { numbers($0) != nil }) {
            throw refused(
                node, "it combines what flows with known numbers, and is part of no layer that is known",
                help: "a scale and a shift of each channel are a batch_norm")
        }
        var refs: [Ref] = []
        for place in node.inputs.indices { refs.append(try settled(node, place)) }
        let form = refs[0].form
        for place in refs.indices.dropFirst() where refs[place].form != form {
            refs[place] = try turned(refs[place], to: form, for: node.title)
        }
        guard refs.allSatisfy({ shapes[$0.layer].count == shapes[refs[0].layer].count }) else {
            throw refused(node, "its arrays have different numbers of axes")
        }
        let made = add(node, kind, to: refs.map(\.layer), shape: shapes[refs[0].layer])
        return Ref(layer: made.layer, form: form)
    }

    private mutating func concatenation(_ node: OnnxFile.Node) throws(ForeignError) -> Ref {
        var refs: [Ref] = []
        for place in node.inputs.indices { refs.append(try settled(node, place)) }
        guard let form = refs.first?.form else { throw refused(node, "it joins nothing") }
        for place in refs.indices.dropFirst() where refs[place].form != form {
            refs[place] = try turned(refs[place], to: form, for: node.title)
        }
        let axis = node.attributes["axis"]?.int ?? 1
        let place = axis < 0 ? axis + form.count : axis
        guard form.indices.contains(place), case .own(let own) = form[place], own == 1 || (own == 2 && form.count == 3)
        else { throw refused(node, "it joins along axis \(axis), which has no equivalent here") }
        var shape = shapes[refs[0].layer]
        let sizes = refs.map { shapes[$0.layer].indices.contains(own - 1) ? shapes[$0.layer][own - 1] : nil }
        let known = sizes.compactMap { $0 }
        shape[own - 1] = known.count == sizes.count ? known.reduce(0, Rational.sum) : nil
        let said = [ForeignLayer.Argument("axis", own == 1 ? "channels" : "time")]
        let made = add(node, "concat", said, to: refs.map(\.layer), shape: shape)
        return Ref(layer: made.layer, form: form)
    }
}
