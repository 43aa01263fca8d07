import GraphIR

/// The layers of a graph by the labels of their paths: `encoder.3.conv` stands under `encoder`, under `3`.
public struct PathTree: Sendable {
    /// The last component of its path; empty for the whole graph.
    public let name: String
    public let path: String
    /// Indices of the nodes at and below this path, in the graph's order.
    public let nodes: [Int]
    /// In the order of their first layers; empty for a single layer.
    public let children: [PathTree]

    public init(_ graph: Graph) {
        let parts = graph.nodes.map { $0.path.split(separator: ".").map(String.init) }
        self.init(name: "", path: "", nodes: Array(graph.nodes.indices), depth: 0, parts: parts)
    }

    private init(name: String, path: String, nodes: [Int], depth: Int, parts: [[String]]) {
        self.name = name
        self.path = path
        self.nodes = nodes
        if nodes.count == 1, let node = nodes.first, parts[node].count == depth {
            children = []
            return
        }
        var order: [String] = []
        var members: [String: [Int]] = [:]
        for node in nodes {
            // A layer whose path others continue stands among them under its own name.
            let part = parts[node].count > depth ? parts[node][depth] : ""
            if members[part] == nil { order.append(part) }
            members[part, default: []].append(node)
        }
        children = order.map { part in
            let nodes = members[part] ?? []
            if part.isEmpty { return PathTree(layers: nodes, name: name, path: path) }
            return PathTree(
                name: part, path: path.isEmpty ? part : path + "." + part, nodes: nodes, depth: depth + 1,
                parts: parts)
        }
    }

    private init(layers: [Int], name: String, path: String) {
        self.name = name
        self.path = path
        nodes = layers
        children = []
    }

    /// Whether it is one layer and nothing else.
    public var isLayer: Bool { children.isEmpty }

    /// Whether its children are the turns of a loop: `0`, `1`, `2` …
    public var isLoop: Bool {
        !children.isEmpty && children.enumerated().allSatisfy { $1.name == String($0) }
    }

    /// Its name, with the kind where the name does not say it, and with the number of turns for a loop.
    func title(in graph: Graph) -> String {
        if isLoop { return "\(name) × \(children.count)" }
        guard isLayer, let node = nodes.first, !name.hasPrefix(graph.nodes[node].kind) else { return name }
        return "\(name) (\(graph.nodes[node].kind))"
    }
}
