import GraphIR

/// A network in numbers: what `strata show` says of it.
public struct Summary: Sendable {
    public let graph: Graph
    /// The file that declares it.
    public let file: String
    public let receptiveField: ReceptiveField
    /// Of what the graph computes: equal for files that compile to one network.
    public let hash: String

    public init(_ graph: Graph, file: String, registry: Registry = .builtIn) {
        self.graph = graph
        hash = graph.meaningHash(registry)
        self.file = file
        receptiveField = ReceptiveField(graph)
    }

    /// The summary that programs read; its members are a promise.
    public var json: JSON {
        .object([
            .init("name", .string(graph.name)),
            .init("file", .string(file)),
            .init("hash", .string(hash)),
            .init(
                "parameters",
                .object([.init("trainable", .int(graph.trainableCount)), .init("fixed", .int(graph.fixedCount))])),
            .init("flops", .object([.init("forward", Summary.json(graph.flops))])),
            .init("receptive_field", receptiveFieldJSON),
            .init("inputs", .array(graph.inputs.map(inputJSON))),
            .init("outputs", .array(graph.outputs.map(outputJSON))),
            .init("layers", .array(graph.nodes.filter { !$0.isInput }.map(layerJSON))),
            .init("weights", .array(graph.nodes.flatMap(weightsJSON))),
        ])
    }

    /// Samples of the input; all of a window where the network sees all of it.
    private var receptiveFieldJSON: JSON {
        switch receptiveField {
        case .samples(let count): .int(count)
        case .everything: graph.inputs.first.map { Summary.json($0.type.shape.time) } ?? .null
        }
    }

    private func inputJSON(_ node: Node) -> JSON {
        .object([
            .init("name", .string(node.path)),
            .init("shape", Summary.json(node.type.shape)),
            .init("rate_hz", node.type.rate.map(Summary.json) ?? .null),
        ])
    }

    private func outputJSON(_ output: Graph.Output) -> JSON {
        .object([
            .init("name", .string(output.name)),
            .init("shape", Summary.json(graph.nodes[output.node].type.shape)),
        ])
    }

    private func layerJSON(_ node: Node) -> JSON {
        .object([
            .init("path", .string(node.path)),
            .init("kind", .string(node.kind)),
            .init("inputs", .array(node.inputs.map { .string(graph.nodes[$0].path) })),
            .init("shape", Summary.json(node.type.shape)),
            .init("parameters", .int(node.trainableCount)),
            .init("flops", Summary.json(node.flops)),
            .init("line", line(of: node.place).map(JSON.int) ?? .null),
        ])
    }

    private func weightsJSON(_ node: Node) -> [JSON] {
        node.weights.map { weight in
            .object([
                .init("name", .string(node.weightName(weight))),
                .init("shape", .array(weight.shape.map(JSON.int))),
                .init("trainable", .bool(weight.isTrainable)),
            ])
        }
    }

    private func line(of place: Place) -> Int? {
        guard graph.files.indices.contains(place.file) else { return nil }
        return graph.files[place.file].position(of: place.start).line
    }

    public static func json(_ dimension: Dimension) -> JSON {
        dimension.number.map(JSON.int) ?? .string(dimension.description)
    }
    public static func json(_ shape: Shape) -> JSON { .array(shape.dimensions.map(json)) }
    public static func json(_ number: Double) -> JSON { Int(exactly: number).map(JSON.int) ?? .number(number) }
}
