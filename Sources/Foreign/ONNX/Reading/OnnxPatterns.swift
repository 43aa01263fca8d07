import GraphIR

/// Layers that ONNX says by several operators: norms, products, attention. Each is told by its last operator.
extension OnnxBuilder {
    /// The layer that ends at a node; `nil` where the node stands for itself.
    mutating func pattern(_ index: Int) throws(ForeignError) -> Ref? {
        let node = file.nodes[index]
        switch node.type {
        case "Add":
            if let found = try normOfParts(node) { return found }
            if let found = try feedForward(node) { return found }
            if let found = try attention(node) { return found }
            if let found = try positions(node) { return found }
            return try product(node)
        case "MatMul":
            if let found = try selfAttention(node) { return found }
            if let found = try attention(node) { return found }
            return try product(node)
        case "Mul": return try gelu(node)
        case "Div": return try byPeak(node)
        case "Concat": return try deltas(node)
        case "Log": return try filterBank(node)
        default: return nil
        }
    }

    // MARK: Looking back

    /// The node that makes what another takes, if it is of this type.
    func behind(_ node: OnnxFile.Node, _ place: Int, _ type: String) -> OnnxFile.Node? {
        guard node.inputs.indices.contains(place), let maker = maker(node.input(place)), maker.type == type else {
            return nil
        }
        return maker
    }
    func behind(_ name: String, _ type: String) -> OnnxFile.Node? { maker(name).flatMap { $0.type == type ? $0 : nil } }

    /// Of two inputs the known numbers and the name of the other one.
    func split(_ node: OnnxFile.Node) -> (known: OnnxTensor, other: String)? {
        guard node.inputs.count == 2 else { return nil }
        if let known = numbers(node, 1), numbers(node, 0) == nil { return (known, canonical(node.input(0))) }
        if let known = numbers(node, 0), numbers(node, 1) == nil { return (known, canonical(node.input(1))) }
        return nil
    }
    /// The single axis that a reduction works along.
    func axis(_ node: OnnxFile.Node) -> Int? {
        let axes = node.attributes["axes"]?.ints ?? numbers(node, 1)?.ints ?? []
        return axes.count == 1 ? axes[0] : nil
    }

    // MARK: Norms

    /// `(x - mean) / sqrt(variance + epsilon) * scale + shift`, along the channels.
    private mutating func normOfParts(_ node: OnnxFile.Node) throws(ForeignError) -> Ref? {
        guard let (shift, scaled) = split(node), let times = behind(scaled, "Mul"), let (scale, normed) = split(times),
            let over = behind(normed, "Div"), let root = behind(over, 1, "Sqrt"), let centred = behind(over, 0, "Sub"),
            let mean = behind(centred, 1, "ReduceMean"), canonical(mean.input(0)) == canonical(centred.input(0))
        else { return nil }
        var epsilon: Float = 0
        var variance = canonical(root.input(0))
        if let sum = behind(variance, "Add"), let (known, other) = split(sum), known.isScalar {
            (epsilon, variance) = (known.values[0], other)
        }
        guard let spread = behind(variance, "ReduceMean"), let square = maker(spread.input(0)),
            canonical(square.input(0)) == canonical(over.input(0)),
            square.type == "Pow"
                ? numbers(square, 1)?.values == [2]
                : square.type == "Mul" && canonical(square.input(1)) == canonical(over.input(0)),
            let axis = axis(mean), axis == self.axis(spread), (mean.attributes["keepdims"]?.int ?? 1) == 1
        else { return nil }
        let ref = try settled(centred, 0)
        let place = axis < 0 ? axis + ref.form.count : axis
        guard ref.form.indices.contains(place), ref.form[place] == .own(1) else {
            throw refused(node, "it is a norm along axis \(axis), which is not that of the channels")
        }
        return try addNorm(node, ref, scale, shift, epsilon: epsilon)
    }

    /// `x (1 + erf(x / √2)) / 2`, in either order of its products.
    private mutating func gelu(_ node: OnnxFile.Node) throws(ForeignError) -> Ref? {
        var factors: [String] = []
        var number: Float = 1
        var product = node
        // Of known numbers there are two at most; a longer chain is none of this.
        for _ in 0..<4 {
            guard let (known, other) = split(product), known.isScalar else {
                if product.inputs.count == 2 { factors = product.inputs.map(canonical) }
                break
            }
            number *= known.values[0]
            guard let inner = behind(other, "Mul") else {
                factors.append(other)
                break
            }
            product = inner
        }
        // The half may stand at the input too.
        for (place, factor) in factors.enumerated() {
            guard behind(factor, "Add") == nil, let inner = behind(factor, "Mul"), let (known, other) = split(inner),
                known.values == [0.5]
            else { continue }
            (factors[place], number) = (other, number * 0.5)
        }
        guard factors.count == 2, abs(number - 0.5) < 1e-6 else { return nil }
        for (share, x) in [(factors[0], factors[1]), (factors[1], factors[0])] {
            guard let sum = behind(share, "Add"), let (one, curve) = split(sum), one.values == [1],
                let erf = behind(curve, "Erf"), let scaled = maker(erf.input(0)), let (root, inner) = split(scaled),
                root.isScalar, inner == x,
                abs(scaled.type == "Div" ? root.values[0] - 1.414_213_5 : root.values[0] - 0.707_106_8) < 1e-5
            else { continue }
            let ref = try ref(to: x)
            let made = add(node, "gelu", to: [ref.layer], shape: shapes[ref.layer])
            return Ref(layer: made.layer, form: ref.form)
        }
        return nil
    }

    /// A window divided by its own largest magnitude before anything else sees it: that is preparation here.
    private mutating func byPeak(_ node: OnnxFile.Node) throws(ForeignError) -> Ref? {
        var peak = node.inputs.count == 2 ? maker(node.input(1)) : nil
        var axes: Set<Int> = []
        // Three maxima and what keeps them from zero; a longer chain is none of this.
        for _ in 0..<8 {
            guard let current = peak, ["ReduceMax", "Add", "Clip"].contains(current.type) else { break }
            if current.type == "ReduceMax" {
                let list = current.attributes["axes"]?.ints ?? numbers(current, 1)?.ints ?? []
                axes.formUnion(list.map { $0 < 0 ? $0 + 3 : $0 })
            }
            peak = maker(current.input(0))
        }
        guard let magnitude = peak, magnitude.type == "Abs", canonical(magnitude.input(0)) == canonical(node.input(0))
        else { return nil }
        let ref = try ref(node, 0)
        guard graph.layers[ref.layer].kind == "input", [[2], [1, 2]].contains(axes) else {
            throw refused(node, "it divides by a peak within the network; preparation does that before it")
        }
        prepare("normalize(peak, each: \(axes.count == 2 ? "window" : "channel"))")
        note("\(node.title) divides each window by its peak: here preparation does that, and the network does not")
        return ref
    }

    // MARK: Products

    /// `x W + b` along the channels: a dense layer, or a convolution of width 1.
    private mutating func product(_ node: OnnxFile.Node) throws(ForeignError) -> Ref? {
        guard let parts = parts(of: node) else { return nil }
        var ref = try settled(to: parts.input)
        guard ref.form.last == .own(1) || ref.form.count == 3, parts.matrix.shape.count == 2 else { return nil }
        if ref.form.last != .own(1) { ref = try turned(ref, to: OnnxBuilder.last, for: node.title) }
        let made = try dense(node, ref.layer, parts.matrix, isTurned: false, bias: parts.bias)
        return Ref(layer: made.layer, form: ref.form)
    }

    struct Product {
        var input: String
        var matrix: OnnxTensor
        var bias: OnnxTensor?
    }
    /// A product with known numbers behind a node, with the constant that is added, if one is.
    func parts(of node: OnnxFile.Node) -> Product? {
        var (times, bias): (OnnxFile.Node, OnnxTensor?) = (node, nil)
        if node.type == "Add" {
            guard let (known, other) = split(node), let inner = behind(other, "MatMul") else { return nil }
            (times, bias) = (inner, known)
        }
        guard times.type == "MatMul", let matrix = numbers(times, 1), matrix.shape.count == 2, numbers(times, 0) == nil
        else { return nil }
        return Product(input: canonical(times.input(0)), matrix: matrix, bias: bias)
    }

    /// Two products with something bent between them, as wide in the end as in the beginning.
    private mutating func feedForward(_ node: OnnxFile.Node) throws(ForeignError) -> Ref? {
        guard let outer = parts(of: node), let outerBias = outer.bias, let bend = maker(outer.input) else { return nil }
        var (word, inner): (String, OnnxFile.Node?) = ("relu", nil)
        switch bend.type {
        case "Relu", "Sigmoid", "Tanh":
            (word, inner) = (bend.type.lowercased(), maker(bend.input(0)))
        case "Gelu": (word, inner) = ("gelu", maker(bend.input(0)))
        case "Mul":
            (word, inner) = ("gelu", bentByGelu(bend))
        default: return nil
        }
        guard let inner, let first = parts(of: inner), let innerBias = first.bias,
            first.matrix.shape == outer.matrix.shape.reversed()
        else { return nil }
        var ref = try settled(to: first.input)
        guard ref.form.count == 3 else { return nil }
        if ref.form.last != .own(1) { ref = try turned(ref, to: OnnxBuilder.last, for: node.title) }
        let units = first.matrix.shape[1]
        let channels = first.matrix.shape[0]
        guard shapes[ref.layer][0] == channels, innerBias.values.count == units, outerBias.values.count == channels
        else {
            throw refused(node, "its matrices do not fit \(shapes[ref.layer][0] ?? 0) channels")
        }
        var said: [ForeignLayer.Argument] = [.init(nil, String(units))]
        if word != "relu" { said.append(.init("activation", word)) }
        let made = add(
            node, "feed_forward", said, to: [ref.layer],
            weights: [
                turned("weight_in", first.matrix), weight("bias_in", innerBias, shape: [units]),
                turned("weight_out", outer.matrix), weight("bias_out", outerBias, shape: [channels]),
            ], shape: shapes[ref.layer])
        return Ref(layer: made.layer, form: ref.form)
    }

    /// What a gelu of several operators bends.
    private func bentByGelu(_ node: OnnxFile.Node) -> OnnxFile.Node? {
        var open = node.inputs
        for _ in 0..<12 {
            guard let name = open.popLast() else { return nil }
            guard let node = maker(name) else { continue }
            if node.type == "Erf", let scaled = maker(node.input(0)), let (_, inner) = split(scaled) {
                return maker(inner)
            }
            if ["Mul", "Add", "Div"].contains(node.type) { open += node.inputs }
        }
        return nil
    }

    func turned(_ name: String, _ tensor: OnnxTensor) -> ForeignWeight {
        let (shape, values) = Layouts.permuted(tensor.values, shape: tensor.shape, order: [1, 0])
        return weight(name, tensor, shape: shape, values: values)
    }
}
