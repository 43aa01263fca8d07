import Foundation
import GraphIR

/// Attention in its two forms, and what tells it where a sample stands.
extension OnnxBuilder {
    // MARK: EQTransformer's additive attention

    /// `w x`, where `w` are exponentials of a score of every pair of samples, divided by their sum.
    mutating func selfAttention(_ node: OnnxFile.Node) throws(ForeignError) -> Ref? {
        guard let share = behind(node, 0, "Div"), let sum = behind(share, 1, "Add"), let (epsilon, total) = split(sum),
            epsilon.isScalar, let whole = behind(total, "ReduceSum"),
            canonical(whole.input(0)) == canonical(share.input(0))
        else { return nil }
        var weights = canonical(share.input(0))
        var width: Int?
        if let (mask, inner) = masked(weights) {
            weights = inner
            width = try reach(mask, node)
        }
        guard let exponential = behind(weights, "Exp"), let lowered = behind(exponential, 0, "Sub"),
            let highest = behind(lowered, 1, "ReduceMax"), canonical(highest.input(0)) == canonical(lowered.input(0)),
            let score = score(canonical(lowered.input(0))), let bent = behind(score.input, "Tanh"),
            let pairs = behind(bent, 0, "Add"), let (bias, both) = split(pairs), let parts = pairParts(both),
            parts.query.input == parts.key.input, parts.query.input == canonical(node.input(1))
        else { return nil }
        let ref = try turned(try ref(node, 1), to: OnnxBuilder.last, for: node.title)
        let units = parts.query.matrix.shape[1]
        guard parts.query.matrix.shape == parts.key.matrix.shape, shapes[ref.layer][0] == parts.query.matrix.shape[0],
            bias.values.count == units, score.matrix.values.count == units, score.bias.isScalar
        else { throw refused(node, "the sizes of its attention do not go together") }
        var said: [ForeignLayer.Argument] = [.init(nil, String(units))]
        if let width { said.append(.init("width", String(width))) }
        if epsilon.values[0] != 1e-7 { said.append(.init("epsilon", KerasBuilder.text(Double(epsilon.values[0])))) }
        let made = add(
            node, "self_attention", said, to: [ref.layer],
            weights: [
                turned("weight_query", parts.query.matrix), turned("weight_key", parts.key.matrix),
                weight("bias", bias, shape: [units]), weight("weight_score", score.matrix, shape: [units]),
                weight("bias_score", score.bias, shape: [1]),
            ], shape: shapes[ref.layer], label: attentionLabel(node))
        return Ref(layer: made.layer, form: OnnxBuilder.last)
    }

    /// Our own files call its steps after the layer: `global.attention/weights`.
    private func attentionLabel(_ node: OnnxFile.Node) -> String? {
        guard let name = node.outputs.first, let slash = name.lastIndex(of: "/") else { return nil }
        return String(name[..<slash])
    }

    private struct Score {
        var input: String
        var matrix: OnnxTensor
        var bias: OnnxTensor
    }
    /// A number for each pair: a product with one column, its constant before or behind the axis that goes.
    private func score(_ name: String) -> Score? {
        var name = name
        var bias: OnnxTensor?
        for _ in 0..<4 {
            guard let node = maker(name) else { return nil }
            switch node.type {
            case "Add":
                guard bias == nil, let (known, other) = split(node) else { return nil }
                (bias, name) = (known, other)
            case "Squeeze", "Reshape": name = canonical(node.input(0))
            case "MatMul":
                guard let matrix = numbers(node, 1), let bias else { return nil }
                return Score(input: canonical(node.input(0)), matrix: matrix, bias: bias)
            default: return nil
            }
        }
        return nil
    }

    /// Query and key, told by where their axis of length one was put.
    private func pairParts(_ name: String) -> (query: Product, key: Product)? {
        guard let sum = behind(name, "Add") else { return nil }
        var (query, key): (Product?, Product?)
        for place in 0..<2 {
            guard let wide = behind(sum, place, "Unsqueeze"),
                let axis = wide.attributes["axes"]?.ints.first ?? numbers(wide, 1)?.ints?.first,
                let product = maker(wide.input(0)).flatMap({ parts(of: $0) })
            else { return nil }
            if axis == 2 || axis == -2 { query = product } else if axis == 1 || axis == -3 { key = product }
        }
        guard let query, let key else { return nil }
        return (query, key)
    }

    private enum Mask {
        /// For each pair, whether it counts.
        case known(OnnxTensor)
        case bounds(low: Int, high: Int)
    }

    private func masked(_ name: String) -> (Mask, inner: String)? {
        guard let node = maker(name) else { return nil }
        if node.type == "Where", node.inputs.count == 3, let mask = numbers(node, 0),
            numbers(node, 2)?.values.allSatisfy({ $0 == 0 }) == true
        {
            return (.known(mask), canonical(node.input(1)))
        }
        guard node.type == "Mul" else { return nil }
        if let (band, inner) = split(node) { return (.known(band), inner) }
        for place in 0..<2 {
            if let bounds = bounds(canonical(node.input(place))) { return (bounds, canonical(node.input(1 - place))) }
        }
        return nil
    }

    /// `low <= column - row < high`, for a length that is open.
    private func bounds(_ name: String) -> Mask? {
        guard let cast = behind(name, "Cast"), let both = behind(cast, 0, "And"),
            let above = behind(both, 0, "GreaterOrEqual"), let below = behind(both, 1, "Less"),
            canonical(above.input(0)) == canonical(below.input(0)), let low = numbers(above, 1)?.ints?.first,
            let high = numbers(below, 1)?.ints?.first
        else { return nil }
        return .bounds(low: low, high: high)
    }

    /// How many neighbours a band of ones lets through; `nil` where it lets through all.
    private func reach(_ mask: Mask, _ node: OnnxFile.Node) throws(ForeignError) -> Int? {
        let refusal = refused(node, "the pairs that its attention leaves out are no band about the diagonal")
        switch mask {
        case .bounds(let low, let high):
            let width = high.subtractingReportingOverflow(low)
            guard !width.overflow, width.partialValue > 0, low == -(width.partialValue / 2) else { throw refusal }
            return width.partialValue
        case .known(let band):
            let length = band.shape.last ?? 0
            guard length > 0, band.values.count == Rational.product(length, length) else { throw refusal }
            let first = band.values[..<length].count { $0 != 0 }
            let last = band.values[(length - 1) * length..<length * length].count { $0 != 0 }
            if first == length, last == length, band.values.allSatisfy({ $0 == 1 }) { return nil }
            let width = first + last - 1
            for row in 0..<length {
                for column in 0..<length {
                    let isNear = column >= row - width / 2 && column < row - width / 2 + width
                    guard band.values[row * length + column] == (isNear ? 1 : 0) else { throw refusal }
                }
            }
            return width
        }
    }

    // MARK: Scaled products

    /// Heads, each a softmax over scaled products of queries and keys, and one product of them all.
    mutating func attention(_ node: OnnxFile.Node) throws(ForeignError) -> Ref? {
        guard let output = parts(of: node), let joined = behind(output.input, "Reshape"),
            let together = behind(joined, 0, "Transpose"), let seen = behind(together, 0, "MatMul"),
            let weights = behind(seen, 0, "Softmax"), let value = head(canonical(seen.input(1)), [0, 2, 1, 3])
        else { return nil }
        var energy = canonical(weights.input(0))
        var isCausal = false
        if let sum = behind(energy, "Add") {
            guard let product = sum.inputs.first(where: { behind(canonical($0), "Mul") != nil }),
                let mask = sum.inputs.first(where: { $0 != product })
            else { return nil }
            guard isTriangle(canonical(mask)) else {
                throw refused(node, "its mask is not that of what comes later, which alone has an equivalent")
            }
            (energy, isCausal) = (canonical(product), true)
        }
        guard let scaled = behind(energy, "Mul"), let (scale, product) = split(scaled), scale.isScalar,
            let pairs = behind(product, "MatMul"), let query = head(canonical(pairs.input(0)), [0, 2, 1, 3]),
            let key = head(canonical(pairs.input(1)), [0, 2, 3, 1])
        else { return nil }
        let inputs = Set([query, key, value].map(\.product.input))
        guard inputs.count == 1, query.sizes == key.sizes, query.sizes == value.sizes, query.sizes[0] > 0,
            query.sizes[1] > 0,
            abs(scale.values[0] * Float(query.sizes[1]).squareRoot() - 1) < 1e-5
        else { throw refused(node, "it is attention of one sequence to another, or scaled otherwise than here") }
        let ref = try turned(try ref(to: query.product.input), to: OnnxBuilder.last, for: node.title)
        let channels = Rational.product(query.sizes[0], query.sizes[1])
        let all = [("query", query.product), ("key", key.product), ("value", value.product), ("output", output)]
        let hasBias = query.product.bias != nil
        guard shapes[ref.layer][0] == channels,
            all.allSatisfy({
                $0.1.matrix.shape == [channels, channels] && ($0.1.bias != nil) == hasBias
                    && ($0.1.bias?.values.count ?? channels) == channels
            })
        else { throw refused(node, "its heads times their size are not its channels, or only some have a constant") }
        var said: [ForeignLayer.Argument] = [.init(nil, String(query.sizes[0]))]
        if isCausal { said.append(.init("causal", "true")) }
        if !hasBias { said.append(.init("bias", "false")) }
        var arrays: [ForeignWeight] = []
        for (name, product) in all {
            arrays.append(turned("weight_" + name, product.matrix))
            if let bias = product.bias { arrays.append(weight("bias_" + name, bias, shape: [channels])) }
        }
        let made = add(node, "attention", said, to: [ref.layer], weights: arrays, shape: shapes[ref.layer])
        return Ref(layer: made.layer, form: OnnxBuilder.last)
    }

    /// A product cut into heads: `[batch, time, heads, size]`, its axes in another order.
    private func head(_ name: String, _ order: [Int]) -> (product: Product, sizes: [Int])? {
        guard let turned = behind(name, "Transpose"), turned.attributes["perm"]?.ints == order,
            let cut = behind(turned, 0, "Reshape"), let sizes = numbers(cut, 1)?.ints, sizes.count == 4,
            let product = maker(cut.input(0)).flatMap({ parts(of: $0) })
        else { return nil }
        return (product, Array(sizes.suffix(2)))
    }

    /// Nothing on and below the diagonal, less than anything above it; or the same for an open length.
    private func isTriangle(_ name: String) -> Bool {
        if let mask = numbers(name) {
            let length = mask.shape.last ?? 0
            guard mask.values.count == Rational.product(length, length) else { return false }
            return mask.values.indices.allSatisfy { place in
                place % max(1, length) > place / max(1, length) ? mask.values[place] < -1e8 : mask.values[place] == 0
            }
        }
        guard let choice = behind(name, "Where"), let later = behind(choice, 0, "Greater"),
            numbers(later, 1)?.ints == [0], let low = numbers(choice, 1)?.values.first, low < -1e8
        else { return false }
        return numbers(choice, 2)?.values == [0]
    }

    // MARK: Waves

    /// Waves of many lengths that are added to what flows.
    mutating func positions(_ node: OnnxFile.Node) throws(ForeignError) -> Ref? {
        guard node.inputs.count == 2 else { return nil }
        if let (waves, other) = split(node), waves.shape.count == 3, waves.shape[0] == 1 {
            let ref = try settled(to: other)
            let (channels, time) = (waves.shape[1], waves.shape[2])
            guard ref.form == OnnxBuilder.plain(3), shapes[ref.layer] == [channels, time], channels >= 1, time >= 2
            else {
                return nil
            }
            let base = channels > 2 ? waveBase(waves.values[2 * time + 1], channels) : 10000
            let wanted = PositionWaves.values(channels: channels, time: time, base: base)
            guard zip(wanted, waves.values).allSatisfy({ abs($0 - $1) < 1e-4 }) else { return nil }
            return addPositions(node, ref, base)
        }
        for place in 0..<2 {
            guard let cast = behind(node, place, "Cast"), let bent = behind(cast, 0, "Sin"),
                let moved = behind(bent, 0, "Add"), let (_, turns) = split(moved), let times = behind(turns, "Mul"),
                let (slowness, _) = split(times)
            else { continue }
            let ref = try settled(node, 1 - place)
            guard ref.form == OnnxBuilder.plain(3), shapes[ref.layer][0] == slowness.values.count else { return nil }
            let count = slowness.values.count
            let base = count > 2 ? pow(1 / Double(slowness.values[2]), Double(count) / 2) : 10000
            return addPositions(node, ref, KerasBuilder.snapped(base))
        }
        return nil
    }

    private func waveBase(_ first: Float, _ channels: Int) -> Double {
        KerasBuilder.snapped(pow(1 / asin(Double(first)), Double(channels) / 2))
    }

    private mutating func addPositions(_ node: OnnxFile.Node, _ ref: Ref, _ base: Double) -> Ref {
        let said = base == 10000 ? [] : [ForeignLayer.Argument("base", KerasBuilder.text(base))]
        return add(node, "positional_encoding", said, to: [ref.layer], shape: shapes[ref.layer])
    }
}
