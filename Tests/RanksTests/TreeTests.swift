import Testing

@testable import Ranks

/// The order of a sum depends on the number of its leaves alone.
@Suite struct TreeTests {
    /// A leaf's numbers: of very different sizes, so that another order gives another sum.
    private static func leaf(_ index: Int, count: Int = 5) -> [Float] {
        (0..<count).map { place in
            let turn = Float((index * 7919 + place * 104_729) % 1009) / 1009 - 0.5
            return turn * Float(1 << (3 * ((index + place) % 6)))
        }
    }

    /// The tree as it is meant, by recursion over halves of the next power of two.
    private static func plain(_ count: Int) -> [Float] {
        var width = 1
        while width < count { width *= 2 }
        func sum(_ start: Int, _ width: Int) -> [Float]? {
            if start >= count { return nil }
            if width == 1 { return leaf(start) }
            guard let left = sum(start, width / 2) else { return nil }
            guard let right = sum(start + width / 2, width / 2) else { return left }
            return zip(left, right).map { $0 + $1 }
        }
        return sum(0, width) ?? []
    }

    private static func cuts(_ leaves: Int, _ ranks: Int, skewed: Bool) -> [Range<Int>] {
        (0..<ranks).map { rank in
            skewed
                ? leaves * rank * rank / (ranks * ranks)..<leaves * (rank + 1) * (rank + 1) / (ranks * ranks)
                : leaves * rank / ranks..<leaves * (rank + 1) / ranks
        }
    }

    @Test func theTreesOfAllNumbers() {
        var otherOrders = 0
        for count in 1...40 {
            var tree = TreeSum()
            for index in 0..<count { tree.add(Self.leaf(index)) }
            var found: [Float] = []
            tree.take { found = $0 }
            #expect(found == Self.plain(count), "\(count)")
            let inOrder = (1..<count).reduce(Self.leaf(0)) { sum, index in
                zip(sum, Self.leaf(index)).map { $0 + $1 }
            }
            otherOrders += inOrder == found ? 0 : 1
        }
        // The numbers are such that an order shows: otherwise this test would see nothing.
        #expect(otherOrders > 20)
    }

    @Test func nodesCoverARangeOnce() {
        for count in 1...40 {
            for start in 0..<count {
                for end in start + 1...count {
                    let nodes = Tree(count).nodes(within: start..<end)
                    #expect(nodes.flatMap { Array($0) } == Array(start..<end), "\(count) \(start) \(end)")
                }
            }
        }
    }

    @Test(arguments: [false, true]) func anyNumberOfRanksGivesTheSameSum(skewed: Bool) throws {
        for ranks in 1...9 {
            let sums = try Chorus.sing(ranks) { collective in
                var sums: [[Float]] = []
                for count in 1...40 {
                    let owned = Self.cuts(count, ranks, skewed: skewed)
                    // Messages of three numbers: pieces of pieces must fit too.
                    let exchange = TreeExchange(collective, leaves: count, owned: owned, together: 3)
                    var mine: [Float] = []
                    for node in exchange.own {
                        var tree = TreeSum()
                        for index in node { tree.add(Self.leaf(index)) }
                        tree.take { mine += $0 }
                    }
                    var total = [Float](repeating: 0, count: 5)
                    try exchange.add(mine, into: &total)
                    sums.append(total)
                }
                return sums
            }
            for of in sums { #expect(of == (1...40).map(Self.plain), "\(ranks) ranks") }
        }
    }
}
