import GraphIR

/// Recurrences and attention.
extension KerasBuilder {
    mutating func recurrence(_ use: Use) throws(ForeignError) -> Int {
        let kind = try memoryKind(use.layer.className, use)
        let said = try memoryArguments(use, kind)
        let weights = use.arrays.isEmpty ? [] : try memoryWeights(use, kind, arrays: use.arrays[...], prefix: "")
        let memory = add(use, kind, said, weights: weights, rank: 2)
        return use.flag("return_sequences", standard: false) ? memory : lastSample(use, of: memory)
    }

    /// Only what is there after the last sample goes on.
    private mutating func lastSample(_ use: Use, of memory: Int) -> Int {
        let last = add(
            use, "crop", [.init("to", "1"), .init("keep", "end")], to: [memory], suffix: "_last", rank: 2)
        return add(use, "flatten", to: [last], suffix: "_state", rank: 1)
    }

    mutating func bidirectional(_ use: Use) throws(ForeignError) -> Int {
        guard let inner = use.config["layer"], let config = inner["config"] else {
            throw use.refused("it has no layer within")
        }
        guard (use.config["merge_mode"]?.string ?? "concat") == "concat" else {
            throw use.refused("it merges by \(use.config["merge_mode"]?.text() ?? ""); only concat has an equivalent")
        }
        var layer = use.layer
        layer.config = config
        let within = Use(layer, inputs: use.inputs, arrays: use.arrays)
        let kind = try memoryKind(inner["class_name"]?.string ?? "", use)
        guard within.flag("return_sequences", standard: false) else {
            throw use.refused(
                "it gives one state for each direction, which has no equivalent here",
                help: "with return_sequences=True it has one")
        }
        var said = try memoryArguments(within, kind)
        said.insert(.init("bidirectional", "true"), at: 1)
        var weights: [ForeignWeight] = []
        if !use.arrays.isEmpty {
            let half = use.arrays.count / 2
            weights = try memoryWeights(within, kind, arrays: use.arrays[..<half], prefix: "forward.")
            weights += try memoryWeights(within, kind, arrays: use.arrays[half...], prefix: "backward.")
        }
        return add(use, kind, said, weights: weights, rank: 2)
    }

    private func memoryKind(_ className: String, _ use: Use) throws(ForeignError) -> String {
        switch className {
        case "LSTM", "CuDNNLSTM": return "lstm"
        case "GRU", "CuDNNGRU": return "gru"
        case "SimpleRNN": return "rnn"
        default: throw use.refused("of \(className), which has no equivalent here")
        }
    }

    private func isReset(after use: Use) -> Bool { use.config["reset_after"]?.bool ?? isThree }

    private func memoryArguments(_ use: Use, _ kind: String) throws(ForeignError) -> [ForeignLayer.Argument] {
        for key in ["go_backwards", "stateful", "return_state"] { try use.require(key, false) }
        try use.require("activation", "tanh")
        var said: [ForeignLayer.Argument] = [.init(nil, String(try use.int("units")))]
        if kind == "gru" {
            let after = isReset(after: use)
            said += after ? [.init("biases", "two")] : [.init("reset", "before")]
        }
        if kind != "rnn" {
            // Keras had hard sigmoids before version 2.3, and says so in each configuration.
            switch try activation(use, "recurrent_activation") {
            case .word("sigmoid"), .none: break
            case .word("hard_sigmoid"): said.append(.init("recurrent_activation", "hard_sigmoid"))
            default: throw use.refused("its recurrent_activation has no equivalent here")
            }
        }
        for (key, name) in [("dropout", "dropout"), ("recurrent_dropout", "recurrent_dropout")] {
            if let rate = use.config[key]?.double, rate != 0 { said.append(.init(name, KerasBuilder.text(rate))) }
        }
        return said
    }

    /// Kernels are transposed; a GRU's gates go z, r, h there and r, z, n here.
    private func memoryWeights(
        _ use: Use, _ kind: String, arrays: ArraySlice<ForeignArray>, prefix: String
    ) throws(ForeignError) -> [ForeignWeight] {
        let hasBias = use.flag("use_bias", standard: true)
        guard arrays.count == (hasBias ? 3 : 2) else {
            throw use.refused("the file holds \(use.arrays.count) arrays for it, another number than its kind has")
        }
        let part = Use(use.layer, inputs: use.inputs, arrays: Array(arrays))
        let units = try use.int("units")
        let count = kind == "lstm" ? 4 : kind == "gru" ? 3 : 1
        let order = kind == "gru" ? [1, 0, 2] : Array(0..<count)
        func turned(_ weight: ForeignWeight) throws(ForeignError) -> ForeignWeight {
            guard weight.values.count % max(1, count * units) == 0, weight.shape.first == count * units else {
                throw use.refused("its arrays have other sizes than \(units) units make")
            }
            var weight = weight
            weight.values = Layouts.gates(weight.values, order: order)
            return weight
        }
        var weights = [
            try turned(try self.weight(part, prefix + "weight_ih", 0, order: [1, 0])),
            try turned(try self.weight(part, prefix + "weight_hh", 1, order: [1, 0])),
        ]
        let rows = count * units
        let bias = hasBias ? part.arrays[2].values : []
        let sources = hasBias ? [part.arrays[2].name] : []
        func constant(_ name: String, _ values: [Float]) throws(ForeignError) {
            let filled = values.isEmpty ? [Float](repeating: 0, count: rows) : values
            guard filled.count == rows else { throw use.refused("its bias has \(filled.count) numbers, not \(rows)") }
            weights.append(
                try turned(ForeignWeight(name: prefix + name, shape: [rows], values: filled, sources: sources)))
        }
        if kind == "gru", isReset(after: use) {
            guard bias.isEmpty || bias.count == 2 * rows else {
                throw use.refused("its bias has \(bias.count) numbers instead of \(2 * rows)")
            }
            try constant("bias_ih", Array(bias.prefix(rows)))
            try constant("bias_hh", Array(bias.dropFirst(rows)))
        } else {
            try constant("bias", bias)
        }
        return weights
    }

    // MARK: Attention

    mutating func multiHeadAttention(_ use: Use) throws(ForeignError) -> Int {
        let heads = try use.int("num_heads")
        let size = try use.int("key_dim")
        guard Set(use.inputs).count == 1 else {
            throw use.refused("its query and value differ; only attention of a sequence to itself has an equivalent")
        }
        if let value = use.config["value_dim"]?.int, value != size { throw use.refused("key_dim and value_dim differ") }
        try use.require("output_shape", .null)
        if let axes = use.config["attention_axes"], axes != .null, axes != [1] {
            throw use.refused("its attention_axes \(axes.text()) have no equivalent; [1], along time, have")
        }
        let hasBias = use.flag("use_bias", standard: true)
        var said: [ForeignLayer.Argument] = [.init(nil, String(heads))]
        if use.layer.call?["use_causal_mask"]?.bool == true { said.append(.init("causal", "true")) }
        if !hasBias { said.append(.init("bias", "false")) }
        var weights: [ForeignWeight] = []
        if try expect(use, hasBias ? 8 : 4) {
            let channels = Rational.product(heads, size)
            let step = hasBias ? 2 : 1
            for (index, part) in ["query", "key", "value", "output"].enumerated() {
                let shape = use.arrays[index * step].shape
                let inner = part == "output" ? shape.last : shape.first
                guard shape.count == 3, inner == channels else {
                    throw use.refused(
                        "its heads times key_dim is \(channels) and its channels \(inner ?? 0); they must be equal here"
                    )
                }
                let order = part == "output" ? [2, 0, 1] : [1, 2, 0]
                weights.append(
                    try weight(use, "weight_\(part)", index * step, order: order, reshaped: [channels, channels]))
                if hasBias {
                    weights.append(try weight(use, "bias_\(part)", index * step + 1, reshaped: [channels]))
                }
            }
        }
        return add(use, "attention", said, weights: weights, to: [use.inputs[0]], rank: 2)
    }

    /// EQTransformer's additive attention.
    mutating func seqSelfAttention(_ use: Use) throws(ForeignError) -> Int {
        try use.require("attention_type", "additive")
        try use.require("history_only", false)
        try use.require("use_additive_bias", true)
        try use.require("use_attention_bias", true)
        if case .none = try activation(use, "attention_activation") {
        } else {
            throw use.refused("its attention_activation has no equivalent here")
        }
        var said: [ForeignLayer.Argument] = [.init(nil, String(try use.int("units")))]
        if let width = use.config["attention_width"]?.int { said.append(.init("width", String(width))) }
        var weights: [ForeignWeight] = []
        if try expect(use, 5) {
            weights = [
                try weight(use, "weight_query", 0, order: [1, 0]), try weight(use, "weight_key", 1, order: [1, 0]),
                try weight(use, "bias", 2),
                try weight(use, "weight_score", 3, reshaped: [use.arrays[3].count]), try weight(use, "bias_score", 4),
            ]
        }
        return add(use, "self_attention", said, weights: weights, rank: 2)
    }

    /// EQTransformer's two dense layers of each sample.
    mutating func feedForward(_ use: Use) throws(ForeignError) -> Int {
        try use.require("use_bias", true)
        var said: [ForeignLayer.Argument] = [.init(nil, String(try use.int("units")))]
        switch try activation(use) {
        case .word("relu"): break
        case .word(let word): said.append(.init("activation", word))
        default: throw use.refused("its activation has no equivalent here")
        }
        if let rate = use.config["dropout_rate"]?.double, rate != 0 {
            said.append(.init("dropout", KerasBuilder.text(rate)))
        }
        var weights: [ForeignWeight] = []
        if try expect(use, 4) {
            weights = [
                try weight(use, "weight_in", 0, order: [1, 0]), try weight(use, "bias_in", 1),
                try weight(use, "weight_out", 2, order: [1, 0]), try weight(use, "bias_out", 3),
            ]
        }
        return add(use, "feed_forward", said, weights: weights, rank: 2)
    }
}
