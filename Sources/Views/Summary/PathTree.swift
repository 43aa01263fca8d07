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

    /// The largest parts that hold nothing but these layers.
    public func parts(of layers: [Int]) -> [PathTree] {
        let wanted = Set(layers)
        return children.flatMap { $0.parts(holding: wanted) }
    }

    private func parts(holding wanted: Set<Int>) -> [PathTree] {
        if nodes.allSatisfy(wanted.contains) { return [self] }
        return children.flatMap { $0.parts(holding: wanted) }
    }

    /// Whether it is one layer and nothing else.
    public var isLayer: Bool { children.isEmpty }

    /// Whether its children are the turns of a loop: `0`, `1`, `2` …
    public var isLoop: Bool {
        !children.isEmpty && children.enumerated().allSatisfy { $1.name == String($0) }
    }

    /// Its name, with the kind where the name does not say it, and with the number of turns for a loop. What has a
    /// single child is shown as one with it.
    func titled(in graph: Graph) -> (title: String, branch: PathTree) {
        if isLoop, children.count > 1 { return ("\(name) × \(children.count)", self) }
        if children.count == 1 {
            let (title, branch) = children[0].titled(in: graph)
            return ("\(name).\(title)", branch)
        }
        guard isLayer, let node = nodes.first, !name.hasPrefix(graph.nodes[node].kind) else { return (name, self) }
        return ("\(name) (\(graph.nodes[node].kind))", self)
    }

    /// Siblings, with turns of a loop that follow each other and are alike put together.
    static func runs(of siblings: [PathTree], in graph: Graph) -> [[PathTree]] {
        var runs: [[PathTree]] = []
        for sibling in siblings {
            if Int(sibling.name) != nil, let first = runs.last?.first, first.isLike(sibling, in: graph) {
                runs[runs.count - 1].append(sibling)
            } else {
                runs.append([sibling])
            }
        }
        return runs
    }

    /// Whether both hold the same layers with the same arguments, sizes and weights.
    private func isLike(_ other: PathTree, in graph: Graph) -> Bool {
        Int(name) != nil && nodes.count == other.nodes.count
            && zip(nodes, other.nodes).allSatisfy { x, y in
                let a = graph.nodes[x]
                let b = graph.nodes[y]
                return a.kind == b.kind && a.arguments == b.arguments && a.type == b.type && a.weights == b.weights
            }
    }
}
