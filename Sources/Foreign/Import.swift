import GraphIR
import Interpreter

/// How arrays found their places.
public enum MatchedBy: String, Sendable {
    case graph, map, names, order

    public var sentence: String {
        switch self {
        case .graph: "by the graph in the file, from its outputs back"
        case .map: "by a map"
        case .names: "by equal names"
        case .order: "by order alone, which proves little"
        }
    }
}

/// Weights of a foreign file for a network of ours.
public struct ImportedWeights: Sendable {
    public let weights: Weights
    public let matchedBy: MatchedBy
    /// Arrays of the file that found a place.
    public let arrays: Int
    public let differences: [SettingDifference]
    public let notes: [String]

    /// - Parameters:
    ///   - map: which array goes where, for a file that does not tell its graph.
    ///   - byOrder: takes arrays in the file's order, if every kind and shape agrees.
    ///   - facts: what a file beside the weights says of them.
    ///   - accepted: names of differences that may be.
    ///   - guess: a sentence for a file that does not fit.
    public init(
        _ model: ForeignModel, for network: Network, name: String, map: WeightMap?, byOrder: Bool,
        facts: SeisBenchFacts? = nil, accepted: Set<String> = [], registry: Registry = .builtIn,
        guess: (ImportedNetwork) -> String? = { _ in nil }
    ) throws {
        guard model.source.format != .onnx else { throw ImportedWeights.onlyWithItsNetwork(model.source.path) }
        let graph = network.graph
        var found: [SettingDifference] = facts?.differences(from: network) ?? []
        if map == nil, model.graph != nil {
            let imported = try ImportedNetwork(model, name: "Imported", story: [], registry: registry)
            let matching: Matching
            do { matching = try Matching(imported, to: graph, registry: registry) } catch let parting as Parting {
                throw parting.message(
                    path: model.source.path, framework: model.source.framework, network: name, help: guess(imported))
            }
            found += matching.differences
            (weights, arrays, notes) = (matching.weights, matching.arrays, matching.notes)
            matchedBy = .graph
        } else if byOrder {
            let matching = try OrderMatching(model, to: graph)
            (weights, arrays, notes) = (matching.weights, matching.arrays, [])
            matchedBy = .order
        } else {
            let matching = try NamedMatching(model, to: graph, map: map)
            (weights, arrays, notes) = (matching.weights, matching.arrays, matching.notes)
            matchedBy = map == nil ? .names : .map
        }
        differences = found
        try ImportedWeights.check(found, accepted: accepted, model: model, name: name)
    }

    private static func onlyWithItsNetwork(_ path: String) -> ForeignError {
        ForeignError(
            .request,
            "\(path) is an ONNX file: whoever wrote it may have folded batch norms into convolutions and merged arrays "
                + "that were equal, so that its arrays are not those of a network that is there already",
            help: "strata import \(path) --arch OUT.arch --output W.safetensors takes the network along")
    }

    private static func check(
        _ differences: [SettingDifference], accepted: Set<String>, model: ForeignModel, name: String
    ) throws(ForeignError) {
        let serious = differences.filter { !$0.isHarmless }
        let names = Set(serious.map(\.name))
        if let unknown = accepted.subtracting(differences.map(\.name)).sorted().first {
            throw ForeignError(
                .request, "--accept \(unknown): nothing of this name differs",
                help: names.isEmpty
                    ? "nothing that changes results differs" : "what differs: \(names.sorted().joined(separator: ", "))"
            )
        }
        let open = serious.filter { !accepted.contains($0.name) }
        guard open.isEmpty else {
            let shown = open.prefix(8).map { "  " + $0.text } + (open.count > 8 ? ["  … \(open.count - 8) more"] : [])
            let flags = Set(open.map(\.name)).sorted().map { "--accept \($0)" }.joined(separator: " ")
            throw ForeignError(
                .content,
                "the weights of \(model.source.path) fit \(name), but not what it does with them:", lines: shown,
                help: "set these in the network (--set KEY=VALUE), or take the weights all the same with \(flags)")
        }
    }
}

/// Arrays in the file's order at the network's places in theirs.
struct OrderMatching {
    let weights: Weights
    let arrays: Int

    init(_ model: ForeignModel, to graph: Graph) throws(ForeignError) {
        let layout = WeightLayout(graph)
        let arrays = model.arrays.filter { !$0.name.hasSuffix("num_batches_tracked") }
        var weights = Weights(zerosIn: layout)
        guard arrays.count == layout.entries.count else {
            throw ForeignError(
                .content,
                "\(model.source.path) has \(arrays.count) arrays and \(graph.name) \(layout.entries.count): they "
                    + "cannot be taken by order")
        }
        for (array, entry) in zip(arrays, layout.entries) {
            guard array.shape == entry.shape else {
                throw ForeignError(
                    .content,
                    "by order '\(array.name)' \(array.shape) would go to '\(entry.name)' \(entry.shape): "
                        + "the orders differ",
                    help: "--map FILE says which array goes where")
            }
            weights[entry.name] = array.values
        }
        self.weights = weights
        self.arrays = arrays.count
    }
}

extension Graph {
    /// No dropout is on when the network is used: what a comparison with another framework needs.
    public var withoutDropout: Graph {
        var graph = self
        for index in nodes.indices where nodes[index].kind == "dropout" {
            graph.nodes[index].arguments.set("always", .bool(false))
        }
        return graph
    }
}
