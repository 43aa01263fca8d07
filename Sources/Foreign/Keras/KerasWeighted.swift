import GraphIR

/// Convolutions, dense layers and norms.
extension KerasBuilder {
    mutating func convolution(_ use: Use, axes: Int) throws(ForeignError) -> Int {
        try use.require("data_format", "channels_last")
        let rank = try rank(use)
        guard rank == axes + 1 else { throw use.refused("its input has \(rank) axes") }
        var said = try slidingArguments(use, axes: axes)
        let groups = use.config["groups"]?.int ?? 1
        if groups != 1 { said.append(.init("groups", String(groups))) }
        let padding = use.config["padding"]?.string ?? "valid"
        guard ["same", "valid", "causal"].contains(padding) else { throw use.refused("its padding is '\(padding)'") }
        if padding != "same" { said.append(.init("padding", padding)) }
        let order = axes == 1 ? [2, 1, 0] : [3, 2, 0, 1]
        let weights = try kernelAndBias(use, order: order, said: &said)
        return try addActivated(use, "conv", said, weights: weights, rank: rank)
    }

    mutating func transposedConvolution(_ use: Use) throws(ForeignError) -> Int {
        try use.require("data_format", "channels_last")
        try use.require("output_padding", .null)
        var said = try slidingArguments(use, axes: 1)
        let padding = use.config["padding"]?.string ?? "valid"
        guard ["same", "valid"].contains(padding) else { throw use.refused("its padding is '\(padding)'") }
        if padding != "valid" { said.append(.init("padding", padding)) }
        let weights = try kernelAndBias(use, order: [2, 1, 0], said: &said)
        return try addActivated(use, "conv_transpose", said, weights: weights, rank: 2)
    }

    private func slidingArguments(_ use: Use, axes: Int) throws(ForeignError) -> [ForeignLayer.Argument] {
        var said: [ForeignLayer.Argument] = [
            .init(nil, String(try use.int("filters"))), .init(nil, KerasBuilder.extent(try use.sizes("kernel_size"))),
        ]
        let stride = try use.sizes("strides")
        if stride.contains(where: { $0 != 1 }) { said.append(.init("stride", KerasBuilder.extent(stride))) }
        if use.config["dilation_rate"] != nil {
            let dilation = try use.sizes("dilation_rate")
            if dilation.contains(where: { $0 != 1 }) { said.append(.init("dilation", KerasBuilder.extent(dilation))) }
        }
        return said
    }

    /// The two arrays of a layer with a kernel, and its penalties.
    private func kernelAndBias(
        _ use: Use, order: [Int], said: inout [ForeignLayer.Argument], reshaped: [Int]? = nil
    ) throws(ForeignError) -> [ForeignWeight] {
        let hasBias = use.flag("use_bias", standard: true)
        if !hasBias { said.append(.init("bias", "false")) }
        for (key, prefix) in [("kernel_regularizer", ""), ("bias_regularizer", "bias_")] {
            let penalty = use.config[key]?["config"]
            for word in ["l1", "l2"] {
                if let value = penalty?[word]?.double, value != 0 {
                    said.append(.init(prefix + word, KerasBuilder.text(value)))
                }
            }
        }
        guard try expect(use, hasBias ? 2 : 1) else { return [] }
        let kernel = try weight(use, "weight", 0, order: order, reshaped: reshaped)
        return [kernel] + (hasBias ? [try weight(use, "bias", 1)] : [])
    }

    /// Of a sequence a dense layer is a convolution of width 1.
    mutating func dense(_ use: Use, _ config: JSON) throws(ForeignError) -> Int {
        let rank = try rank(use)
        let units = try use.int("units")
        var said: [ForeignLayer.Argument] = [.init(nil, String(units))]
        if rank > 1 { said.append(.init(nil, "1")) }
        let features = units > 0 ? (use.arrays.first?.count ?? 0) / units : 0
        let shape = [units, features] + [Int](repeating: 1, count: rank - 1)
        let weights = try kernelAndBias(use, order: [1, 0], said: &said, reshaped: rank > 1 ? shape : nil)
        return try addActivated(use, rank == 1 ? "dense" : "conv", said, weights: weights, rank: rank)
    }

    mutating func timeDistributed(_ use: Use) throws(ForeignError) -> Int {
        guard let inner = use.config["layer"], let config = inner["config"] else {
            throw use.refused("it has no layer within")
        }
        let name = inner["class_name"]?.string ?? "a layer without a class"
        guard name == "Dense" else { throw use.refused("of \(name), which has no equivalent here") }
        var layer = use.layer
        layer.config = config
        return try dense(Use(layer, inputs: use.inputs, arrays: use.arrays), config)
    }

    /// Whether the axis that a norm works along is the last one.
    private func isLast(_ axis: JSON?, rank: Int) -> Bool {
        guard let axis, axis != .null else { return true }
        let places = axis.array?.compactMap(\.int) ?? axis.int.map { [$0] } ?? []
        return places == [-1] || places == [rank]
    }

    mutating func batchNorm(_ use: Use) throws(ForeignError) -> Int {
        let rank = try rank(use)
        guard isLast(use.config["axis"], rank: rank) else { throw use.refused("its axis is not that of the channels") }
        let (hasScale, hasCentre) = (use.flag("scale", standard: true), use.flag("center", standard: true))
        var said: [ForeignLayer.Argument] = []
        if let momentum = use.config["momentum"]?.double, Float(momentum) != 0.99 {
            said.append(.init("momentum", KerasBuilder.text(momentum)))
        }
        if let epsilon = use.config["epsilon"]?.double, Float(epsilon) != 1e-3 {
            said.append(.init("epsilon", KerasBuilder.text(epsilon)))
        }
        if !hasScale { said.append(.init("scale", "false")) }
        var weights: [ForeignWeight] = []
        if try expect(use, 2 + (hasScale ? 1 : 0) + (hasCentre ? 1 : 0)) {
            var next = 0
            func take(_ name: String) throws(ForeignError) -> ForeignWeight {
                defer { next += 1 }
                return try weight(use, name, next)
            }
            if hasScale { weights.append(try take("weight")) }
            if hasCentre { weights.append(try take("bias")) }
            let mean = try take("running_mean")
            if !hasCentre {
                let zeros = [Float](repeating: 0, count: mean.values.count)
                weights.append(ForeignWeight(name: "bias", shape: mean.shape, values: zeros, sources: []))
            }
            weights += [mean, try take("running_var")]
        }
        return add(use, "batch_norm", said, weights: weights, rank: rank)
    }

    /// Keras's own says its axis; EQTransformer's class of the same name has none.
    mutating func layerNorm(_ use: Use) throws(ForeignError) -> Int {
        let rank = try rank(use)
        guard isLast(use.config["axis"], rank: rank) else { throw use.refused("its axis is not that of the channels") }
        try use.require("center", true)
        try use.require("scale", true)
        try use.require("rms_scaling", false)
        let epsilon = use.config["epsilon"]?.double ?? 1e-3
        let said = Float(epsilon) == 1e-5 ? [] : [ForeignLayer.Argument("epsilon", KerasBuilder.text(epsilon))]
        let weights = try expect(use, 2) ? [try weight(use, "weight", 0), try weight(use, "bias", 1)] : []
        return add(use, "layer_norm", said, weights: weights, rank: rank)
    }
}
