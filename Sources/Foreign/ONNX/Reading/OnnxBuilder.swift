import GraphIR

/// An ONNX graph as layers in Strata's words.
///
/// A value is known numbers, what a layer says (with the axes in an order of their own), or something in between that
/// only means something as a part of a pattern: exponentials, sums over pairs. What is in between becomes a layer where
/// one is wanted; if it cannot, the first operator that has no equivalent is named.
struct OnnxBuilder {
    /// What an axis of an array is to the layer that said it.
    enum Axis: Hashable {
        /// The layer's own, counted with the batch.
        case own(Int)
        /// Of length one, and no axis of the layer.
        case one
        /// The directions of a recurrence, and the units within: together its channels.
        case direction, unit
    }
    struct Ref: Hashable {
        var layer: Int
        var form: [Axis]
    }
    enum Known {
        case numbers(OnnxTensor)
        case layer(Ref)
        /// Of the node of this index.
        case between(Int)
    }

    let file: OnnxFile
    let rate: Double?
    private(set) var graph = ForeignGraph()
    private(set) var notes: [String] = []
    private var values: [String: Known] = [:]
    private var aliases: [String: String] = [:]
    private(set) var makers: [String: Int] = [:]
    private(set) var uses: [String: Int] = [:]
    /// By layer, its sizes without the batch; `nil` is open.
    private(set) var shapes: [[Int?]] = []
    private(set) var batch: Int?
    private var failures: [Int: ForeignError] = [:]
    private var names: Set<String> = []
    private var depth = 0
    /// How many numbers may still be made of the file's: by sums of sizes, turned matrices, weights used again.
    private var budget: Int
    /// Chains of things in between are short; a file with longer ones was made to exhaust the stack.
    private static let deepest = 64

    /// - Parameter rate: of the inputs in Hz, for layers that speak of frequencies.
    init(_ file: OnnxFile, rate: Double?) throws {
        (self.file, self.rate) = (file, rate)
        budget = file.tensors.reduce(1 << 22) { Rational.sum($0, Rational.product(10, $1.values.count)) }
        for tensor in file.tensors { values[tensor.name] = .numbers(tensor) }
        for (index, node) in file.nodes.enumerated() {
            for output in node.outputs where !output.isEmpty {
                guard makers.updateValue(index, forKey: output) == nil, values[output] == nil else {
                    throw ForeignError(.content, "'\(output)' is made twice in the graph, again by \(node.title)")
                }
            }
            for input in node.inputs { uses[input, default: 0] += 1 }
        }
        for port in file.inputs where values[port.name] == nil { try addInput(port) }
        for index in file.nodes.indices { try convert(index) }
        guard file.outputs.count <= 1000 else {
            throw ForeignError(.content, "the graph has \(file.outputs.count) outputs, more than are looked at")
        }
        for port in file.outputs { try addOutput(port) }
        guard !graph.outputs.isEmpty else { throw ForeignError(.content, "the graph names no output") }
        keepWhatIsUsed()
    }

    // MARK: Ends

    private mutating func addInput(_ port: OnnxFile.Port) throws {
        guard let said = port.shape, said.count >= 2, said.count <= 4 else {
            throw ForeignError(
                .content,
                "the input '\(port.name)' is none of a vector, a sequence or an image: "
                    + "\(port.shape.map { "\($0)" } ?? "of unknown shape")")
        }
        guard let channels = Int(said[1]), channels > 0, channels <= OnnxBuilder.longest else {
            throw ForeignError(.content, "the number of channels of the input '\(port.name)' is open: '\(said[1])'")
        }
        if let size = Int(said[0]), size > 0 { batch = size }
        let letters = said.count == 4 ? ["H", "W"] : ["T"]
        var sizes = [String(channels)]
        var shape: [Int?] = [channels]
        for (axis, size) in said.dropFirst(2).enumerated() {
            let number = Int(size).flatMap { $0 > 0 ? $0 : nil }
            guard number ?? 0 <= OnnxBuilder.longest else {
                throw ForeignError(.content, "the input '\(port.name)' has \(size) samples, more than is looked at")
            }
            shape.append(number)
            sizes.append(number.map(String.init) ?? OnnxBuilder.symbol(size, standard: letters[axis]))
        }
        let layer = add("input", [], to: [], shape: shape, label: port.name, origin: "input '\(port.name)'")
        graph.layers[layer].shape = sizes
        values[port.name] = .layer(Ref(layer: layer, form: OnnxBuilder.plain(said.count)))
    }

    /// More samples or channels than any input has; what is worked out from sizes stays within a number.
    private static let longest = 1 << 40

    /// A name that an open size can have; what exporters make up is none.
    private static func symbol(_ name: String, standard: String) -> String {
        let isLegal =
            name.first?.isLetter == true && name.count <= 20
            && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
        return isLegal && LegalName.of(name) == name ? name : standard
    }

    private mutating func addOutput(_ port: OnnxFile.Port) throws {
        let name = canonical(port.name)
        guard values[name] != nil else {
            throw ForeignError(.content, "nothing in the graph makes the output '\(port.name)'")
        }
        let ref = try ref(to: name)
        let wanted = OnnxBuilder.plain(shapes[ref.layer].count + 1)
        let settled = settle(ref)
        var layer = settled.layer
        if settled.form != wanted {
            let lost = wanted.filter { !settled.form.contains($0) }
            if settled.form == wanted.filter({ settled.form.contains($0) }),
                lost.allSatisfy({ length(of: $0, in: layer) == 1 })
            {
                notes.append("the output '\(port.name)' has no axis of its single channel there; here it has one")
            } else {
                layer = try turned(settled, to: wanted, for: "the output '\(port.name)'").layer
            }
        }
        graph.outputs.append(.init(name: LegalName.of(port.name), layer: layer))
    }

    /// Layers that no output needs were made for patterns that came to something else.
    private mutating func keepWhatIsUsed() {
        var isUsed = graph.layers.map { $0.kind == "input" }
        for output in graph.outputs { isUsed[output.layer] = true }
        for index in graph.layers.indices.reversed() where isUsed[index] {
            for input in graph.layers[index].inputs { isUsed[input] = true }
        }
        var places: [Int] = []
        var kept: [ForeignLayer] = []
        for (index, layer) in graph.layers.enumerated() {
            places.append(kept.count)
            guard isUsed[index] else { continue }
            var layer = layer
            layer.inputs = layer.inputs.map { places[$0] }
            kept.append(layer)
        }
        graph.layers = kept
        graph.outputs = graph.outputs.map { .init(name: $0.name, layer: places[$0.layer]) }
    }

    // MARK: Nodes

    private static let passed: Set<String> = ["Identity", "Dropout"]
    /// What means something only with others.
    static let fragments: Set<String> = [
        "MatMul", "Exp", "Erf", "Abs", "Sqrt", "Pow", "Log", "Where", "ReduceSum", "Sin", "Cos", "Range", "Shape",
        "Less",
        "LessOrEqual", "Greater", "GreaterOrEqual", "And", "Div", "Neg", "Reciprocal",
    ]
    /// What can be part of a pattern, if what it takes is.
    private static let perhaps: Set<String> = [
        "Add", "Sub", "Mul", "Sum", "Relu", "Sigmoid", "Tanh", "Elu", "LeakyRelu", "HardSigmoid", "Gelu", "Softmax",
        "LogSoftmax", "Unsqueeze", "Squeeze", "Cast",
    ]

    private mutating func convert(_ index: Int) throws {
        let node = file.nodes[index]
        guard node.domain.isEmpty || node.domain == "ai.onnx" else {
            throw ForeignError(
                .content, "\(node.title) is no operator of ONNX itself", help: "there is no equivalent here")
        }
        for input in node.inputs where !input.isEmpty && values[canonical(input)] == nil {
            throw ForeignError(
                .content,
                makers[input] == nil
                    ? "\(node.title) takes '\(input)', which nothing makes"
                    : "\(node.title) takes '\(input)', which is made behind it: the graph has a circle or no order")
        }
        guard let name = node.outputs.first, !name.isEmpty else {
            throw ForeignError(.content, "\(node.title) has no output")
        }
        if OnnxBuilder.passed.contains(node.type) || isPlainCast(node), let input = node.inputs.first {
            aliases[name] = canonical(input)
            return
        }
        if let numbers = try folded(node) {
            budget -= numbers.values.count
            try checkBudget(node)
            values[name] = .numbers(numbers)
            return
        }
        for output in node.outputs where !output.isEmpty { values[output] = .between(index) }
        if isPart(node) { return }
        // Whether it matters that a node has no equivalent is seen where its result is wanted.
        try? settleNode(index)
        try checkBudget(node)
    }

    private func checkBudget(_ node: OnnxFile.Node) throws(ForeignError) {
        guard budget >= 0 else {
            throw refused(node, "with it the graph's numbers come to more than ten times those in the file")
        }
    }

    private func isPart(_ node: OnnxFile.Node) -> Bool {
        if OnnxBuilder.fragments.contains(node.type) { return true }
        guard OnnxBuilder.perhaps.contains(node.type) else { return false }
        return (0..<node.inputs.count).contains { place in
            if case .layer = known(node, place) { false } else { true }
        } && !(["Squeeze", "Unsqueeze"].contains(node.type) && isLayer(node, 0))
    }

    private func isLayer(_ node: OnnxFile.Node, _ place: Int) -> Bool {
        if case .layer = known(node, place) { true } else { false }
    }

    private func isPlainCast(_ node: OnnxFile.Node) -> Bool {
        node.type == "Cast" && [1, 10, 11, 16].contains(node.attributes["to"]?.int ?? 0) && isLayer(node, 0)
    }

    /// Makes the layer that a node is, or that it ends.
    private mutating func settleNode(_ index: Int) throws(ForeignError) {
        if let error = failures[index] { throw error }
        depth += 1
        defer { depth -= 1 }
        let node = file.nodes[index]
        guard depth <= OnnxBuilder.deepest else { throw refused(node, "it ends a chain that is too long to follow") }
        do throws(ForeignError) {
            var said = try pattern(index)
            if said == nil { said = try strict(node) }
            if let said, let name = node.outputs.first { values[name] = .layer(said) }
        } catch {
            failures[index] = error
            throw error
        }
    }

    // MARK: Values

    func canonical(_ name: String) -> String { aliases[name] ?? name }

    func known(_ node: OnnxFile.Node, _ place: Int) -> Known? {
        node.inputs.indices.contains(place) ? values[canonical(node.input(place))] : nil
    }
    func numbers(_ name: String) -> OnnxTensor? {
        if case .numbers(let tensor) = values[canonical(name)] { tensor } else { nil }
    }
    func numbers(_ node: OnnxFile.Node, _ place: Int) -> OnnxTensor? {
        node.inputs.indices.contains(place) ? numbers(node.input(place)) : nil
    }
    /// The node behind a name, whatever has become of it.
    func maker(_ name: String) -> OnnxFile.Node? { makers[canonical(name)].map { file.nodes[$0] } }

    mutating func ref(to name: String) throws(ForeignError) -> Ref {
        let name = canonical(name)
        if case .between(let index) = values[name] {
            if file.nodes[index].outputs.first == name { try settleNode(index) }
        }
        switch values[name] {
        case .layer(let ref): return ref
        case .numbers: throw ForeignError(.content, "the numbers '\(name)' stand where something that flows is wanted")
        case .between(let index):
            throw refused(file.nodes[index], "only its first output has an equivalent here")
        case nil: throw ForeignError(.content, "nothing in the graph makes '\(name)'")
        }
    }
    mutating func ref(_ node: OnnxFile.Node, _ place: Int = 0) throws(ForeignError) -> Ref {
        guard node.inputs.indices.contains(place), !node.input(place).isEmpty else {
            throw refused(node, "it takes \(node.inputs.count) arrays, too few")
        }
        return try ref(to: node.input(place))
    }

    /// The same with its axes settled. Two statements: what is settled with must be what the first one left.
    mutating func settled(to name: String) throws(ForeignError) -> Ref {
        let found = try ref(to: name)
        return settle(found)
    }
    mutating func settled(_ node: OnnxFile.Node, _ place: Int = 0) throws(ForeignError) -> Ref {
        let found = try ref(node, place)
        return settle(found)
    }

    /// What a node takes as a layer with its axes in the layer's own order.
    mutating func layer(_ node: OnnxFile.Node, _ place: Int = 0, axes: ClosedRange<Int>) throws(ForeignError) -> Int {
        let ref = try ref(node, place)
        let wanted = OnnxBuilder.plain(shapes[ref.layer].count + 1)
        guard axes.contains(wanted.count) else {
            throw refused(node, "it works on \(wanted.count) axes here, which has no equivalent")
        }
        return try turned(ref, to: wanted, for: node.title).layer
    }

    static func plain(_ rank: Int) -> [Axis] { (0..<rank).map { .own($0) } }
    /// The channels at the end, as transformers want them.
    static let last: [Axis] = [.own(0), .own(2), .own(1)]

    func length(of axis: Axis, in layer: Int) -> Int? {
        switch axis {
        case .own(0): batch
        case .own(let place): shapes[layer].indices.contains(place - 1) ? shapes[layer][place - 1] : nil
        case .one: 1
        case .direction: graph.layers[layer].arguments.contains { $0.name == "bidirectional" } ? 2 : 1
        case .unit:
            shapes[layer][0].map { $0 / (length(of: .direction, in: layer) ?? 1) }
        }
    }

    /// Axes of length one that stand for an axis of the layer are that axis.
    func settle(_ ref: Ref) -> Ref {
        var ref = ref
        if let unit = ref.form.firstIndex(of: .unit), !ref.form.contains(.direction) { ref.form[unit] = .own(1) }
        let lost = OnnxBuilder.plain(shapes[ref.layer].count + 1).filter { !ref.form.contains($0) }
        if lost.count == 1, length(of: lost[0], in: ref.layer) == 1, ref.form.count(where: { $0 == .one }) == 1,
            let place = ref.form.firstIndex(of: .one)
        {
            ref.form[place] = lost[0]
        }
        return ref
    }

    /// The same array as what a layer says in another order of axes; a transpose is put in where none fits.
    mutating func turned(_ ref: Ref, to wanted: [Axis], for place: String) throws(ForeignError) -> Ref {
        var ref = settle(ref)
        let rank = shapes[ref.layer].count + 1
        if ref.form != wanted, ref.form.filter({ $0 != .one }) == wanted {
            ref.form = wanted
        }
        if ref.form == wanted { return ref }
        let order = ref.form.compactMap { if case .own(let axis) = $0 { axis } else { nil } }
        let target = wanted.compactMap { if case .own(let axis) = $0 { axis } else { nil } }
        guard order.count == rank, target.count == rank, ref.form.count == rank, wanted.count == rank,
            Set(order).count == rank, order.first == 0, target.first == 0
        else { throw ForeignError(.content, "\(place) takes its axes in an order that has no equivalent here") }
        // Axis `target[k]` of the new layer is axis `order[k]` of the old one.
        var moved = [Int](repeating: 0, count: rank)
        for (old, new) in zip(order, target) { moved[new] = old }
        let axes = moved.dropFirst().map { $0 - 1 }
        let shape = axes.map { shapes[ref.layer][$0] }
        let isSwap = axes == (rank == 3 ? [1, 0] : [0, 2, 1])
        let said: [ForeignLayer.Argument] =
            isSwap ? [] : [.init("order", "[" + axes.map(String.init).joined(separator: ", ") + "]")]
        let label = graph.layers[ref.layer].name + "_turned"
        let layer = add(
            "transpose", said, to: [ref.layer], shape: shape, label: label, origin: "Transpose before \(place)")
        return Ref(layer: layer, form: wanted)
    }

    // MARK: What the chapters use

    func refused(_ node: OnnxFile.Node, _ why: String, help: String? = nil) -> ForeignError {
        ForeignError(.content, "\(node.title): \(why)", help: help)
    }

    mutating func add(
        _ kind: String, _ arguments: [ForeignLayer.Argument], to inputs: [Int], weights: [ForeignWeight] = [],
        shape: [Int?], label: String, origin: String
    ) -> Int {
        let name = LegalName.unique(label, among: &names)
        graph.layers.append(
            ForeignLayer(
                name: name, kind: kind, arguments: arguments, inputs: inputs, weights: weights, origin: origin))
        shapes.append(shape)
        for weight in weights { budget -= weight.values.count }
        return graph.layers.count - 1
    }

    /// A layer for a node, called after its first weight or its result.
    mutating func add(
        _ node: OnnxFile.Node, _ kind: String, _ arguments: [ForeignLayer.Argument] = [], to inputs: [Int],
        weights: [ForeignWeight] = [], shape: [Int?], label: String? = nil
    ) -> Ref {
        var own = label ?? node.outputs.first ?? kind
        if label == nil, let source = weights.first?.sources.first, let point = source.lastIndex(of: "."),
            point > source.startIndex
        {
            own = String(source[..<point])
        }
        let layer = add(kind, arguments, to: inputs, weights: weights, shape: shape, label: own, origin: node.title)
        return Ref(layer: layer, form: OnnxBuilder.plain(shape.count + 1))
    }

    /// Puts an argument to a layer that is there.
    mutating func append(_ argument: ForeignLayer.Argument, to layer: Int) {
        graph.layers[layer].arguments.append(argument)
    }
    mutating func note(_ text: String) { if !notes.contains(text) { notes.append(text) } }
    mutating func prepare(_ step: String) {
        if !graph.preparations.contains(step) { graph.preparations.append(step) }
    }
    mutating func set(_ name: String, _ known: Known) { values[name] = known }

    func weight(_ name: String, _ tensor: OnnxTensor, shape: [Int]? = nil, values: [Float]? = nil) -> ForeignWeight {
        ForeignWeight(
            name: name, shape: shape ?? tensor.shape, values: values ?? tensor.values,
            sources: tensor.name.isEmpty ? [] : [tensor.name])
    }
}
