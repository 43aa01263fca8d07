import Files
import GraphIR

/// Arithmetic with sizes and other known numbers that exporters leave in a graph.
extension OnnxBuilder {
    /// More numbers than any shape has, and fewer than would hurt.
    private static let most = 1 << 20

    /// The numbers that a node comes to, where it takes known ones only.
    func folded(_ node: OnnxFile.Node) throws(ForeignError) -> OnnxTensor? {
        if node.type == "Constant" { return try constant(node) }
        if node.type == "Shape" { return shape(node) }
        var taken: [OnnxTensor] = []
        for input in node.inputs where !input.isEmpty {
            guard let tensor = numbers(input) else { return nil }
            taken.append(tensor)
        }
        guard let first = taken.first, first.values.count <= OnnxBuilder.most else { return nil }
        var result: OnnxTensor?
        switch node.type {
        case "Cast": result = cast(first, to: node.attributes["to"]?.int ?? 1)
        case "Unsqueeze", "Squeeze", "Reshape": result = reshaped(node, taken)
        case "Transpose":
            let order = node.attributes["perm"]?.ints ?? Array(first.shape.indices.reversed())
            guard order.sorted() == Array(first.shape.indices) else { return nil }
            let (shape, values) = Layouts.permuted(first.values, shape: first.shape, order: order)
            result = OnnxTensor(shape: shape, values: values)
        case "Concat": result = joined(taken)
        case "Gather": result = gathered(taken)
        case "Slice": result = sliced(taken)
        case "Add", "Sub", "Mul", "Div": result = combined(node.type, taken)
        case "ConstantOfShape":
            guard let sizes = first.ints, let count = product(sizes), count <= OnnxBuilder.most else { return nil }
            let value = node.attributes["value"]?.tensor
            result = OnnxTensor(shape: sizes, values: [Float](repeating: value?.values.first ?? 0, count: count))
            if let whole = value?.ints?.first { result?.ints = [Int](repeating: whole, count: count) }
        default: return nil
        }
        result?.name = first.name
        return result
    }

    private func constant(_ node: OnnxFile.Node) throws(ForeignError) -> OnnxTensor {
        if let tensor = node.attributes["value"]?.tensor { return tensor }
        if let value = node.attributes["value_float"]?.float { return OnnxTensor(shape: [], values: [value]) }
        if let value = node.attributes["value_int"]?.int { return OnnxTensor(shape: [], ints: [value]) }
        if let list = node.attributes["value_floats"] {
            return OnnxTensor(shape: [list.floats.count], values: list.floats)
        }
        if let list = node.attributes["value_ints"] { return OnnxTensor(shape: [list.ints.count], ints: list.ints) }
        throw refused(node, "it holds no numbers that are read here")
    }

    /// Of what flows, if every size is known.
    private func shape(_ node: OnnxFile.Node) -> OnnxTensor? {
        if let tensor = numbers(node, 0) { return OnnxTensor(shape: [tensor.shape.count], ints: tensor.shape) }
        guard case .layer(let ref) = known(node, 0) else { return nil }
        let sizes = ref.form.map { length(of: $0, in: ref.layer) }
        let all = sizes.compactMap { $0 }
        guard all.count == sizes.count else { return nil }
        let start = node.attributes["start"]?.int ?? 0
        let end = node.attributes["end"]?.int ?? all.count
        guard start >= 0, start <= end, end <= all.count else { return nil }
        return OnnxTensor(shape: [end - start], ints: Array(all[start..<end]))
    }

    private func cast(_ tensor: OnnxTensor, to kind: Int) -> OnnxTensor {
        var result = tensor
        switch kind {
        case 1, 10, 11, 16: result.ints = nil
        case 9: result.ints = tensor.values.map { $0 == 0 ? 0 : 1 }
        default: result.ints = tensor.ints ?? tensor.values.map { Int(exactly: $0.rounded(.towardZero)) ?? 0 }
        }
        return result
    }

    private func reshaped(_ node: OnnxFile.Node, _ taken: [OnnxTensor]) -> OnnxTensor? {
        var result = taken[0]
        let list = taken.count > 1 ? taken[1].ints : node.attributes["axes"]?.ints
        switch node.type {
        case "Reshape":
            guard let wanted = list else { return nil }
            var sizes = wanted.enumerated().map { place, size in
                size == 0 && result.shape.indices.contains(place) ? result.shape[place] : size
            }
            if let open = sizes.firstIndex(of: -1) {
                let rest = sizes.enumerated().filter { $0.offset != open }.map(\.element)
                guard let known = product(rest), known > 0, result.values.count % known == 0 else { return nil }
                sizes[open] = result.values.count / known
            }
            guard product(sizes) == result.values.count else { return nil }
            result.shape = sizes
        case "Squeeze":
            let axes = list.map { $0.map { $0 < 0 ? $0 + result.shape.count : $0 } }
            guard axes?.allSatisfy({ result.shape.indices.contains($0) && result.shape[$0] == 1 }) != false else {
                return nil
            }
            let gone = axes ?? result.shape.indices.filter { result.shape[$0] == 1 }
            result.shape = result.shape.indices.filter { !gone.contains($0) }.map { result.shape[$0] }
        default:
            guard let list, list.count <= 8 else { return nil }
            let rank = result.shape.count + list.count
            for axis in list.map({ $0 < 0 ? $0 + rank : $0 }).sorted() {
                guard axis >= 0, axis <= result.shape.count else { return nil }
                result.shape.insert(1, at: axis)
            }
        }
        return result
    }

    /// Rows of numbers, one behind the other.
    private func joined(_ taken: [OnnxTensor]) -> OnnxTensor? {
        guard taken.allSatisfy({ $0.shape.count == 1 }),
            taken.reduce(0, { Rational.sum($0, $1.values.count) }) <= OnnxBuilder.most
        else { return nil }
        var result = OnnxTensor(shape: [], values: taken.flatMap(\.values))
        result.shape = [result.values.count]
        if taken.allSatisfy({ $0.ints != nil }) { result.ints = taken.flatMap { $0.ints ?? [] } }
        return result
    }

    private func gathered(_ taken: [OnnxTensor]) -> OnnxTensor? {
        guard taken.count == 2, taken[0].shape.count == 1, let places = taken[1].ints else { return nil }
        let source = taken[0]
        var result = OnnxTensor(shape: taken[1].shape, values: [])
        for place in places {
            let place = place < 0 ? place + source.values.count : place
            guard source.values.indices.contains(place) else { return nil }
            result.values.append(source.values[place])
        }
        if let ints = source.ints { result.ints = places.map { ints[$0 < 0 ? $0 + ints.count : $0] } }
        return result
    }

    private func sliced(_ taken: [OnnxTensor]) -> OnnxTensor? {
        let source = taken[0]
        guard taken.count >= 3, source.shape.count == 1, let start = taken[1].ints?.first,
            let end = taken[2].ints?.first,
            taken.count < 5 || taken[4].ints == [1]
        else { return nil }
        let count = source.values.count
        let from = min(count, max(0, start < 0 ? start + count : start))
        let to = min(count, max(from, end < 0 ? end + count : end))
        var result = OnnxTensor(shape: [to - from], values: Array(source.values[from..<to]))
        if let ints = source.ints { result.ints = Array(ints[from..<to]) }
        return result
    }

    private func combined(_ type: String, _ taken: [OnnxTensor]) -> OnnxTensor? {
        guard taken.count == 2 else { return nil }
        let (a, b) = (taken[0], taken[1])
        guard a.shape == b.shape || a.isScalar || b.isScalar else { return nil }
        let longer = a.values.count >= b.values.count ? a : b
        func pick<T>(_ list: [T], _ place: Int) -> T { list.count == 1 ? list[0] : list[place] }
        var result = OnnxTensor(shape: longer.shape, values: [])
        if let x = a.ints, let y = b.ints {
            var ints: [Int] = []
            for place in longer.values.indices {
                let (left, right) = (pick(x, place), pick(y, place))
                let value: Int?
                switch type {
                case "Add": value = sum(left, right)
                case "Sub": value = right == Int.min ? nil : sum(left, -right)
                case "Mul": value = Files.product(left, right)
                default: value = right == 0 || left == Int.min ? nil : left / right
                }
                guard let value else { return nil }
                ints.append(value)
            }
            (result.ints, result.values) = (ints, ints.map(Float.init))
            return result
        }
        result.values = longer.values.indices.map { place in
            let (left, right) = (pick(a.values, place), pick(b.values, place))
            switch type {
            case "Add": return left + right
            case "Sub": return left - right
            case "Mul": return left * right
            default: return left / right
            }
        }
        return result
    }
}
