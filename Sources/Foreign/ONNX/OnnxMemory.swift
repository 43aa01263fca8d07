import Foundation
import GraphIR

/// Recurrences and attention.
extension OnnxExport {
    /// ONNX wants time first, gates in an order of its own, and both biases in one row.
    mutating func recurrence(_ index: Int, _ node: Node) {
        let order: [Int]
        switch node.kind {
        case "lstm": order = [0, 3, 1, 2]
        case "gru": order = [1, 0, 2]
        default: order = [0]
        }
        let isBoth = node.arguments["bidirectional"] == .bool(true)
        let prefixes = isBoth ? ["forward.", "backward."] : [""]
        let units = int(node, "units", 1)
        let rows = order.count * units
        let features = node.weights.first?.shape.last ?? 0
        var (input, memory, bias): ([Float], [Float], [Float]) = ([], [], [])
        for prefix in prefixes {
            input += Layouts.gates(values(node, prefix + "weight_ih"), order: order)
            memory += Layouts.gates(values(node, prefix + "weight_hh"), order: order)
            let one = values(node, prefix + "bias")
            let first = one.isEmpty ? values(node, prefix + "bias_ih") : one
            let second = one.isEmpty ? values(node, prefix + "bias_hh") : [Float](repeating: 0, count: rows)
            bias += Layouts.gates(first, order: order) + Layouts.gates(second, order: order)
        }
        let directions = prefixes.count
        let arrays = [
            constant(node, "W", input, shape: [directions, rows, features]),
            constant(node, "R", memory, shape: [directions, rows, units]),
            constant(node, "B", bias, shape: [directions, 2 * rows]),
        ]
        var attributes: [(name: String, value: OnnxModel.Attribute)] = [
            ("hidden_size", .int(units)), ("direction", .text(isBoth ? "bidirectional" : "forward")),
        ]
        if node.kind == "gru" {
            attributes.append(("linear_before_reset", .int(node.arguments["reset"] == .word("before") ? 0 : 1)))
        }
        if node.arguments["recurrent_activation"] == .word("hard_sigmoid") {
            let one = node.kind == "lstm" ? ["HardSigmoid", "Tanh", "Tanh"] : ["HardSigmoid", "Tanh"]
            attributes.append(("activations", .texts(prefixes.flatMap { _ in one })))
            attributes.append(("activation_alpha", .floats(prefixes.map { _ in 0.2 })))
            attributes.append(("activation_beta", .floats(prefixes.map { _ in 0.5 })))
        }
        let first = step("Transpose", node, "time_first", inputs(node), [("perm", .ints([2, 0, 1]))])
        let type = node.kind == "rnn" ? "RNN" : node.kind.uppercased()
        let said = step(type, node, type, [first] + arrays, attributes)
        let back = step("Transpose", node, "back", [said], [("perm", .ints([2, 1, 3, 0]))])
        let shape = constant(node, "shape", ints: [0, directions * units, -1])
        add("Reshape", name: node.path, [back, shape], [results[index]])
    }

    mutating func feedForward(_ index: Int, _ node: Node) throws(ForeignError) {
        let last = step("Transpose", node, "last", inputs(node), OnnxExport.swapped)
        let wide = step("MatMul", node, "wide", [last, turned(node, "weight_in")])
        let sum = step("Add", node, "wide_sum", [wide, weight(node, "bias_in")])
        let word = activation(node) ?? "none"
        var between = sum
        if word != "none" {
            between = node.path + "/between"
            try write(activation: word, node, from: sum, to: between)
        }
        let narrow = step("MatMul", node, "narrow", [between, turned(node, "weight_out")])
        let whole = step("Add", node, "narrow_sum", [narrow, weight(node, "bias_out")])
        add("Transpose", name: node.path, [whole], [results[index]], OnnxExport.swapped)
    }

    /// EQTransformer's additive attention, with a band of ones where only neighbours are seen.
    mutating func selfAttention(_ index: Int, _ node: Node) throws(ForeignError) {
        let last = step("Transpose", node, "last", inputs(node), OnnxExport.swapped)
        let query = step("MatMul", node, "query", [last, turned(node, "weight_query")])
        let key = step("MatMul", node, "key", [last, turned(node, "weight_key")])
        let (two, one) = (constant(node, "axis_two", ints: [2]), constant(node, "axis_one", ints: [1]))
        let rows = step("Unsqueeze", node, "rows", [query, two])
        let columns = step("Unsqueeze", node, "columns", [key, one])
        let pairs = step("Add", node, "pairs", [rows, columns])
        let moved = step("Add", node, "moved", [pairs, weight(node, "bias")])
        let bent = step("Tanh", node, "bent", [moved])
        let units = node.weights.first { $0.name == "weight_score" }?.count ?? 0
        let score = constant(node, "score", values(node, "weight_score"), shape: [units, 1])
        let scored = step("MatMul", node, "scored", [bent, score])
        let three = constant(node, "axis_three", ints: [3])
        let flat = step("Squeeze", node, "flat", [scored, three])
        let energy = step("Add", node, "energy", [flat, weight(node, "bias_score")])
        let highest = step("ReduceMax", node, "highest", [energy], [("axes", .ints([2])), ("keepdims", .int(1))])
        let lowered = step("Sub", node, "lowered", [energy, highest])
        var share = step("Exp", node, "exponential", [lowered])
        if case .int(let width) = node.arguments["width"] {
            share = step("Mul", node, "near", [share, band(node, width)])
        }
        let sum = step("ReduceSum", node, "sum", [share, two], [("keepdims", .int(1))])
        let epsilon = constant(node, "epsilon", [Float(number(node, "epsilon", 1e-7))], shape: [])
        let kept = step("Add", node, "kept", [sum, epsilon])
        let weights = step("Div", node, "weights", [share, kept])
        let seen = step("MatMul", node, "seen", [weights, last])
        add("Transpose", name: node.path, [seen], [results[index]], OnnxExport.swapped)
    }

    /// For each pair of samples whether it counts; of an open length the graph works it out.
    private mutating func band(_ node: Node, _ width: Int) -> String {
        guard let time = node.type.shape.dimensions.last?.number else {
            let apart = distances(node)
            let above = step(
                "GreaterOrEqual", node, "above", [apart, constant(node, "low", int: -(width / 2))])
            let below = step("Less", node, "below", [apart, constant(node, "high", int: width - width / 2)])
            let both = step("And", node, "both", [above, below])
            return step("Cast", node, "band", [both], [("to", .int(1))])
        }
        var values = [Float](repeating: 0, count: time * time)
        for row in 0..<time {
            for column in max(0, row - width / 2)..<min(time, row - width / 2 + width) where column >= 0 {
                values[row * time + column] = 1
            }
        }
        return constant(node, "band", values, shape: [time, time])
    }

    /// The places of the samples, for a length that is open.
    private mutating func places(_ node: Node) -> String {
        let sizes = step("Shape", node, "sizes", inputs(node))
        let length = step("Gather", node, "length", [sizes, constant(node, "time", int: 2)])
        let (zero, one) = (constant(node, "first", int: 0), constant(node, "each", int: 1))
        return step("Range", node, "places", [zero, length, one])
    }

    /// Column minus row, for each pair of samples.
    private mutating func distances(_ node: Node) -> String {
        let places = places(node)
        let columns = step("Unsqueeze", node, "across", [places, constant(node, "axis_zero", ints: [0])])
        let rows = step("Unsqueeze", node, "down", [places, constant(node, "axis_first", ints: [1])])
        return step("Sub", node, "apart", [columns, rows])
    }

    /// Less than anything for what comes later.
    private mutating func later(_ node: Node) -> String {
        if let time = node.type.shape.dimensions.last?.number {
            let mask = (0..<time * time).map { $0 % time > $0 / time ? -Float.infinity : 0 }
            return constant(node, "mask", mask, shape: [time, time])
        }
        let apart = distances(node)
        let isLater = step("Greater", node, "later", [apart, constant(node, "same", int: 0)])
        let low = constant(node, "nothing", [-Float.infinity], shape: [])
        return step("Where", node, "mask", [isLater, low, constant(node, "all", [0], shape: [])])
    }

    mutating func attention(_ index: Int, _ node: Node) throws(ForeignError) {
        let heads = int(node, "heads", 1)
        let channels = node.type.shape.channels.number ?? 0
        let size = channels / max(1, heads)
        let hasBias = node.weights.contains { $0.name == "bias_query" }
        let last = step("Transpose", node, "last", inputs(node), OnnxExport.swapped)
        let split = constant(node, "split", ints: [0, 0, heads, size])
        func projected(_ part: String, _ from: String, _ export: inout OnnxExport) -> String {
            let product = export.step("MatMul", node, part, [from, export.turned(node, "weight_\(part)")])
            guard hasBias else { return product }
            return export.step("Add", node, part + "_sum", [product, export.weight(node, "bias_\(part)")])
        }
        var parts: [String] = []
        for (part, order) in [("query", [0, 2, 1, 3]), ("key", [0, 2, 3, 1]), ("value", [0, 2, 1, 3])] {
            let whole = projected(part, last, &self)
            let shaped = step("Reshape", node, part + "_heads", [whole, split])
            parts.append(step("Transpose", node, part + "_first", [shaped], [("perm", .ints(order))]))
        }
        let product = step("MatMul", node, "product", [parts[0], parts[1]])
        let scale = constant(node, "scale", [1 / Float(size).squareRoot()], shape: [])
        var energy = step("Mul", node, "energy", [product, scale])
        if node.arguments["causal"] == .bool(true) {
            energy = step("Add", node, "earlier", [energy, later(node)])
        }
        let weights = step("Softmax", node, "weights", [energy], [("axis", .int(-1))])
        let seen = step("MatMul", node, "seen", [weights, parts[2]])
        let together = step("Transpose", node, "together", [seen], [("perm", .ints([0, 2, 1, 3]))])
        let joined = step(
            "Reshape", node, "joined", [together, constant(node, "join", ints: [0, 0, channels])])
        let whole = projected("output", joined, &self)
        add("Transpose", name: node.path, [whole], [results[index]], OnnxExport.swapped)
    }

    /// Waves for a known length are constants; for an open one the graph makes them, in double precision.
    mutating func positions(_ index: Int, _ node: Node) throws(ForeignError) {
        let shape = node.type.shape
        guard let channels = shape.dimensions.first?.number, shape.rank == 2 else {
            throw refused(node, "the number of its channels is open")
        }
        let base = number(node, "base", 10000)
        if let time = shape.dimensions.last?.number {
            let values = PositionWaves.values(channels: channels, time: time, base: base)
            let waves = constant(node, "waves", values, shape: [1, channels, time])
            return add("Add", name: node.path, inputs(node) + [waves], [results[index]])
        }
        let turns = (0..<channels).map { 1 / PositionWaves.slowness(channel: $0, of: channels, base: base) }
        let places = step("Cast", node, "exact", [places(node)], [("to", .int(11))])
        let slowness = constant(node, "turns", doubles: turns, shape: [channels, 1])
        let angles = step("Mul", node, "angles", [slowness, places])
        let quarters = (0..<channels).map { Double($0 % 2) * Double.pi / 2 }
        let moved = step(
            "Add", node, "moved", [angles, constant(node, "quarters", doubles: quarters, shape: [channels, 1])])
        let bent = step("Sin", node, "bent", [moved])
        let waves = step("Cast", node, "waves", [bent], [("to", .int(1))])
        add("Add", name: node.path, inputs(node) + [waves], [results[index]])
    }
}
