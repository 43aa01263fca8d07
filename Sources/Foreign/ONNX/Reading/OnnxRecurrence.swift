import GraphIR

/// LSTM, GRU and RNN: time comes first there, gates have an order of their own, and both biases lie in one row.
extension OnnxBuilder {
    mutating func recurrence(_ node: OnnxFile.Node) throws(ForeignError) -> Ref {
        try checkState(node)
        let units = node.attributes["hidden_size"]?.int ?? 0
        let direction = node.attributes["direction"]?.text ?? "forward"
        guard ["forward", "bidirectional"].contains(direction) else {
            throw refused(node, "it runs in \(direction) only", help: "bidirectional: true is the nearest")
        }
        let directions = direction == "forward" ? 1 : 2
        let time: [Axis] = [.own(2), .own(0), .own(1)]
        var ref = try settled(node)
        if ref.form != time {
            guard ref.form.count == 3, ref.form[1] == .own(0) else {
                throw refused(node, "its input does not begin with time and batch", help: "layout = 1 is not read")
            }
            // Channels first, whatever they were: a transpose of the layer's own axes.
            ref = try turned(
                Ref(layer: ref.layer, form: [.own(0), ref.form[2], ref.form[0]]), to: OnnxBuilder.plain(3),
                for: node.title)
        }
        let kind = node.type.lowercased()
        let (said, order) = try memorySettings(node, kind, units: units, directions: directions)
        let weights = try memoryWeights(node, order, units, directions, features: shapes[ref.layer][0])
        var all = said
        if weights.contains(where: { $0.name.hasSuffix("bias_ih") }) { all.append(.init("biases", "two")) }
        let channels = Rational.product(units, directions)
        let made = add(
            node, kind, all, to: [ref.layer], weights: weights, shape: [channels, shapes[ref.layer][1]],
            label: memoryLabel(node))
        return Ref(layer: made.layer, form: [.own(2), .direction, .own(0), .unit])
    }

    /// Our own files call the matrices after the layer: `context.0.lstm/W`.
    private func memoryLabel(_ node: OnnxFile.Node) -> String? {
        node.inputs.count > 1 && node.input(1).hasSuffix("/W") ? String(node.input(1).dropLast(2)) : nil
    }

    /// It begins with zeros, sees all samples, and gives all.
    private func checkState(_ node: OnnxFile.Node) throws(ForeignError) {
        for place in [4, 5, 6, 7] where node.inputs.indices.contains(place) && !node.input(place).isEmpty {
            let isZero = numbers(node, place).map { $0.values.allSatisfy { $0 == 0 } } ?? isMadeZero(node.input(place))
            guard place > 4, isZero else {
                throw refused(
                    node,
                    ["its lengths", "its first state", "its first cells", "its peepholes"][place - 4]
                        + " have no equivalent here")
            }
        }
        guard (node.attributes["layout"]?.int ?? 0) == 0, node.attributes["clip"] == nil,
            (node.attributes["input_forget"]?.int ?? 0) == 0
        else { throw refused(node, "its layout, clip or input_forget has no equivalent here") }
    }

    /// Zeros of a size that depends on the batch.
    private func isMadeZero(_ name: String) -> Bool {
        guard var node = maker(name) else { return false }
        if node.type == "Expand", let first = node.inputs.first {
            if let tensor = numbers(first) { return tensor.values.allSatisfy { $0 == 0 } }
            guard let inner = maker(first) else { return false }
            node = inner
        }
        return node.type == "ConstantOfShape" && (node.attributes["value"]?.tensor?.values.first ?? 0) == 0
    }

    private func memorySettings(
        _ node: OnnxFile.Node, _ kind: String, units: Int, directions: Int
    ) throws(ForeignError) -> (said: [ForeignLayer.Argument], order: [Int]) {
        guard units > 0, units <= 16384 else { throw refused(node, "its hidden_size is \(units)") }
        var said: [ForeignLayer.Argument] = [.init(nil, String(units))]
        if directions == 2 { said.append(.init("bidirectional", "true")) }
        let standard = kind == "lstm" ? ["Sigmoid", "Tanh", "Tanh"] : kind == "gru" ? ["Sigmoid", "Tanh"] : ["Tanh"]
        var hard = standard
        if kind != "rnn" { hard[0] = "HardSigmoid" }
        func all(_ list: [String]) -> [String] { (0..<directions).flatMap { _ in list } }
        let words = node.attributes["activations"]?.texts ?? []
        if kind != "rnn", words == all(hard) {
            let slopes = node.attributes["activation_alpha"]?.floats ?? []
            let shifts = node.attributes["activation_beta"]?.floats ?? []
            guard slopes.allSatisfy({ abs($0 - 0.2) < 1e-6 }), shifts.allSatisfy({ $0 == 0.5 }) else {
                throw refused(node, "its HardSigmoid is none of 0.2 x + 0.5")
            }
            said.append(.init("recurrent_activation", "hard_sigmoid"))
        } else if !words.isEmpty, words != all(standard) {
            throw refused(node, "its activations \(words) have no equivalent here")
        }
        switch kind {
        case "lstm": return (said, [0, 2, 3, 1])
        case "gru":
            if (node.attributes["linear_before_reset"]?.int ?? 0) == 0 { said.append(.init("reset", "before")) }
            return (said, [1, 0, 2])
        default: return (said, [0])
        }
    }

    private func memoryWeights(
        _ node: OnnxFile.Node, _ order: [Int], _ units: Int, _ directions: Int, features: Int?
    ) throws(ForeignError) -> [ForeignWeight] {
        let rows = Rational.product(order.count, units)
        guard let input = numbers(node, 1), let memory = numbers(node, 2), input.shape.count == 3,
            Array(input.shape.prefix(2)) == [directions, rows], features == nil || input.shape[2] == features,
            memory.shape == [directions, rows, units]
        else { throw refused(node, "its matrices are computed, or have other sizes than \(units) units make") }
        let bias = numbers(node, 3)
        guard bias.map({ $0.shape == [directions, 2 * rows] }) ?? (node.inputs.count < 4 || node.input(3).isEmpty)
        else {
            throw refused(node, "its biases are computed, or have other sizes than \(units) units make")
        }
        let constants = bias?.values ?? [Float](repeating: 0, count: directions * 2 * rows)
        let isTwo = (0..<directions).contains { way in
            constants[way * 2 * rows + rows..<(way + 1) * 2 * rows].contains { $0 != 0 }
        }
        func part(_ values: [Float], _ way: Int, _ count: Int, from: Int = 0, stride: Int? = nil) -> [Float] {
            let start = way * (stride ?? count) + from
            return Layouts.gates(Array(values[start..<start + count]), order: order)
        }
        var weights: [ForeignWeight] = []
        for way in 0..<directions {
            let prefix = directions == 1 ? "" : way == 0 ? "forward." : "backward."
            let width = input.shape[2]
            weights += [
                weight(
                    prefix + "weight_ih", input, shape: [rows, width], values: part(input.values, way, rows * width)),
                weight(
                    prefix + "weight_hh", memory, shape: [rows, units], values: part(memory.values, way, rows * units)),
            ]
            let source = bias ?? OnnxTensor(shape: [], values: [])
            let first = part(constants, way, rows, stride: 2 * rows)
            weights.append(weight(prefix + (isTwo ? "bias_ih" : "bias"), source, shape: [rows], values: first))
            if isTwo {
                let second = part(constants, way, rows, from: rows, stride: 2 * rows)
                weights.append(weight(prefix + "bias_hh", source, shape: [rows], values: second))
            }
        }
        return weights
    }
}
