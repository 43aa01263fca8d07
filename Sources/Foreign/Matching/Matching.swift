import GraphIR
import Interpreter

/// A foreign network's weights at their places in one of ours, found by walking both back from their outputs.
public struct Matching: Sendable {
    public let weights: Weights
    public let differences: [SettingDifference]
    public let notes: [String]
    /// How many arrays of the file found their place.
    public let arrays: Int

    public init(_ imported: ImportedNetwork, to graph: Graph, registry: Registry = .builtIn) throws {
        let pairs = try OutputPairs(imported.graph, graph)
        let walks = (Walk(imported.graph, outputs: pairs.left), Walk(graph, outputs: pairs.right))
        let (there, here) = (walks.0.weighted, walks.1.weighted)
        if let parting = Matching.parting(there, here, walks.0.graph, walks.1.graph) {
            throw Parting(imported: imported, graph: graph, there: there, here: here, at: parting)
        }
        var comparison = SettingComparison(imported.graph, graph, registry: registry)
        comparison.compare(walks.0, walks.1)
        comparison.compareInputs()
        var transfer = Transfer(imported: imported, graph: graph)
        for (left, right) in zip(there, here) { try transfer.move(left.node, to: right.node) }
        weights = transfer.weights
        arrays = transfer.arrays
        differences = comparison.differences.filter { !transfer.settled.contains($0.place + " " + $0.name) }
        notes = pairs.notes + transfer.notes
    }

    /// Where the sequences of weighted layers part; `nil` where they do not.
    private static func parting(_ left: [Walk.Step], _ right: [Walk.Step], _ there: Graph, _ here: Graph) -> Int? {
        for index in 0..<max(left.count, right.count) {
            guard left.indices.contains(index), right.indices.contains(index) else { return index }
            let (a, b) = (there.nodes[left[index].node], here.nodes[right[index].node])
            if a.kind != b.kind || !Transfer.fits(a, b) { return index }
        }
        return nil
    }
}

/// Which outputs belong together: by what they are commonly called, else by their order.
struct OutputPairs {
    private(set) var left: [Int] = []
    private(set) var right: [Int] = []
    private(set) var notes: [String] = []
    private static let synonyms: [Set<String>] = [
        ["detector", "detection", "d"], ["picker_P", "p", "P"], ["picker_S", "s", "S"],
    ]

    init(_ there: Graph, _ here: Graph) throws(ForeignError) {
        guard there.outputs.count == here.outputs.count else {
            throw ForeignError(
                .content,
                "the file has the outputs \(there.outputs.map(\.name).joined(separator: ", ")) and the network "
                    + here.outputs.map(\.name).joined(separator: ", "))
        }
        let named = here.outputs.map { output in
            there.outputs.first { other in
                other.name == output.name
                    || OutputPairs.synonyms.contains { $0.contains(other.name) && $0.contains(output.name) }
            }
        }
        right = here.outputs.map(\.node)
        let found = named.compactMap { $0 }
        if found.count == here.outputs.count, Set(found.map(\.name)).count == found.count {
            left = found.map(\.node)
        } else {
            left = there.outputs.map(\.node)
            if here.outputs.count > 1 { notes.append("outputs were paired by their order, as their names differ") }
        }
    }
}

/// Two walks that part: told with the layers on both sides.
public struct Parting: Error, Sendable {
    public let file: String
    public let network: String
    /// How many weighted layers agree.
    public let agreed: Int
    public let lines: [String]

    init(imported: ImportedNetwork, graph: Graph, there: [Walk.Step], here: [Walk.Step], at index: Int) {
        agreed = index
        func summary(_ graph: Graph) -> String {
            let layout = WeightLayout(graph)
            return "\(layout.entries.count) arrays, \(layout.trainableCount) trained numbers, outputs "
                + graph.outputs.map(\.name).joined(separator: ", ")
        }
        file = summary(imported.graph)
        network = "\(graph.name), " + summary(graph)
        lines = (max(0, index - 2)...index).map { place in
            let left = there.indices.contains(place) ? Parting.title(imported, there[place].node) : "nothing more"
            let right = here.indices.contains(place) ? Parting.title(graph.nodes[here[place].node]) : "nothing more"
            return "\(left) \(place == index ? "≠" : "~") \(right)"
        }
    }

    private static func title(_ node: Node) -> String {
        "\(node.path) (\(node.kind) \(node.weights.first?.shape ?? []))"
    }
    private static func title(_ imported: ImportedNetwork, _ node: Int) -> String {
        let made = imported.graph.nodes[node]
        return "\(imported.origins[node]?.origin ?? made.path) (\(made.kind) \(made.weights.first?.shape ?? []))"
    }

    /// The whole story.
    public func message(path: String, framework: String, network name: String, help: String?) -> ForeignError {
        let text = [
            "  the file:     \(framework), \(file)", "  the network:  \(network)",
            "  \(agreed == 0 ? "they part at once" : "both have the same \(agreed) weighted layers up to here"):",
        ]
        return ForeignError(
            .content, "\(path) does not fit \(name)", lines: text + lines.map { "    " + $0 }, help: help)
    }
}
