/// The sum of numbers that lie with several processes, along a tree of leaves of which each has a run.
///
/// Every number travels once to whoever adds up its piece and once back to all: 2 (n - 1) / n of the bytes, as much as
/// any reduction sends.
public final class TreeExchange {
    private let collective: any Collective
    private let tree: Tree
    /// By rank.
    private let nodes: [[Range<Int>]]
    private let all: [Range<Int>]
    private var sent = FloatRoom()
    private var received = FloatRoom()
    /// The floats of one message: large sums go in several.
    private let together: Int

    /// - Parameter owned: by rank, the leaves that it has; together all, in order. Some may have none.
    public init(_ collective: any Collective, leaves: Int, owned: [Range<Int>], together: Int = 1 << 23) {
        self.collective = collective
        self.together = max(1, together)
        let tree = Tree(leaves)
        self.tree = tree
        nodes = owned.map { tree.nodes(within: $0) }
        all = nodes.flatMap { $0 }
    }

    /// The nodes whose sums this process hands in.
    public var own: [Range<Int>] { nodes[collective.rank] }

    /// - Parameters:
    ///   - sums: this process's nodes' sums one behind the other, each as long as the total.
    ///   - total: where the whole sum goes, the same everywhere.
    public func add(_ sums: [Float], into total: inout [Float]) throws(RanksError) {
        let count = total.count
        guard sums.count == own.count * count else {
            throw RanksError("a sum of \(own.count) x \(count) numbers was handed \(sums.count)")
        }
        try total.withUnsafeMutableBufferPointer { (total) throws(RanksError) in
            try sums.withUnsafeBufferPointer { (sums) throws(RanksError) in
                var start = 0
                while start < count {
                    let end = min(count, start + together)
                    try add(sums, start..<end, into: total)
                    start = end
                }
            }
        }
    }

    /// Everybody gets its piece of a range from all, adds in the tree's order, and all pieces go to all.
    private func add(
        _ sums: UnsafeBufferPointer<Float>, _ range: Range<Int>, into total: UnsafeMutableBufferPointer<Float>
    ) throws(RanksError) {
        let size = collective.size, rank = collective.rank
        let cuts = (0...size).map { range.lowerBound + range.count * $0 / size }
        let widths = (0..<size).map { cuts[$0 + 1] - cuts[$0] }
        sent.reserve(own.count * range.count)
        received.reserve(all.count * widths[rank])
        var place = 0
        for other in 0..<size {
            for node in own.indices {
                let from = node * total.count + cuts[other]
                _ = UnsafeMutableBufferPointer(rebasing: sent.floats[place..<place + widths[other]])
                    .update(fromContentsOf: UnsafeBufferPointer(rebasing: sums[from..<from + widths[other]]))
                place += widths[other]
            }
        }
        try collective.exchange(
            sent.bytes(0..<place), counts: widths.map { own.count * $0 * FloatRoom.width },
            received.mutableBytes(0..<all.count * widths[rank]),
            counts: nodes.map { $0.count * widths[rank] * FloatRoom.width })
        let root = climb(width: widths[rank])
        try collective.gather(
            received.bytes(root * widths[rank]..<(root + 1) * widths[rank]),
            counts: widths.map { $0 * FloatRoom.width },
            into: UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: total[range])))
    }

    /// Adds what came, node by node; returns the row where the root stands.
    private func climb(width: Int) -> Int {
        guard let rows = received.floats.baseAddress else { return 0 }
        return tree.climb(all) { left, right in
            let (a, b) = (rows + left * width, rows + right * width)
            for index in 0..<width { a[index] += b[index] }
        } ?? 0
    }
}

/// Room for floats that is used again and grows when it must.
private final class FloatRoom {
    static let width = MemoryLayout<Float>.stride
    private(set) var floats = UnsafeMutableBufferPointer<Float>.allocate(capacity: 1)

    deinit { floats.deallocate() }

    func reserve(_ count: Int) {
        guard floats.count < count else { return }
        floats.deallocate()
        floats = .allocate(capacity: count)
    }
    func bytes(_ range: Range<Int>) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(mutableBytes(range)) }
    func mutableBytes(_ range: Range<Int>) -> UnsafeMutableRawBufferPointer {
        UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: floats[range]))
    }
}
