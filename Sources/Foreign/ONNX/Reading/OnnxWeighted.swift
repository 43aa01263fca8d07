import Files
import GraphIR

/// Convolutions, dense layers and pools.
extension OnnxBuilder {
    /// What the language calls the zeros around a window.
    private enum Zeros {
        case same, valid, causal, ceil
        case count(Int)
        case ends([Int])
    }
    private struct Sliding {
        var kernel: [Int]
        var strides: [Int]
        var dilations: [Int]
        var pads: [Int]
        var zeros: Zeros
        func reach(_ axis: Int) -> Int { Rational.sum(Rational.product(kernel[axis] - 1, dilations[axis]), 1) }
    }

    private static let widest = 1 << 24

    /// A window's sizes from the attributes, each in bounds.
    private func sliding(_ node: OnnxFile.Node, kernel: [Int], input: Int) throws(ForeignError) -> Sliding {
        let axes = kernel.count
        func list(_ key: String, _ standard: Int, _ count: Int) throws(ForeignError) -> [Int] {
            let said = node.attributes[key]?.ints ?? []
            guard said.isEmpty || said.count == count, said.allSatisfy({ $0 >= 0 && $0 <= OnnxBuilder.widest }) else {
                throw refused(node, "its \(key) \(said.prefix(8)) are none")
            }
            return said.isEmpty ? [Int](repeating: standard, count: count) : said
        }
        var window = Sliding(
            kernel: kernel, strides: try list("strides", 1, axes), dilations: try list("dilations", 1, axes),
            pads: try list("pads", 0, 2 * axes), zeros: .valid)
        guard try list("kernel_shape", 0, axes).elementsEqual(kernel) || node.attributes["kernel_shape"] == nil,
            (window.kernel + window.strides + window.dilations).allSatisfy({ $0 >= 1 && $0 <= OnnxBuilder.widest })
        else { throw refused(node, "its kernel \(kernel) is not the one that it speaks of") }
        let lengths = Array(shapes[input].dropFirst())
        let auto = node.attributes["auto_pad"]?.text ?? "NOTSET"
        func same(_ axis: Int) -> (Int, Int)? {
            let (reach, stride) = (window.reach(axis), window.strides[axis])
            var total = reach - 1
            if stride > 1 {
                guard let length = lengths[axis] else { return nil }
                total = max(0, ((length + stride - 1) / stride - 1) * stride + reach - length)
            }
            return (total / 2, total - total / 2)
        }
        switch auto {
        case "NOTSET", "": break
        case "VALID": window.pads = [Int](repeating: 0, count: 2 * axes)
        case "SAME_UPPER":
            window.zeros = .same
            for axis in 0..<axes {
                (window.pads[axis], window.pads[axes + axis]) = same(axis) ?? (0, 0)
            }
            return window
        default: throw refused(node, "its auto_pad \(auto) puts the odd zero first, which has no equivalent here")
        }
        let pads = window.pads
        let isSame = (0..<axes).allSatisfy { axis in
            same(axis).map { $0.0 == pads[axis] && $0.1 == pads[axes + axis] } ?? false
        }
        if isSame {
            window.zeros = .same
        } else if pads.allSatisfy({ $0 == 0 }) {
            window.zeros = .valid
        } else if axes == 1, pads[1] == 0, pads[0] == window.reach(0) - 1 {
            window.zeros = .causal
        } else if Set(pads).count == 1 {
            window.zeros = .count(pads[0])
        } else {
            window.zeros = .ends(pads)
        }
        return window
    }

    private func lengths(_ window: Sliding, _ input: Int) -> [Int?] {
        let axes = window.kernel.count
        return (0..<axes).map { axis in
            guard let length = shapes[input][axis + 1] else { return nil }
            if case .same = window.zeros { return (length + window.strides[axis] - 1) / window.strides[axis] }
            let room = length + window.pads[axis] + window.pads[axes + axis] - window.reach(axis)
            if case .ceil = window.zeros { return max(0, room + window.strides[axis] - 1) / window.strides[axis] + 1 }
            return room < 0 ? 0 : room / window.strides[axis] + 1
        }
    }

    private func kernel(_ node: OnnxFile.Node) throws(ForeignError) -> OnnxTensor {
        guard let weight = numbers(node, 1) else {
            throw refused(node, "its weights are computed", help: "export the model in evaluation mode")
        }
        guard weight.shape.count == 3 || weight.shape.count == 4, weight.shape.allSatisfy({ $0 > 0 }) else {
            throw refused(
                node,
                "its weights have the sizes \(weight.shape); convolutions along one or two axes have an equivalent")
        }
        return weight
    }

    /// The constant of a weighted layer, if it has one.
    private func bias(_ node: OnnxFile.Node, count: Int, said: inout [ForeignLayer.Argument]) throws(ForeignError)
        -> [ForeignWeight]
    {
        guard node.inputs.count > 2, !node.input(2).isEmpty else {
            said.append(.init("bias", "false"))
            return []
        }
        guard let tensor = numbers(node, 2), tensor.values.count == count else {
            throw refused(node, "its constant is computed, or is not \(count) numbers")
        }
        return [weight("bias", tensor, shape: [count])]
    }

    mutating func convolution(_ node: OnnxFile.Node) throws(ForeignError) -> Ref {
        let kernel = try kernel(node)
        var input = try layer(node, axes: kernel.shape.count...kernel.shape.count)
        let groups = node.attributes["group"]?.int ?? 1
        guard groups >= 1, shapes[input][0] == Rational.product(kernel.shape[1], groups), kernel.shape[0] % groups == 0
        else {
            throw refused(
                node, "its weights \(kernel.shape) do not fit \(shapes[input][0] ?? 0) channels in \(groups) groups")
        }
        var window = try sliding(node, kernel: Array(kernel.shape.dropFirst(2)), input: input)
        if case .ends(let pads) = window.zeros {
            guard pads.count == 2 else { throw refused(node, "its zeros \(pads) have no equivalent here") }
            input = try padded(node, Ref(layer: input, form: OnnxBuilder.plain(3)), pads[0], pads[1], with: 0).layer
            (window.zeros, window.pads) = (.valid, [0, 0])
        }
        var said = arguments(window, count: kernel.shape[0], standard: "same")
        if groups != 1 { said.append(.init("groups", String(groups))) }
        let weights = [weight("weight", kernel)] + (try bias(node, count: kernel.shape[0], said: &said))
        return add(node, "conv", said, to: [input], weights: weights, shape: [kernel.shape[0]] + lengths(window, input))
    }

    private func arguments(_ window: Sliding, count: Int?, standard: String) -> [ForeignLayer.Argument] {
        var said: [ForeignLayer.Argument] = count.map { [.init(nil, String($0))] } ?? []
        said.append(.init(nil, KerasBuilder.extent(window.kernel)))
        let usual = count == nil ? window.kernel : window.strides.map { _ in 1 }
        if window.strides != usual { said.append(.init("stride", KerasBuilder.extent(window.strides))) }
        if window.dilations.contains(where: { $0 != 1 }) {
            said.append(.init("dilation", KerasBuilder.extent(window.dilations)))
        }
        let word: String
        switch window.zeros {
        case .same: word = "same"
        case .valid, .ends: word = "valid"
        case .causal: word = "causal"
        case .ceil: word = "ceil"
        case .count(let count): word = String(count)
        }
        if word != standard { said.append(.init("padding", word)) }
        return said
    }

    mutating func transposedConvolution(_ node: OnnxFile.Node) throws(ForeignError) -> Ref {
        let kernel = try kernel(node)
        let input = try layer(node, axes: kernel.shape.count...kernel.shape.count)
        guard (node.attributes["group"]?.int ?? 1) == 1, shapes[input][0] == kernel.shape[0],
            node.attributes["output_padding"]?.ints.allSatisfy({ $0 == 0 }) != false,
            node.attributes["output_shape"] == nil, ["NOTSET", ""].contains(node.attributes["auto_pad"]?.text ?? "")
        else { throw refused(node, "its groups, output_padding, output_shape or auto_pad have no equivalent here") }
        var window = try sliding(node, kernel: Array(kernel.shape.dropFirst(2)), input: input)
        guard window.dilations.allSatisfy({ $0 == 1 }) else {
            throw refused(node, "its dilation has no equivalent here")
        }
        let axes = window.kernel.count
        let isSame = (0..<axes).allSatisfy { axis in
            let total = window.kernel[axis] - window.strides[axis]
            return total >= 0 && window.pads[axis] == total / 2 && window.pads[axes + axis] == total - total / 2
        }
        if window.pads.allSatisfy({ $0 == 0 }) {
            window.zeros = .valid
        } else if isSame {
            window.zeros = .same
        } else if Set(window.pads).count == 1 {
            window.zeros = .count(window.pads[0])
        } else {
            throw refused(
                node, "it cuts \(window.pads), which has no equivalent here",
                help: "conv_transpose and crop cut what they like")
        }
        var said = arguments(window, count: kernel.shape[1], standard: "valid")
        let weights = [weight("weight", kernel)] + (try bias(node, count: kernel.shape[1], said: &said))
        var shape: [Int?] = [kernel.shape[1]]
        for axis in 0..<axes {
            let cut = Rational.sum(window.pads[axis], window.pads[axes + axis])
            shape.append(
                shapes[input][axis + 1].map {
                    max(
                        0,
                        Rational.sum(Rational.product(max(0, $0 - 1), window.strides[axis]), window.kernel[axis]) - cut)
                })
        }
        return add(node, "conv_transpose", said, to: [input], weights: weights, shape: shape)
    }

    mutating func gemm(_ node: OnnxFile.Node) throws(ForeignError) -> Ref {
        func int(_ key: String) -> Int { node.attributes[key]?.int ?? 0 }
        guard int("transA") == 0, (node.attributes["alpha"]?.float ?? 1) == 1,
            (node.attributes["beta"]?.float ?? 1) == 1,
            let matrix = numbers(node, 1), matrix.shape.count == 2
        else { throw refused(node, "its factors or a turned input have no equivalent, or its weights are computed") }
        let input = try layer(node, axes: 2...2)
        return try dense(
            node, input, matrix, isTurned: int("transB") == 1, bias: node.inputs.count > 2 ? numbers(node, 2) : nil)
    }

    /// - Parameter isTurned: whether the matrix has a row for each result.
    mutating func dense(
        _ node: OnnxFile.Node, _ input: Int, _ matrix: OnnxTensor, isTurned: Bool, bias: OnnxTensor?
    ) throws(ForeignError) -> Ref {
        let (units, features) = isTurned ? (matrix.shape[0], matrix.shape[1]) : (matrix.shape[1], matrix.shape[0])
        let rank = shapes[input].count
        guard shapes[input][0] == nil || shapes[input][0] == features, bias.map({ $0.values.count == units }) != false
        else {
            throw refused(node, "its weights \(matrix.shape) do not fit \(shapes[input][0] ?? 0) channels")
        }
        var values = matrix.values
        if !isTurned { values = Layouts.permuted(matrix.values, shape: matrix.shape, order: [1, 0]).values }
        var said: [ForeignLayer.Argument] = [.init(nil, String(units))]
        if rank > 1 { said.append(.init(nil, "1")) }
        if bias == nil { said.append(.init("bias", "false")) }
        let shape = [units, features] + [Int](repeating: 1, count: rank - 1)
        var weights = [weight("weight", matrix, shape: shape, values: values)]
        if let bias { weights.append(weight("bias", bias, shape: [units])) }
        return add(
            node, rank > 1 ? "conv" : "dense", said, to: [input], weights: weights,
            shape: [units] + shapes[input].dropFirst())
    }

    // MARK: Pools

    mutating func pool(_ node: OnnxFile.Node) throws(ForeignError) -> Ref {
        var input = try layer(node, axes: 3...4)
        let isMax = node.type == "MaxPool"
        guard let size = node.attributes["kernel_shape"]?.ints, size.count == shapes[input].count - 1,
            size.allSatisfy({ $0 > 0 })
        else { throw refused(node, "its size is none") }
        var window = try sliding(node, kernel: size, input: input)
        guard window.dilations.allSatisfy({ $0 == 1 }) else {
            throw refused(node, "its dilation has no equivalent here")
        }
        let isEmpty = window.pads.allSatisfy { $0 == 0 }
        if (node.attributes["ceil_mode"]?.int ?? 0) != 0 {
            guard isEmpty else { throw refused(node, "ceil_mode with zeros has no equivalent here") }
            window.zeros = .ceil
        }
        let counts = (node.attributes["count_include_pad"]?.int ?? 0) != 0
        switch window.zeros {
        case .count, .ends, .causal,
            .same where !isMax && counts && !isEmpty:
            guard window.pads.count == 2, isMax || counts else {
                throw refused(node, "its zeros \(window.pads) have no equivalent here")
            }
            let value: Float = isMax ? -1e30 : 0
            input = try padded(
                node, Ref(layer: input, form: OnnxBuilder.plain(3)), window.pads[0], window.pads[1], with: value
            ).layer
            (window.zeros, window.pads) = (.valid, [0, 0])
        default: break
        }
        let said = arguments(window, count: nil, standard: "same")
        return add(
            node, isMax ? "max_pool" : "average_pool", said, to: [input],
            shape: [shapes[input][0]] + lengths(window, input))
    }

    mutating func globalPool(_ node: OnnxFile.Node) throws(ForeignError) -> Ref {
        let input = try layer(node, axes: 3...4)
        return addGlobal(node, input, isMax: node.type == "GlobalMaxPool", keeps: true)
    }

    private mutating func addGlobal(_ node: OnnxFile.Node, _ input: Int, isMax: Bool, keeps: Bool) -> Ref {
        let kind = isMax ? "global_max_pool" : "global_average_pool"
        var ref = add(node, kind, to: [input], shape: [shapes[input][0]])
        if keeps { ref.form += [Axis](repeating: .one, count: shapes[input].count - 1) }
        return ref
    }

    /// A mean or a maximum over everything behind the channels is a global pool.
    mutating func reduction(_ node: OnnxFile.Node) throws(ForeignError) -> Ref {
        let ref = try settled(node)
        guard let axes = node.attributes["axes"]?.ints ?? numbers(node, 1)?.ints else {
            throw refused(node, "its axes are computed")
        }
        let own = Set(axes.map { $0 < 0 ? $0 + ref.form.count : $0 })
        let form = ref.form
        let wanted = Set(form.indices.filter { form[$0] != .own(0) && form[$0] != .own(1) })
        guard own == wanted, !own.isEmpty, form.first == .own(0) else {
            throw refused(node, "it is taken along \(axes), and is part of no norm that is known")
        }
        let isMax = node.type == "ReduceMax"
        let keeps = (node.attributes["keepdims"]?.int ?? 1) != 0
        let kept = addGlobal(node, ref.layer, isMax: isMax, keeps: false)
        guard keeps else { return kept }
        return Ref(layer: kept.layer, form: form.map { $0 == .own(0) || $0 == .own(1) ? $0 : .one })
    }
}
