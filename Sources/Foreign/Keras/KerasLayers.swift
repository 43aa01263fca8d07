import GraphIR

/// Which Keras layer is which of ours. A class that is not here has no equivalent.
extension KerasBuilder {
    mutating func convert(_ use: Use) throws(ForeignError) -> Int {
        switch use.layer.className {
        case "InputLayer": return try input(use)
        case "Conv1D": return try convolution(use, axes: 1)
        case "Conv2D", "Convolution2D": return try convolution(use, axes: 2)
        case "Conv1DTranspose": return try transposedConvolution(use)
        case "Dense": return try dense(use, use.config)
        case "TimeDistributed": return try timeDistributed(use)
        case "BatchNormalization", "BatchNormalizationV1": return try batchNorm(use)
        case "LayerNormalization": return try layerNorm(use)
        case "Activation": return try activationLayer(use)
        case "ReLU", "LeakyReLU", "ELU", "Softmax": return try activationClass(use)
        case "Dropout", "SpatialDropout1D", "SpatialDropout2D": return try dropout(use)
        case "MaxPooling1D", "MaxPooling2D": return try pool(use, "max_pool")
        case "AveragePooling1D", "AveragePooling2D": return try pool(use, "average_pool")
        case "GlobalMaxPooling1D", "GlobalMaxPooling2D": return try globalPool(use, "global_max_pool")
        case "GlobalAveragePooling1D", "GlobalAveragePooling2D": return try globalPool(use, "global_average_pool")
        case "UpSampling1D", "UpSampling2D": return try upsample(use)
        case "Cropping1D": return try ends(use, "crop", "cropping")
        case "ZeroPadding1D": return try ends(use, "pad", "padding")
        case "Add": return try combination(use, "add")
        case "Subtract": return try combination(use, "subtract")
        case "Multiply": return try combination(use, "multiply")
        case "Concatenate": return try concatenation(use)
        case "Flatten": return try flatten(use)
        case "Reshape": return try reshape(use)
        case "Permute": return try permute(use)
        case "LSTM", "CuDNNLSTM", "GRU", "CuDNNGRU", "SimpleRNN": return try recurrence(use)
        case "Bidirectional": return try bidirectional(use)
        case "MultiHeadAttention": return try multiHeadAttention(use)
        case "SeqSelfAttention": return try seqSelfAttention(use)
        case "FeedForward": return try feedForward(use)
        case "Lambda":
            throw use.refused(
                "it holds a Python function, which is never run and never looked into",
                help: "build the model without it, save its weights, and import those")
        default:
            throw use.refused(
                "this layer has no equivalent here",
                help: "strata layers lists what there is; --list shows what the file holds")
        }
    }

    /// `[null, 6000, 3]`, channels last, as `[3, 6000]`; an open length gets a letter.
    private mutating func input(_ use: Use) throws(ForeignError) -> Int {
        let said = use.config["batch_input_shape"]?.array ?? use.config["batch_shape"]?.array ?? []
        guard said.count >= 2, said.count <= 4 else {
            throw use.refused("its shape \(JSON.array(said).text()) is none of a vector, a sequence or an image")
        }
        let letters = said.count == 4 ? ["H", "W"] : ["T"]
        var sizes: [String] = []
        for (axis, size) in said.dropFirst().dropLast().enumerated() {
            sizes.append(size.int.map(String.init) ?? letters[axis])
        }
        guard let channels = said.last?.int, channels > 0 else {
            throw use.refused("the number of its channels is open")
        }
        let layer = add(use, "input", rank: said.count - 1)
        setShape([String(channels)] + sizes, of: layer)
        return layer
    }

    // MARK: Activations and dropout

    private mutating func activationLayer(_ use: Use) throws(ForeignError) -> Int {
        switch try activation(use) {
        case .none: return try passed(use)
        case .word(let word): return add(use, word, rank: try rank(use))
        case .layer(let name, let said): return add(use, name, said, rank: try rank(use))
        }
    }

    /// What changes nothing is looked through.
    private func passed(_ use: Use) throws(ForeignError) -> Int {
        guard let first = use.inputs.first else { throw use.refused("nothing flows into it") }
        return first
    }

    private mutating func activationClass(_ use: Use) throws(ForeignError) -> Int {
        let rank = try rank(use)
        func number(_ keys: String...) -> Double? { keys.lazy.compactMap { use.config[$0]?.double }.first }
        switch use.layer.className {
        case "ReLU":
            try use.require("max_value", .null)
            try use.require("threshold", 0)
            if let slope = number("negative_slope"), slope != 0 {
                return add(use, "leaky_relu", [.init("slope", KerasBuilder.text(slope))], rank: rank)
            }
            return add(use, "relu", rank: rank)
        case "LeakyReLU":
            let slope = number("alpha", "negative_slope") ?? 0.3
            return add(use, "leaky_relu", [.init("slope", KerasBuilder.text(slope))], rank: rank)
        case "ELU":
            let alpha = number("alpha") ?? 1
            return add(use, "elu", alpha == 1 ? [] : [.init("alpha", KerasBuilder.text(alpha))], rank: rank)
        default:
            let axis = use.config["axis"]?.int ?? -1
            guard axis == -1 || axis == rank else { throw use.refused("it works along axis \(axis), not channels") }
            return add(use, "softmax", rank: rank)
        }
    }

    private mutating func dropout(_ use: Use) throws(ForeignError) -> Int {
        guard let rate = use.config["rate"]?.double ?? use.config["p"]?.double else {
            throw use.refused("its configuration has no 'rate'")
        }
        var said: [ForeignLayer.Argument] = [.init(nil, KerasBuilder.text(rate))]
        if use.layer.className != "Dropout" { said.append(.init("whole", "channels")) }
        if use.layer.call?["training"]?.bool == true { said.append(.init("always", "true")) }
        return add(use, "dropout", said, rank: try rank(use))
    }

    // MARK: Lengths

    private mutating func pool(_ use: Use, _ kind: String) throws(ForeignError) -> Int {
        let size = try use.sizes("pool_size")
        let stride = use.config["strides"].map { $0 != .null } == true ? try use.sizes("strides") : size
        var said: [ForeignLayer.Argument] = [.init(nil, KerasBuilder.extent(size))]
        if stride != size { said.append(.init("stride", KerasBuilder.extent(stride))) }
        let padding = use.config["padding"]?.string ?? "valid"
        guard ["same", "valid"].contains(padding) else { throw use.refused("its padding is '\(padding)'") }
        if padding != "same" { said.append(.init("padding", padding)) }
        try use.require("data_format", "channels_last")
        return add(use, kind, said, rank: try rank(use))
    }

    /// Equal sides are written once.
    static func extent(_ sizes: [Int]) -> String {
        Set(sizes).count == 1 ? String(sizes[0]) : "[" + sizes.map(String.init).joined(separator: ", ") + "]"
    }

    private mutating func globalPool(_ use: Use, _ kind: String) throws(ForeignError) -> Int {
        try use.require("keepdims", false)
        try use.require("data_format", "channels_last")
        return add(use, kind, rank: 1)
    }

    private mutating func upsample(_ use: Use) throws(ForeignError) -> Int {
        try use.require("interpolation", "nearest")
        try use.require("data_format", "channels_last")
        return add(use, "upsample", [.init(nil, KerasBuilder.extent(try use.sizes("size")))], rank: try rank(use))
    }

    private mutating func ends(_ use: Use, _ kind: String, _ key: String) throws(ForeignError) -> Int {
        let sizes = try use.sizes(key)
        let (left, right) = (sizes[0], sizes.count > 1 ? sizes[1] : sizes[0])
        return add(use, kind, [.init(nil, String(left)), .init(nil, String(right))], rank: try rank(use))
    }

    // MARK: Several inputs, and shapes

    private mutating func combination(_ use: Use, _ kind: String) throws(ForeignError) -> Int {
        guard use.inputs.count >= 2 else { throw use.refused("it combines \(use.inputs.count) array") }
        return add(use, kind, rank: try rank(use))
    }

    private mutating func concatenation(_ use: Use) throws(ForeignError) -> Int {
        let rank = try rank(use)
        let axis = use.config["axis"]?.int ?? -1
        switch axis {
        case -1, rank: return add(use, "concat", [.init("axis", "channels")], rank: rank)
        case 1 where rank == 2, -2 where rank == 2: return add(use, "concat", [.init("axis", "time")], rank: rank)
        default: throw use.refused("it joins along axis \(axis), which has no equivalent here")
        }
    }

    private mutating func flatten(_ use: Use) throws(ForeignError) -> Int {
        try use.require("data_format", "channels_last")
        let rank = try rank(use)
        if rank == 1 { return try passed(use) }
        guard rank == 3 else { return add(use, "flatten", [.init("order", "time")], rank: 1) }
        // Of an image, what follows each other in memory are a pixel's channels: they become the last axis first.
        let last = addTurned(use, order: [2, 3, 1], to: nil, suffix: "_last")
        return add(use, "flatten", to: [last], rank: 1)
    }

    private mutating func reshape(_ use: Use) throws(ForeignError) -> Int {
        let target = try use.sizes("target_shape")
        let rank = try rank(use)
        if target.count == 1 { return try flatten(use) }
        guard target.count == 2, rank <= 2, target.allSatisfy({ $0 > 0 }) else {
            throw use.refused("its target \(target) has no equivalent here")
        }
        // What follows each other in memory are a sample's channels: time comes first while the sizes change.
        var last = use.inputs.first ?? 0
        if rank == 2 { last = add(use, "transpose", to: [last], suffix: "_last", rank: 2) }
        let sizes = "[\(target[0]), \(target[1])]"
        last = add(use, "reshape", [.init(nil, sizes)], to: [last], suffix: "_sizes", rank: 2)
        return add(use, "transpose", to: [last], rank: 2)
    }

    /// A transpose whose axes are counted as Keras counts them: from 1, the channels last.
    private mutating func addTurned(_ use: Use, order: [Int], to inputs: [Int]?, suffix: String) -> Int {
        let rank = order.count
        let own = (order.suffix(1) + order.dropLast()).map { $0 == rank ? 0 : $0 }
        var swap = Array(0..<rank)
        swap.swapAt(rank - 1, max(0, rank - 2))
        let said: [ForeignLayer.Argument] =
            own == swap ? [] : [.init("order", "[" + own.map(String.init).joined(separator: ", ") + "]")]
        return add(use, "transpose", said, to: inputs, suffix: suffix, rank: rank)
    }

    private mutating func permute(_ use: Use) throws(ForeignError) -> Int {
        let order = try use.sizes("dims")
        if order == Array(1...max(1, order.count)) { return try passed(use) }
        let rank = try rank(use)
        guard order.sorted() == Array(1...max(1, rank)), order.count == rank else {
            throw use.refused("its order \(order) has no equivalent here")
        }
        return addTurned(use, order: order, to: nil, suffix: "")
    }
}
