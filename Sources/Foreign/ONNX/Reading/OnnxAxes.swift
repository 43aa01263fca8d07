import Files
import GraphIR

/// What only moves axes: mostly nothing is left of it, as layers say along which axis they work.
extension OnnxBuilder {
    mutating func transpose(_ node: OnnxFile.Node) throws(ForeignError) -> Ref {
        let ref = try ref(node)
        let order = node.attributes["perm"]?.ints ?? Array(ref.form.indices.reversed())
        guard order.sorted() == Array(ref.form.indices) else { throw refused(node, "its order \(order) is none") }
        return Ref(layer: ref.layer, form: order.map { ref.form[$0] })
    }

    /// Axes of length one that come and go.
    mutating func axes(_ node: OnnxFile.Node) throws(ForeignError) -> Ref {
        var ref = try ref(node)
        let listed = node.attributes["axes"]?.ints ?? numbers(node, 1)?.ints
        if node.type == "Unsqueeze" {
            guard let listed, listed.count <= 4 else { throw refused(node, "its axes are computed") }
            let rank = ref.form.count + listed.count
            for axis in listed.map({ $0 < 0 ? $0 + rank : $0 }).sorted() {
                guard axis >= 0, axis <= ref.form.count else { throw refused(node, "it has no axis \(axis)") }
                ref.form.insert(.one, at: axis)
            }
            return settle(ref)
        }
        let all = ref.form.indices.filter { length(of: ref.form[$0], in: ref.layer) == 1 && ref.form[$0] != .own(0) }
        let gone = listed.map { $0.map { $0 < 0 ? $0 + ref.form.count : $0 } } ?? all
        for axis in gone {
            guard ref.form.indices.contains(axis), length(of: ref.form[axis], in: ref.layer) == 1,
                ref.form[axis] != .own(0)
            else { throw refused(node, "it takes away axis \(axis), which is longer than one") }
        }
        ref.form = ref.form.indices.filter { !gone.contains($0) }.map { ref.form[$0] }
        if !ref.form.contains(.direction), let unit = ref.form.firstIndex(of: .unit) { ref.form[unit] = .own(1) }
        return ref
    }

    mutating func flatten(_ node: OnnxFile.Node) throws(ForeignError) -> Ref {
        let ref = try settled(node)
        let axis = node.attributes["axis"]?.int ?? 1
        guard axis == 1 || axis == 1 - ref.form.count else { throw refused(node, "it flattens from axis \(axis) on") }
        return try flattened(node, ref)
    }

    private mutating func flattened(_ node: OnnxFile.Node, _ ref: Ref) throws(ForeignError) -> Ref {
        guard ref.form.first == .own(0) else { throw refused(node, "it flattens the batch too") }
        var ref = ref
        let rest = ref.form.dropFirst().filter { $0 != .one }
        if rest == [.own(1)] { return Ref(layer: ref.layer, form: [.own(0), .own(1)]) }
        var said: [ForeignLayer.Argument] = []
        if rest == [.own(2), .own(1)], shapes[ref.layer].count == 2 {
            said = [.init("order", "time")]
        } else {
            ref = try turned(ref, to: OnnxBuilder.plain(shapes[ref.layer].count + 1), for: node.title)
        }
        return add(node, "flatten", said, to: [ref.layer], shape: [count(of: ref.layer)])
    }

    /// The numbers in one sample; `nil` where a size is open.
    private func count(of layer: Int) -> Int? {
        let sizes = shapes[layer].compactMap { $0 }
        return sizes.count == shapes[layer].count ? product(sizes) : nil
    }

    mutating func reshape(_ node: OnnxFile.Node) throws(ForeignError) -> Ref {
        let ref = try settled(node)
        guard let target = numbers(node, 1)?.ints, !target.isEmpty, target.allSatisfy({ $0 >= -1 }) else {
            throw refused(node, "its target is computed")
        }
        if let merged = merged(ref, target) { return merged }
        let plain = ref.form.filter { $0 != .one }
        let isKept =
            target.count == plain.count
            && zip(target, plain).allSatisfy { [-1, length(of: $1, in: ref.layer)].contains($0) }
        if isKept, target.count(where: { $0 == -1 }) <= 1 { return Ref(layer: ref.layer, form: plain) }
        guard ref.form.first == .own(0), target[0] <= 0 || target[0] == batch else {
            throw refused(node, "its target \(target) mixes the batch with what is in a sample")
        }
        let count = count(of: ref.layer)
        if target.count == 2 {
            guard target[1] == -1 || target[1] == count else {
                throw refused(node, "its target \(target) has other numbers than a sample")
            }
            return try flattened(node, ref)
        }
        return try resized(node, ref, Array(target.dropFirst()), count)
    }

    private mutating func resized(
        _ node: OnnxFile.Node, _ ref: Ref, _ target: [Int], _ count: Int?
    ) throws(ForeignError) -> Ref {
        let whole = try turned(ref, to: OnnxBuilder.plain(shapes[ref.layer].count + 1), for: node.title)
        var sizes: [Int] = []
        for (place, size) in target.enumerated() {
            let same = shapes[whole.layer].indices.contains(place) ? shapes[whole.layer][place] : nil
            sizes.append(size == 0 ? same ?? -2 : size)
        }
        if let open = sizes.firstIndex(of: -1) {
            let known = product(sizes.enumerated().filter { $0.offset != open }.map(\.element)) ?? 0
            guard let count, known > 0, count % known == 0 else {
                throw refused(node, "its target \(target) depends on an open size")
            }
            sizes[open] = count / known
        }
        guard !sizes.contains(-2), product(sizes) != nil, count == nil || product(sizes) == count, sizes.count <= 3
        else {
            throw refused(node, "its target \(target) has other numbers than a sample, or too many axes")
        }
        if sizes.map(Optional.init) == shapes[whole.layer] { return whole }
        let text = "[" + sizes.map(String.init).joined(separator: ", ") + "]"
        return add(node, "reshape", [.init(nil, text)], to: [whole.layer], shape: sizes)
    }

    /// Directions and units of a recurrence become its channels.
    private func merged(_ ref: Ref, _ target: [Int]) -> Ref? {
        guard let place = ref.form.firstIndex(of: .direction), ref.form.indices.contains(place + 1),
            ref.form[place + 1] == .unit, target.count == ref.form.count - 1
        else { return nil }
        var form = ref.form
        form.replaceSubrange(place...place + 1, with: [.own(1)])
        // Sizes that are said must be the ones that there are.
        for (axis, size) in target.enumerated() where size > 0 {
            if let known = length(of: form[axis], in: ref.layer), known != size { return nil }
        }
        return Ref(layer: ref.layer, form: form)
    }

    // MARK: Lengths

    /// The place of the last axis in a form, and how long it is.
    private func lastAxis(_ ref: Ref) -> (place: Int, length: Int?)? {
        let rank = shapes[ref.layer].count
        guard rank >= 2, let place = ref.form.firstIndex(of: .own(rank)) else { return nil }
        return (place, shapes[ref.layer][rank - 1])
    }

    mutating func slice(_ node: OnnxFile.Node) throws(ForeignError) -> Ref {
        let ref = try settled(node)
        guard let starts = numbers(node, 1)?.ints, let ends = numbers(node, 2)?.ints, starts.count == ends.count else {
            throw refused(node, "where it begins and ends is computed")
        }
        let axes = numbers(node, 3)?.ints ?? Array(starts.indices)
        let steps = numbers(node, 4)?.ints ?? starts.map { _ in 1 }
        guard axes.count == starts.count, steps.count == starts.count, steps.allSatisfy({ $0 == 1 }) else {
            throw refused(node, "it takes every n-th sample only", help: "a pool or a stride shortens")
        }
        var (left, right, length) = (0, 0, lastAxis(ref)?.length)
        var keeps: Int?
        for (index, axis) in axes.enumerated() {
            let place = axis < 0 ? axis + ref.form.count : axis
            guard ref.form.indices.contains(place) else { throw refused(node, "it has no axis \(axis)") }
            let known = self.length(of: ref.form[place], in: ref.layer)
            let isAll =
                starts[index] == 0 && (ends[index] >= Int(Int32.max) || (known.map { ends[index] >= $0 } ?? false))
            if isAll { continue }
            guard place == lastAxis(ref)?.place else {
                throw refused(
                    node, "it cuts along axis \(axis); only samples can be cut here", help: "crop cuts the last axis")
            }
            var (start, end) = (starts[index], ends[index])
            if let length {
                start = min(length, max(0, start < 0 ? start + length : start))
                end = min(length, max(0, end < 0 ? end + length : end))
                guard start < end else { throw refused(node, "nothing is left of \(length) samples") }
                (left, right) = (start, length - end)
            } else {
                guard start >= 0, start <= 1_000_000_000, end > -1_000_000_000 else {
                    throw refused(node, "where it begins depends on an open length")
                }
                left = start
                if end < 0 { right = -end } else if end < Int(Int32.max) { keeps = end - start }
            }
        }
        if left == 0, right == 0, keeps == nil { return ref }
        var shape = shapes[ref.layer]
        length = keeps ?? length.map { $0 - left - right }
        shape[shape.count - 1] = length
        var said: [ForeignLayer.Argument] = [.init(nil, String(left)), .init(nil, String(right))]
        if let keeps {
            guard left == 0, keeps > 0 else { throw refused(node, "where it ends depends on an open length") }
            said = [.init("to", String(keeps)), .init("keep", "start")]
        }
        let made = add(node, "crop", said, to: [ref.layer], shape: shape)
        return Ref(layer: made.layer, form: ref.form)
    }

    mutating func pad(_ node: OnnxFile.Node) throws(ForeignError) -> Ref {
        let ref = try settled(node)
        let mode = node.attributes["mode"]?.text ?? "constant"
        guard mode == "constant" else { throw refused(node, "it repeats what is there (\(mode)); pad has one value") }
        guard let pads = numbers(node, 1)?.ints ?? node.attributes["pads"]?.ints, let last = lastAxis(ref) else {
            throw refused(node, "how much it adds is computed")
        }
        let axes = numbers(node, 3)?.ints?.map { $0 < 0 ? $0 + ref.form.count : $0 } ?? Array(ref.form.indices)
        guard pads.count == 2 * axes.count else {
            throw refused(node, "it has \(pads.count) sizes for \(axes.count) axes")
        }
        let value = numbers(node, 2)?.values.first ?? node.attributes["value"]?.float ?? 0
        var (left, right) = (0, 0)
        for (index, axis) in axes.enumerated() {
            let (before, behind) = (pads[index], pads[axes.count + index])
            if before == 0, behind == 0 { continue }
            guard axis == last.place, before >= 0, behind >= 0, before <= 1_000_000_000, behind <= 1_000_000_000 else {
                throw refused(
                    node, "it adds \(before) and \(behind) along axis \(axis)", help: "pad lengthens the last axis")
            }
            (left, right) = (before, behind)
        }
        if left == 0, right == 0 { return ref }
        return try padded(node, ref, left, right, with: value)
    }

    mutating func padded(
        _ node: OnnxFile.Node, _ ref: Ref, _ left: Int, _ right: Int, with value: Float
    ) throws(ForeignError) -> Ref {
        guard abs(value) <= 1e30 else { throw refused(node, "it adds \(value)") }
        var shape = shapes[ref.layer]
        shape[shape.count - 1] = shape[shape.count - 1].map { Rational.sum($0, Rational.sum(left, right)) }
        var said: [ForeignLayer.Argument] = [.init(nil, String(left)), .init(nil, String(right))]
        if value != 0 { said.append(.init("with", KerasBuilder.text(Double(value)))) }
        let label = (node.outputs.first ?? "pad") + (node.type == "Pad" ? "" : "_padded")
        let made = add(node, "pad", said, to: [ref.layer], shape: shape, label: label)
        return Ref(layer: made.layer, form: ref.form)
    }

    mutating func resize(_ node: OnnxFile.Node) throws(ForeignError) -> Ref {
        let input = try layer(node, axes: 3...4)
        func word(_ key: String, _ standard: String) -> String { node.attributes[key]?.text ?? standard }
        guard word("mode", "nearest") == "nearest" else {
            throw refused(node, "it interpolates (\(word("mode", ""))); upsample repeats")
        }
        let sizes = shapes[input]
        var factors: [Int] = []
        if let scales = numbers(node, 2), scales.values.count == sizes.count + 1 {
            for scale in scales.values {
                guard scale >= 1, scale <= 65536, scale == scale.rounded() else {
                    throw refused(node, "it lengthens by \(scale); upsample takes whole numbers")
                }
                factors.append(Int(scale))
            }
        } else if let wanted = numbers(node, 3)?.ints, wanted.count == sizes.count + 1 {
            for (place, size) in wanted.enumerated() {
                guard place > 1, let known = sizes[place - 1], known > 0 else {
                    factors.append(1)
                    continue
                }
                guard size > 0, size % known == 0 else { throw refused(node, "\(known) samples become \(size)") }
                factors.append(size / known)
            }
        } else {
            throw refused(node, "by how much it lengthens is computed")
        }
        // With whole factors, both ways of counting give every sample so many times.
        let counting = word("coordinate_transformation_mode", "half_pixel")
        let rounding = word("nearest_mode", "round_prefer_floor")
        guard (counting == "asymmetric" && rounding == "floor") || counting == "half_pixel" else {
            throw refused(node, "it counts samples as \(counting), \(rounding), which has no equivalent here")
        }
        guard factors.count == sizes.count + 1, factors[0] == 1, factors[1] == 1 else {
            throw refused(node, "it repeats channels or the batch")
        }
        let own = Array(factors.dropFirst(2))
        var shape = sizes
        for (axis, factor) in own.enumerated() {
            shape[axis + 1] = shape[axis + 1].map { Rational.product($0, factor) }
        }
        if own.allSatisfy({ $0 == 1 }) { return Ref(layer: input, form: OnnxBuilder.plain(shape.count + 1)) }
        return add(node, "upsample", [.init(nil, KerasBuilder.extent(own))], to: [input], shape: shape)
    }
}
