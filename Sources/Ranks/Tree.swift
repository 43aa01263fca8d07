/// The order in which `count` things are added up: neighbours, then pairs of neighbours, and so on to the root. The
/// shape is the number's alone, so a sum comes out the same whoever adds which part of it.
///
/// A count that is no power of two has the tree of the next one with nothing at the right end.
public struct Tree: Equatable, Sendable {
    public let count: Int

    public init(_ count: Int) { self.count = max(0, count) }

    private var width: Int {
        var width = 1
        while width < count { width *= 2 }
        return width
    }

    /// The largest nodes that lie wholly within a range of leaves, from the left; each is the range of its leaves.
    public func nodes(within range: Range<Int>) -> [Range<Int>] {
        var nodes: [Range<Int>] = []
        func walk(_ start: Int, _ width: Int) {
            let node = min(start, count)..<min(start + width, count)
            if node.isEmpty || !node.overlaps(range) { return }
            if range.lowerBound <= node.lowerBound, node.upperBound <= range.upperBound {
                nodes.append(node)
                return
            }
            walk(start, width / 2)
            walk(start + width / 2, width / 2)
        }
        walk(0, width)
        return nodes
    }

    /// Goes up from some nodes, which together are all leaves, to the root: `add(left, right)` is called with places in
    /// the list of nodes, and what it adds stands at the left one. Returns where the root stands.
    public func climb(_ nodes: [Range<Int>], add: (_ left: Int, _ right: Int) -> Void) -> Int? {
        var places: [Range<Int>: Int] = [:]
        for (place, node) in nodes.enumerated() { places[node] = place }
        func sum(_ start: Int, _ width: Int) -> Int? {
            let node = min(start, count)..<min(start + width, count)
            if node.isEmpty { return nil }
            if let place = places[node] { return place }
            guard width > 1 else { return nil }
            let left = sum(start, width / 2)
            guard let right = sum(start + width / 2, width / 2) else { return left }
            guard let left else { return right }
            add(left, right)
            return left
        }
        return sum(0, width)
    }
}

/// Adds up the leaves of one node as they come, from the left, with as few arrays as the tree is deep.
public struct TreeSum {
    private var stack: [(level: Int, values: [Float])] = []
    private var spare: [[Float]] = []

    public init() {}

    /// The next leaf of the node.
    public mutating func add(_ leaf: [Float]) {
        var values = spare.popLast() ?? [Float](repeating: 0, count: leaf.count)
        if values.count != leaf.count { values = leaf } else { values.copy(leaf) }
        stack.append((0, values))
        while stack.count > 1, stack[stack.count - 1].level == stack[stack.count - 2].level { merge() }
    }

    /// The node's sum, and an empty tree again. `body` sees the numbers in place.
    public mutating func take(_ body: ([Float]) -> Void) {
        while stack.count > 1 { merge() }
        guard let last = stack.popLast() else { return }
        body(last.values)
        spare.append(last.values)
    }

    private mutating func merge() {
        let right = stack.removeLast()
        stack[stack.count - 1].values.add(right.values)
        stack[stack.count - 1].level += 1
        spare.append(right.values)
    }
}

extension [Float] {
    /// Adds other numbers, place by place.
    mutating func add(_ other: [Float]) {
        withUnsafeMutableBufferPointer { sum in
            other.withUnsafeBufferPointer { other in
                guard let sum = sum.baseAddress, let from = other.baseAddress else { return }
                for index in 0..<other.count { sum[index] += from[index] }
            }
        }
    }
    fileprivate mutating func copy(_ other: [Float]) {
        withUnsafeMutableBufferPointer { target in
            other.withUnsafeBufferPointer { source in _ = target.update(fromContentsOf: source) }
        }
    }
}
