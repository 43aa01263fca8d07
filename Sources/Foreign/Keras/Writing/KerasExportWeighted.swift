import GraphIR

/// What has a kernel, slides or remembers.
extension KerasExport {
    private func turned(_ node: Node, _ name: String, _ order: [Int], _ part: String) -> Part {
        let (shape, values) = Layouts.permuted(values(node, name), shape: shape(node, name), order: order)
        return Part(part: part, name: "kernel", shape: shape, values: values)
    }
    private func bias(_ node: Node, _ part: String = "vars/1") -> [Part] {
        has(node, "bias")
            ? [Part(part: part, name: "bias", shape: shape(node, "bias"), values: values(node, "bias"))] : []
    }

    mutating func convolution(_ index: Int, _ node: Node) throws(ForeignError) -> Tensor {
        var from = try input(node)
        let axes = from.shape.count - 1
        let kernel = try sizes(node, "kernel", axes)
        let stride = try sizes(node, "stride", axes, standard: 1)
        let dilation = try sizes(node, "dilation", axes, standard: 1)
        guard stride.allSatisfy({ $0 == 1 }) || dilation.allSatisfy({ $0 == 1 }) else {
            throw refused(node, "Keras has no stride with a dilation")
        }
        var padding = "same"
        switch node.arguments["padding"] {
        case .word("valid"): padding = "valid"
        case .word("causal"):
            guard axes == 1 else { throw refused(node, "causal along two axes") }
            padding = "causal"
        case .int(let count):
            guard axes == 1 else { throw refused(node, "its padding is a number along two axes") }
            padding = "valid"
            from = add(
                "ZeroPadding1D", index, step: "zeros", [.init("padding", list([count, count]))], to: [from],
                shape: [from.shape[0].map { Rational.sum($0, Rational.product(2, count)) }, from.shape[1]])
        default: break
        }
        let order = axes == 1 ? [2, 1, 0] : [2, 3, 1, 0]
        let said: [Setting] = [
            .init("filters", .int(node.type.shape.channels.number ?? 0)), .init("kernel_size", list(kernel)),
            .init("strides", list(stride)), .init("padding", .string(padding)), .init("dilation_rate", list(dilation)),
            .init("groups", .int(int(node, "groups", 1))), .init("activation", try word(node)),
            .init("use_bias", .bool(has(node, "bias"))),
        ]
        return add(
            "Conv\(axes)D", index, said, to: [from], shape: last(index),
            arrays: [turned(node, "weight", order, "vars/0")] + bias(node))
    }

    mutating func transposedConvolution(_ index: Int, _ node: Node) throws(ForeignError) -> Tensor {
        let from = try input(node)
        guard from.shape.count == 2 else { throw refused(node, "of an image") }
        let (kernel, stride) = (try sizes(node, "kernel", 1)[0], try sizes(node, "stride", 1, standard: 1)[0])
        // A shorter kernel leaves Keras's result as long as the stride makes it; here it ends with the kernel.
        guard kernel >= stride else { throw refused(node, "its kernel is shorter than its stride") }
        var cut = 0
        var padding = "valid"
        switch node.arguments["padding"] {
        case .word("same"): padding = "same"
        case .int(let count): cut = count
        default: break
        }
        let said: [Setting] = [
            .init("filters", .int(node.type.shape.channels.number ?? 0)), .init("kernel_size", list([kernel])),
            .init("strides", list([stride])), .init("padding", .string(padding)), .init("activation", try word(node)),
            .init("use_bias", .bool(has(node, "bias"))),
        ]
        let whole = last(index)
        let long = [whole[0].map { Rational.sum($0, Rational.product(2, cut)) }, whole[1]]
        let made = add(
            "Conv1DTranspose", index, step: cut > 0 ? "whole" : nil, said, to: [from], shape: long,
            arrays: [turned(node, "weight", [2, 1, 0], "vars/0")] + bias(node))
        if cut == 0 { return made }
        return add("Cropping1D", index, [.init("cropping", list([cut, cut]))], to: [made], shape: whole)
    }

    mutating func dense(_ index: Int, _ node: Node) throws(ForeignError) -> Tensor {
        let said: [Setting] = [
            .init("units", .int(shape(node, "weight").first ?? 0)), .init("activation", try word(node)),
            .init("use_bias", .bool(has(node, "bias"))),
        ]
        return add(
            "Dense", index, said, to: [try input(node)], shape: last(index),
            arrays: [turned(node, "weight", [1, 0], "vars/0")] + bias(node))
    }

    mutating func pool(_ index: Int, _ node: Node) throws(ForeignError) -> Tensor {
        let from = try input(node)
        let axes = from.shape.count - 1
        let size = try sizes(node, "size", axes)
        let stride = (try? sizes(node, "stride", axes)) ?? size
        var padding = "same"
        switch node.arguments["padding"] {
        case .word("valid"): padding = "valid"
        case .word("ceil"): throw refused(node, "its last window may stand over the end (ceil)")
        default: break
        }
        let word = node.kind == "max_pool" ? "MaxPooling" : "AveragePooling"
        return add(
            "\(word)\(axes)D", index,
            [.init("pool_size", list(size)), .init("strides", list(stride)), .init("padding", .string(padding))],
            to: [from], shape: last(index))
    }

    // MARK: Memory

    /// Gates of a GRU go z, r, h there and r, z, n here; two constants become one where Keras has one.
    mutating func recurrence(_ index: Int, _ node: Node) throws(ForeignError) -> Tensor {
        let from = try input(node)
        let units = int(node, "units", 1)
        let isBoth = node.arguments["bidirectional"] == .bool(true)
        let isHard = node.arguments["recurrent_activation"] == .word("hard_sigmoid")
        if isHard, form == .archive {
            throw refused(
                node, "hard_sigmoid of Keras 3 is x / 6 + 0.5; here, as in Keras 2, it is 0.2 x + 0.5",
                help: "a file .h5 is for Keras 2")
        }
        let name = node.kind == "rnn" ? "SimpleRNN" : node.kind.uppercased()
        let isAfter = node.kind == "gru" && node.arguments["reset"] != .word("before")
        var said: [Setting] = [.init("units", .int(units)), .init("return_sequences", true)]
        if node.kind == "gru" { said.append(.init("reset_after", .bool(isAfter))) }
        if node.kind != "rnn" {
            said.append(.init("recurrent_activation", isHard ? "hard_sigmoid" : "sigmoid"))
        }
        for key in ["dropout", "recurrent_dropout"] where number(node, key, 0) > 0 {
            said.append(.init(key, .number(number(node, key, 0))))
        }
        if !isBoth {
            let own = try memory(node, prefix: "", folder: "", isAfter: isAfter)
            return add(name, index, said, to: [from], shape: last(index), arrays: own)
        }
        var own = try memory(node, prefix: "forward.", folder: "forward_layer/", isAfter: isAfter)
        own += try memory(node, prefix: "backward.", folder: "backward_layer/", isAfter: isAfter)
        let config = JSON.object([Setting("name", .string(node.kind))] + said)
        let inner: JSON =
            form == .archive
            ? [
                "module": "keras.layers", "class_name": .string(name), "registered_name": nil, "config": config,
            ] : ["class_name": .string(name), "config": config]
        return add(
            "Bidirectional", index, [.init("merge_mode", "concat"), .init("layer", inner)], to: [from],
            shape: last(index), arrays: own)
    }

    private func memory(
        _ node: Node, prefix: String, folder: String, isAfter: Bool
    ) throws(ForeignError) -> [Part] {
        let order = node.kind == "gru" ? [1, 0, 2] : node.kind == "lstm" ? [0, 1, 2, 3] : [0]
        var own: [Part] = []
        for (place, part) in ["weight_ih", "weight_hh"].enumerated() {
            let rows = Layouts.gates(values(node, prefix + part), order: order)
            let (shape, values) = Layouts.permuted(rows, shape: shape(node, prefix + part), order: [1, 0])
            let name = "\(folder)cell/" + ["kernel", "recurrent_kernel"][place]
            own.append(Part(part: "\(folder)cell/vars/\(place)", name: name, shape: shape, values: values))
        }
        let one = values(node, prefix + "bias")
        let first = Layouts.gates(one.isEmpty ? values(node, prefix + "bias_ih") : one, order: order)
        let second = one.isEmpty ? Layouts.gates(values(node, prefix + "bias_hh"), order: order) : first.map { _ in 0 }
        guard first.count == second.count else { throw refused(node, "its constants have different sizes") }
        let (path, name) = ("\(folder)cell/vars/2", "\(folder)cell/bias")
        if isAfter {
            own.append(Part(part: path, name: name, shape: [2, first.count], values: first + second))
        } else {
            // Without a product between them, two constants are their sum.
            own.append(Part(part: path, name: name, shape: [first.count], values: zip(first, second).map(+)))
        }
        return own
    }

    // MARK: Attention

    mutating func attention(_ index: Int, _ node: Node) throws(ForeignError) -> Tensor {
        let from = try input(node)
        let channels = node.type.shape.channels.number ?? 0
        let heads = max(1, int(node, "heads", 1))
        let size = channels / heads
        let hasBias = has(node, "bias_query")
        var own: [Part] = []
        for part in ["query", "key", "value"] {
            let (_, values) = Layouts.permuted(
                self.values(node, "weight_" + part), shape: [channels, channels], order: [1, 0])
            own.append(
                Part(
                    part: "\(part)_dense/vars/0", name: "\(part)/kernel", shape: [channels, heads, size],
                    values: values))
            if hasBias {
                own.append(
                    Part(
                        part: "\(part)_dense/vars/1", name: "\(part)/bias", shape: [heads, size],
                        values: self.values(node, "bias_" + part)))
            }
        }
        let (_, values) = Layouts.permuted(
            self.values(node, "weight_output"), shape: [channels, channels], order: [1, 0])
        let end = "attention_output/"
        own.append(
            Part(part: "output_dense/vars/0", name: end + "kernel", shape: [heads, size, channels], values: values))
        if hasBias {
            let bias = self.values(node, "bias_output")
            own.append(Part(part: "output_dense/vars/1", name: end + "bias", shape: [channels], values: bias))
        }
        let said: [Setting] = [
            .init("num_heads", .int(heads)), .init("key_dim", .int(size)), .init("use_bias", .bool(hasBias)),
        ]
        let call: [Setting] = node.arguments["causal"] == .bool(true) ? [.init("use_causal_mask", true)] : []
        return add(
            "MultiHeadAttention", index, said, to: [from, from], shape: from.shape, arrays: own, call: call)
    }

    mutating func feedForward(_ index: Int, _ node: Node) throws(ForeignError) -> Tensor {
        let from = try input(node)
        var word = try word(node)
        if node.arguments["activation"] == nil { word = "relu" }
        if number(node, "dropout", 0) > 0 {
            notes.append("'\(node.path)': dropout between its two products was left out")
        }
        func product(_ end: String) -> [Part] {
            [
                turned(node, "weight_" + end, [1, 0], "vars/0"),
                Part(
                    part: "vars/1", name: "bias", shape: shape(node, "bias_" + end), values: values(node, "bias_" + end)
                ),
            ]
        }
        let units = shape(node, "weight_in").first ?? 0
        let wide = add(
            "Dense", index, step: "in", [.init("units", .int(units)), .init("activation", word)], to: [from],
            shape: [from.shape[0], units], arrays: product("in"))
        return add(
            "Dense", index, [.init("units", KerasExport.size(from.shape[1]))], to: [wide], shape: from.shape,
            arrays: product("out"))
    }
}
