import GraphIR
import Interpreter

/// A network as an ONNX file: layer paths as node names, weights by their own names, open sizes as named dimensions.
public struct OnnxExport: ReadsArguments {
    public private(set) var notes: [String] = []
    var model: OnnxModel
    let graph: Graph
    let weights: Weights
    /// By node, the name of its result in the file.
    var results: [String]

    public var bytes: [UInt8] { model.bytes }

    /// - Parameters:
    ///   - metadata: what travels with it: hash, preparation, labels, thresholds.
    ///   - version: of Strata.
    public init(
        _ graph: Graph, weights: Weights, metadata: [(key: String, value: String)] = [], version: String = ""
    ) throws(ForeignError) {
        (self.graph, self.weights) = (graph, weights)
        model = OnnxModel(name: graph.name)
        model.version = version
        model.metadata = metadata
        model.documentation =
            "What a network does with prepared windows. Preparation is not part of it: see strata.prepare."
        results = graph.nodes.map(\.path)
        let taken = Set(graph.nodes.map(\.path))
        for output in graph.outputs
        where !graph.nodes[output.node].isInput && !taken.contains(output.name)
            && graph.outputs.count(where: { $0.node == output.node }) == 1
            && graph.nodes[output.node].kind != "dropout"
        {
            results[output.node] = output.name
        }
        for node in graph.nodes where node.isInput {
            model.inputs.append(
                .init(name: node.path, shape: ["batch"] + node.type.shape.dimensions.map(\.description)))
        }
        for (index, node) in graph.nodes.enumerated() where !node.isInput { try write(index, node) }
        for output in graph.outputs {
            let shape = graph.nodes[output.node].type.shape
            if results[output.node] != output.name {
                add("Identity", name: output.name + "/output", [results[output.node]], [output.name])
            }
            let sizes = shape.dimensions.map(\.description)
            model.outputs.append(.init(name: output.name, shape: ["batch"] + sizes))
        }
        let dropouts = graph.nodes.filter { $0.kind == "dropout" }
        if !dropouts.isEmpty {
            let always = dropouts.count { $0.arguments["always"] == .bool(true) }
            notes.append(
                "\(dropouts.count) dropout layers were left out"
                    + (always > 0 ? "; \(always) of them are on when the network is used here" : ""))
        }
        notes.append("preparation is not in the graph; its words are in the metadata")
    }

    // MARK: What the chapters use

    func refused(_ node: Node, _ why: String) -> ForeignError {
        ForeignError(.content, "'\(node.path)' (\(node.kind)) cannot be said in ONNX: \(why)")
    }

    mutating func add(
        _ type: String, name: String, _ inputs: [String], _ outputs: [String],
        _ attributes: [(name: String, value: OnnxModel.Attribute)] = []
    ) {
        model.nodes.append(
            .init(name: name, type: type, inputs: inputs, outputs: outputs, attributes: attributes))
    }

    /// A step within a layer: its result's name.
    mutating func step(
        _ type: String, _ node: Node, _ part: String, _ inputs: [String],
        _ attributes: [(name: String, value: OnnxModel.Attribute)] = []
    ) -> String {
        let name = "\(node.path)/\(part)"
        add(type, name: name, inputs, [name], attributes)
        return name
    }

    mutating func constant(_ node: Node, _ part: String, _ values: [Float], shape: [Int]) -> String {
        let name = "\(node.path)/\(part)"
        model.initializers.append(.init(name: name, shape: shape, numbers: .floats(values)))
        return name
    }

    mutating func constant(_ node: Node, _ part: String, ints: [Int]) -> String {
        let name = "\(node.path)/\(part)"
        model.initializers.append(.init(name: name, shape: [ints.count], numbers: .ints(ints)))
        return name
    }

    mutating func constant(_ node: Node, _ part: String, int: Int) -> String {
        let name = "\(node.path)/\(part)"
        model.initializers.append(.init(name: name, shape: [], numbers: .ints([int])))
        return name
    }

    mutating func constant(_ node: Node, _ part: String, doubles: [Double], shape: [Int]) -> String {
        let name = "\(node.path)/\(part)"
        model.initializers.append(.init(name: name, shape: shape, numbers: .doubles(doubles)))
        return name
    }

    func values(_ node: Node, _ weight: String) -> [Float] { weights["\(node.path).\(weight)"] ?? [] }

    /// A weight as it is, by its own name.
    mutating func weight(_ node: Node, _ name: String) -> String {
        let full = "\(node.path).\(name)"
        let shape = node.weights.first { $0.name == name }?.shape ?? []
        model.initializers.append(.init(name: full, shape: shape, numbers: .floats(values(node, name))))
        return full
    }

    /// A matrix turned, for what multiplies from the other side.
    mutating func turned(_ node: Node, _ name: String) -> String {
        let shape = node.weights.first { $0.name == name }?.shape ?? []
        let (newShape, values) = Layouts.permuted(values(node, name), shape: shape, order: [1, 0])
        let full = "\(node.path).\(name)"
        model.initializers.append(.init(name: full, shape: newShape, numbers: .floats(values)))
        return full
    }

    func inputs(_ node: Node) -> [String] { node.inputs.map { results[$0] } }
    func inputShape(_ node: Node) -> Shape { graph.nodes[node.inputs[0]].type.shape }

    /// `[N, C, T]` as `[N, T, C]` and back.
    static let swapped: [(name: String, value: OnnxModel.Attribute)] = [("perm", .ints([0, 2, 1]))]

    /// What stands behind a layer that says `activation:`.
    func activation(_ node: Node) -> String? {
        guard case .word(let word) = node.arguments["activation"], word != "none" else { return nil }
        return word
    }

    /// A layer's main step and, if it has one, its activation.
    mutating func finish(
        _ type: String, _ index: Int, _ node: Node, _ inputs: [String],
        _ attributes: [(name: String, value: OnnxModel.Attribute)]
    ) throws(ForeignError) {
        guard let word = activation(node) else {
            return add(type, name: node.path, inputs, [results[index]], attributes)
        }
        add(type, name: node.path, inputs, [node.path + "/sum"], attributes)
        try write(activation: word, node, from: node.path + "/sum", to: results[index])
    }
}
