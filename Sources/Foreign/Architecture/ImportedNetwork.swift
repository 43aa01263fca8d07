import Compiler
import GraphIR
import Interpreter

/// A foreign model compiled as a network of ours, with its weights at their places.
public struct ImportedNetwork: Sendable {
    public let text: String
    public let graph: Graph
    /// By node, the layer that it is; inputs have none.
    let origins: [Int: ForeignLayer]
    /// By node, what the file holds for it.
    let weights: [Int: [ForeignWeight]]

    /// - Parameters:
    ///   - name: what the network is called in its file.
    ///   - story: the lines of its documentation.
    ///   - rate: of the inputs, in Hz; no file of another framework tells it.
    public init(
        _ model: ForeignModel, name: String, story: [String], rate: Double? = nil, registry: Registry = .builtIn
    ) throws {
        guard let foreign = model.graph else {
            throw ForeignError(
                .content, "\(model.source.path) holds arrays and no network",
                help: "--as NETWORK takes its weights for a network that you name")
        }
        var counted: Int?
        var writer = ArchitectureText(foreign, name: name, story: story, rate: rate, parameters: nil)
        var compiled = try ImportedNetwork.compiled(writer.text, registry, model)
        counted = WeightLayout(compiled).trainableCount
        writer = ArchitectureText(foreign, name: name, story: story, rate: rate, parameters: counted)
        compiled = try ImportedNetwork.compiled(writer.text, registry, model)
        text = writer.text
        graph = compiled
        var origins: [Int: ForeignLayer] = [:]
        var weights: [Int: [ForeignWeight]] = [:]
        for (index, node) in graph.nodes.enumerated() where !node.isInput {
            guard let layer = writer.places[node.place.start] else {
                throw ForeignError(.content, "\(model.source.path): the layer '\(node.path)' lost its place")
            }
            origins[index] = foreign.layers[layer]
            weights[index] = foreign.layers[layer].weights
        }
        self.origins = origins
        self.weights = weights
        try checkShapes(model)
    }

    private static func compiled(_ text: String, _ registry: Registry, _ model: ForeignModel) throws -> Graph {
        let compilation = compile(text: text, path: "imported.arch", registry: registry)
        if let network = compilation.network, !compilation.hasErrors { return network.graph }
        let errors = compilation.diagnostics.filter { $0.severity == .error }
        let first = errors.first.map { render($0, files: compilation.files) } ?? "no network"
        throw ForeignError(
            .content, "\(model.source.path): its layers do not go together here:",
            lines: first.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
    }

    /// Every array must have the shape that its layer has here.
    private func checkShapes(_ model: ForeignModel) throws {
        for (index, node) in graph.nodes.enumerated() {
            guard let found = weights[index], !found.isEmpty else { continue }
            let title = origins[index]?.origin ?? node.path
            for spec in node.weights {
                guard let weight = found.first(where: { $0.name == spec.name }) else {
                    throw ForeignError(.content, "\(model.source.path): \(title) has no array for '\(spec.name)'")
                }
                guard weight.shape == spec.shape else {
                    throw ForeignError(
                        .content,
                        "\(model.source.path): \(title): '\(weight.sources.joined(separator: ", "))' has the shape "
                            + "\(weight.shape), and its layer takes \(spec.shape)")
                }
            }
        }
    }

    /// Whether the file holds the numbers too.
    public var hasWeights: Bool {
        graph.nodes.indices.allSatisfy { graph.nodes[$0].weights.isEmpty || weights[$0]?.isEmpty == false }
    }

    /// The weights in the network's own order.
    public func values() throws -> Weights {
        guard hasWeights else { throw ForeignError(.content, "the file holds no weights for some of the layers") }
        var result = Weights(zerosIn: WeightLayout(graph))
        for (index, node) in graph.nodes.enumerated() {
            for weight in weights[index] ?? [] { result["\(node.path).\(weight.name)"] = weight.values }
        }
        return result
    }
}

extension ForeignModel {
    /// A name for the network of a file: `EqT_model2.h5` as `EqT_model2`.
    public static func networkName(_ file: String) -> String {
        let base = file.split(separator: ".").first.map(String.init) ?? file
        let name = LegalName.of(base)
        return name.prefix(1).uppercased() + name.dropFirst()
    }
}
