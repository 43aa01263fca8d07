import GraphIR
import Layers

/// A network as a relevance pass walks through it: activations are nodes of their own, so that a chord can be drawn
/// through each; what is random even at inference is off; and each output ends before its last squeeze.
public struct ExplainedGraph {
    public enum Ending: String, Sendable { case none, sigmoid, softmax, logSoftmax = "log_softmax" }

    /// An output of the original network: the node whose number is explained, the node of what comes out, and what
    /// stands between.
    public struct End: Sendable {
        public var name: String
        public var logit: Int
        public var answer: Int
        public var ending: Ending
    }

    public private(set) var graph: Graph
    public private(set) var ends: [End] = []
    /// For each node of the original, the one that holds its result here.
    public private(set) var places: [Int] = []
    /// Layers that were random at inference.
    public private(set) var silenced: [String] = []

    /// The weights of the original fit this one: their layout is the same.
    ///
    /// - `keepsChance`: whether what is random at inference stays so.
    public init(
        _ original: Graph, registry: Registry = .builtIn, stepsOverEndings: Bool = true, also nodes: [Int] = [],
        keepsChance: Bool = false
    ) throws(PlanError) {
        graph = original
        graph.nodes = []
        for node in original.nodes { try add(node, registry, keepsChance) }
        graph.outputs = original.outputs.map {
            Graph.Output(name: $0.name, node: places[$0.node], place: $0.place)
        }
        for output in graph.outputs {
            let node = graph.nodes[output.node]
            let type = node.isInput ? nil : registry.layer(node.kind)
            let ending: Ending =
                !stepsOverEndings
                ? .none
                : type is Sigmoid.Type
                    ? .sigmoid
                    : type is Softmax.Type
                        ? .softmax
                        : type is LogSoftmax.Type
                            ? .logSoftmax : .none
            let logit = ending == .none ? output.node : node.inputs[0]
            ends.append(End(name: output.name, logit: logit, answer: output.node, ending: ending))
        }
        // Layers that are asked for their own numbers.
        for node in nodes where original.nodes.indices.contains(node) {
            ends.append(
                End(name: original.nodes[node].path, logit: places[node], answer: places[node], ending: .none))
        }
        // The pass starts at what is explained; the answers themselves are read as nodes.
        graph.outputs = ends.map { Graph.Output(name: $0.name, node: $0.logit, place: .nowhere) }
    }

    private mutating func add(_ node: Node, _ registry: Registry, _ keepsChance: Bool) throws(PlanError) {
        var node = node
        node.inputs = node.inputs.map { places[$0] }
        // What is frozen in training takes part here all the same: its constants are asked for.
        node.isTrainable = true
        guard !node.isInput else { return append(node) }
        if !keepsChance, node.arguments["always"] == .bool(true), registry.layer(node.kind) is Dropout.Type {
            node.arguments.set("always", .bool(false))
            silenced.append(node.path)
        }
        guard let name = activation(of: node, registry), let type = registry.layer(node.kind) as? any Layer.Type,
            let function = registry.layer(name)
        else { return append(node) }
        var plain = node
        plain.arguments.registry = registry
        plain.arguments.set(Self.setting, .word("none"))
        do {
            let layer = try type.init(plain.arguments, inputs: plain.inputs.map { graph.nodes[$0].type })
            // Where the activation is not the last thing that happens, the layer looks after it itself.
            guard layer.arithmetic.isWeightedSum else { return append(node) }
            append(plain)
            let squeeze = try function.init(function.signature.defaults, inputs: [plain.type])
            append(
                Node(
                    path: node.path + ":" + name, layer: squeeze, arguments: function.signature.defaults,
                    inputs: [graph.nodes.count - 1], place: node.place, origins: node.origins), isNew: false)
        } catch {
            throw .refused(path: node.path, error)
        }
    }

    private static let setting = "activation"

    /// The name of the activation that a layer applies to its results.
    private func activation(of node: Node, _ registry: Registry) -> String? {
        guard registry.layer(node.kind)?.signature.parameter(Self.setting)?.type == .activation,
            case .word(let name) = node.arguments[Self.setting], name != "none"
        else { return nil }
        return name
    }

    private mutating func append(_ node: Node, isNew: Bool = true) {
        graph.nodes.append(node)
        if isNew { places.append(graph.nodes.count - 1) } else { places[places.count - 1] = graph.nodes.count - 1 }
    }
}
