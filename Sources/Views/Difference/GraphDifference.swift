import GraphIR

/// What differs between two graphs, layer by layer.
///
/// Where both have the same kinds of layers connected in the same way, the layers belong together one by one; else
/// those of one path and kind do. What remains is aligned by kind and arguments, so that a layer whose
/// label changed is still the same one; and where a layer went and another came in its place, one replaced the other.
public struct GraphDifference: Sendable {
    /// Indices into the two graphs, and in which arguments the layers differ.
    public struct Pair: Hashable, Sendable {
        public var a: Int
        public var b: Int
        public var arguments: [String]
    }

    public let a: Graph
    public let b: Graph
    /// Layers of `a` that `b` does not have.
    public private(set) var removed: [Int] = []
    /// Layers of `b` that `a` does not have.
    public private(set) var added: [Int] = []
    /// A layer of `a` and the one of another kind in its place.
    public private(set) var replaced: [Pair] = []
    /// The same layer with other arguments.
    public private(set) var changed: [Pair] = []
    /// The same layer with the same arguments, whose result or weights have other sizes, because of what it takes.
    public private(set) var resized: [Pair] = []
    /// Pairs that are alike in every respect.
    public private(set) var unchanged: [Pair] = []

    public init(_ a: Graph, _ b: Graph) {
        self.a = a
        self.b = b
        var pairs = pairsByOrder() ?? pairsByPath()
        pairs += pairsByLikeness(besides: pairs)
        let (lonelyA, lonelyB) = lonely(besides: pairs)
        replaced = replacements(lonelyA, lonelyB)
        removed = lonelyA.filter { index in !replaced.contains { $0.a == index } }
        added = lonelyB.filter { index in !replaced.contains { $0.b == index } }
        for pair in pairs.sorted(by: { $0.b < $1.b }) {
            let before = a.nodes[pair.a]
            let after = b.nodes[pair.b]
            if !pair.arguments.isEmpty {
                changed.append(pair)
            } else if before.type != after.type || before.weights.map(\.shape) != after.weights.map(\.shape) {
                resized.append(pair)
            } else {
                unchanged.append(pair)
            }
        }
    }

    /// Whether no layer differs.
    public var isEmpty: Bool {
        removed.isEmpty && added.isEmpty && replaced.isEmpty && changed.isEmpty && resized.isEmpty
    }

    // MARK: - Alignment

    private func pair(_ x: Int, _ y: Int) -> Pair {
        let before = a.nodes[x].arguments
        let after = b.nodes[y].arguments
        var names = before.entries.map(\.name)
        names += after.entries.map(\.name).filter { name in !names.contains(name) }
        return Pair(a: x, b: y, arguments: names.filter { before[$0] != after[$0] })
    }

    /// Where the same kinds of layers are connected in the same way, each belongs to the one at its place.
    private func pairsByOrder() -> [Pair]? {
        guard a.nodes.count == b.nodes.count,
            zip(a.nodes, b.nodes).allSatisfy({ $0.kind == $1.kind && $0.inputs == $1.inputs })
        else { return nil }
        return a.nodes.indices.map { pair($0, $0) }
    }

    private func pairsByPath() -> [Pair] {
        var places: [String: Int] = [:]
        for (index, node) in a.nodes.enumerated() { places[node.path] = index }
        return b.nodes.enumerated().compactMap { index, node in
            places[node.path].flatMap { a.nodes[$0].kind == node.kind ? pair($0, index) : nil }
        }
    }

    private func lonely(besides pairs: [Pair]) -> ([Int], [Int]) {
        let pairedA = Set(pairs.map(\.a))
        let pairedB = Set(pairs.map(\.b))
        return (a.nodes.indices.filter { !pairedA.contains($0) }, b.nodes.indices.filter { !pairedB.contains($0) })
    }

    /// Beyond this, aligning takes longer than anybody waits, and tells nothing.
    private static let mostAligned = 3000

    /// The longest common run of layers that are alike, among those that no path pairs.
    private func pairsByLikeness(besides pairs: [Pair]) -> [Pair] {
        let (x, y) = lonely(besides: pairs)
        guard !x.isEmpty, !y.isEmpty, max(x.count, y.count) <= GraphDifference.mostAligned else { return [] }
        func alike(_ i: Int, _ j: Int) -> Bool {
            let before = a.nodes[x[i]]
            let after = b.nodes[y[j]]
            return before.kind == after.kind && before.arguments == after.arguments && before.type == after.type
        }
        var lengths = Array(repeating: Array(repeating: 0, count: y.count + 1), count: x.count + 1)
        for i in x.indices.reversed() {
            for j in y.indices.reversed() {
                lengths[i][j] =
                    alike(i, j) ? lengths[i + 1][j + 1] + 1 : max(lengths[i + 1][j], lengths[i][j + 1])
            }
        }
        var found: [Pair] = []
        var (i, j) = (0, 0)
        while i < x.count, j < y.count {
            if alike(i, j) {
                found.append(pair(x[i], y[j]))
                (i, j) = (i + 1, j + 1)
            } else if lengths[i + 1][j] >= lengths[i][j + 1] {
                i += 1
            } else {
                j += 1
            }
        }
        return found
    }

    /// Lonely layers under one label, in their order: each of `b` replaces one of `a`.
    private func replacements(_ lonelyA: [Int], _ lonelyB: [Int]) -> [Pair] {
        var waiting: [String: [Int]] = [:]
        for index in lonelyA { waiting[a.nodes[index].parentPath, default: []].append(index) }
        return lonelyB.compactMap { index in
            let parent = b.nodes[index].parentPath
            guard let before = waiting[parent]?.first else { return nil }
            waiting[parent]?.removeFirst()
            return Pair(a: before, b: index, arguments: [])
        }
    }
}

extension Node {
    /// Its path without the last component.
    fileprivate var parentPath: String { path.split(separator: ".").dropLast().joined(separator: ".") }
}
