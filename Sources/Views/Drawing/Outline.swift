import GraphIR

/// A network as few boxes as tell its story: stages that repeat are one box, small blocks are one box, and what
/// branches is shown branching.
struct Outline {
    struct Box {
        /// What the graph calls it: `encoder`, `p.picker.lstm`.
        var path: String
        /// Its layers, in the graph's order.
        var nodes: [Int]
        /// Loops and blocks have their parts; layers that follow each other without branching share a box without.
        var tree: PathTree?
    }
    struct Arrow: Hashable {
        var from: Int
        var to: Int
        /// The layer whose result flows along it.
        var node: Int
    }

    private(set) var boxes: [Box] = []
    private(set) var arrows: [Arrow] = []

    /// A block of no more layers than this is one box.
    static let smallBlock = 8
    /// Blocks are taken apart while the page holds no more boxes than this.
    static let page = 48

    init(_ graph: Graph) {
        let consumers = Outline.consumers(of: graph)
        var parts = PathTree(graph).children
        parts = Outline.opened(parts) { !$0.isClosed(in: graph, consumers) }
        parts = Outline.openedForDetail(parts, in: graph, consumers)
        while let tangle = Outline.tangle(of: parts, in: graph) {
            parts = parts.flatMap { $0.path == tangle ? $0.children : [$0] }
        }
        arrange(parts, of: graph, consumers)
    }

    /// For each layer the layers that take its result.
    private static func consumers(of graph: Graph) -> [[Int]] {
        var consumers: [[Int]] = Array(repeating: [], count: graph.nodes.count)
        for (index, node) in graph.nodes.enumerated() {
            for input in node.inputs { consumers[input].append(index) }
        }
        return consumers
    }

    /// Parts that must be opened are replaced by their children, until none is left.
    private static func opened(_ parts: [PathTree], where mustOpen: (PathTree) -> Bool) -> [PathTree] {
        parts.flatMap { part in
            !part.isLayer && mustOpen(part) ? opened(part.children, where: mustOpen) : [part]
        }
    }

    /// Opens blocks that are large and are no loops; those that are alike together or not at all.
    private static func openedForDetail(
        _ parts: [PathTree], in graph: Graph, _ consumers: [[Int]]
    ) -> [PathTree] {
        var parts = parts
        var refused: Set<[String]> = []
        func likeness(_ part: PathTree) -> [String] { part.nodes.map { graph.nodes[$0].kind } }
        while true {
            let next = parts.first { part in
                !part.isLayer && !part.isLoop && part.nodes.count > smallBlock && !refused.contains(likeness(part))
            }
            guard let next else { return parts }
            let alike = likeness(next)
            let finer = parts.flatMap { part in
                part.isLayer || part.isLoop || likeness(part) != alike
                    ? [part] : opened(part.children) { !$0.isClosed(in: graph, consumers) }
            }
            if finer.count > page { refused.insert(alike) } else { parts = finer }
        }
    }

    /// The path of a part that both feeds and needs another, so that neither could stand above the other.
    private static func tangle(of parts: [PathTree], in graph: Graph) -> String? {
        let owner = owners(of: parts.map(\.nodes), count: graph.nodes.count)
        var waiting = Array(repeating: 0, count: parts.count)
        var next: [Set<Int>] = Array(repeating: [], count: parts.count)
        for (index, node) in graph.nodes.enumerated() {
            for input in node.inputs where owner[input] != owner[index] {
                if next[owner[input]].insert(owner[index]).inserted { waiting[owner[index]] += 1 }
            }
        }
        var ready = parts.indices.filter { waiting[$0] == 0 }
        while let part = ready.popLast() {
            for follower in next[part] {
                waiting[follower] -= 1
                if waiting[follower] == 0 { ready.append(follower) }
            }
        }
        return parts.indices.first { waiting[$0] > 0 && !parts[$0].isLayer }.map { parts[$0].path }
    }

    /// For each layer the part it belongs to.
    private static func owners(of parts: [[Int]], count: Int) -> [Int] {
        var owner = Array(repeating: 0, count: count)
        for (index, nodes) in parts.enumerated() {
            for node in nodes { owner[node] = index }
        }
        return owner
    }

    /// Boxes of parts, with each layer that only follows another put into the other's box; then the arrows.
    private mutating func arrange(_ parts: [PathTree], of graph: Graph, _ consumers: [[Int]]) {
        var boxOf = Array(repeating: -1, count: graph.nodes.count)
        let outputs = Set(graph.outputs.map(\.node))
        for part in parts.sorted(by: { $0.nodes[0] < $1.nodes[0] }) {
            let layer = part.nodes[0]
            let isLayer = part.nodes.count == 1
            if isLayer, let before = graph.nodes[layer].inputs.first, graph.nodes[layer].isFollower,
                consumers[before].count == 1, !outputs.contains(before),
                boxOf[before] >= 0, boxes[boxOf[before]].tree == nil, !graph.nodes[before].isInput
            {
                boxes[boxOf[before]].nodes.append(layer)
                boxOf[layer] = boxOf[before]
            } else {
                for node in part.nodes { boxOf[node] = boxes.count }
                boxes.append(
                    Box(
                        path: isLayer ? graph.nodes[layer].path : part.path, nodes: part.nodes,
                        tree: isLayer ? nil : part))
            }
        }
        var known: Set<Arrow> = []
        for (index, node) in graph.nodes.enumerated() {
            for input in node.inputs where boxOf[input] != boxOf[index] {
                let arrow = Arrow(from: boxOf[input], to: boxOf[index], node: input)
                if known.insert(arrow).inserted { arrows.append(arrow) }
            }
        }
        for output in graph.outputs {
            arrows.append(Arrow(from: boxOf[output.node], to: boxes.count, node: output.node))
            boxes.append(Box(path: output.name, nodes: [], tree: nil))
        }
    }
}

extension PathTree {
    /// Whether only one of its results is used outside, so that one box with one exit can stand for it.
    fileprivate func isClosed(in graph: Graph, _ consumers: [[Int]]) -> Bool {
        let members = Set(nodes)
        let outputs = Set(graph.outputs.map(\.node))
        let exits = nodes.filter { node in
            outputs.contains(node) || consumers[node].contains { !members.contains($0) }
        }
        return exits.count <= 1
    }
}

extension Node {
    /// Whether it takes one array and changes it sample by sample: activations, normalisations, dropout.
    fileprivate var isFollower: Bool { inputs.count == 1 && reach == .pointwise && !isInput }
}
