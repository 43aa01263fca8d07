/// Which pick belongs to which arrival: one to one, as many pairs within the tolerance as there can be, and of all such
/// pairings the one whose picks lie closest, in the order of the arrivals.
public struct PickMatch: Sendable, Equatable {
    public struct Pair: Sendable, Equatable {
        public var arrival: Int
        public var pick: Int
    }
    /// In time.
    public var pairs: [Pair]

    /// Half a nanosecond of slack: tolerances are decimal, samples are not.
    private static let slack = 5e-10

    /// Arrivals and picks in seconds, in any order. Pairs of the best pairing on a line never cross, so that it is
    /// found going once through both in time.
    public init(arrivals: [Double], picks: [Double], within tolerance: Double) {
        pairs = []
        guard !arrivals.isEmpty, !picks.isEmpty else { return }
        let a = arrivals.indices.sorted { (arrivals[$0], $0) < (arrivals[$1], $1) }
        let p = picks.indices.sorted { (picks[$0], $0) < (picks[$1], $1) }
        let width = p.count + 1
        // The best of the first arrivals and the first picks: how many pairs, and how far off in all.
        var count = [Int](repeating: 0, count: (a.count + 1) * width)
        var cost = [Double](repeating: 0, count: (a.count + 1) * width)
        func isBetter(_ i: Int, _ j: Int) -> Bool { (count[i], -cost[i]) > (count[j], -cost[j]) }
        for i in 1...a.count {
            for j in 1...p.count {
                let here = i * width + j
                let (above, left, before) = (here - width, here - 1, here - width - 1)
                let best = isBetter(left, above) ? left : above
                (count[here], cost[here]) = (count[best], cost[best])
                let distance = abs(arrivals[a[i - 1]] - picks[p[j - 1]])
                guard distance <= tolerance + Self.slack else { continue }
                let (pairs, sum) = (count[before] + 1, cost[before] + distance)
                if (pairs, -sum) > (count[here], -cost[here]) { (count[here], cost[here]) = (pairs, sum) }
            }
        }
        var (i, j) = (a.count, p.count)
        while i > 0, j > 0 {
            let here = i * width + j
            if count[here] == count[here - width], cost[here] == cost[here - width] {
                i -= 1
            } else if count[here] == count[here - 1], cost[here] == cost[here - 1] {
                j -= 1
            } else {
                pairs.append(Pair(arrival: a[i - 1], pick: p[j - 1]))
                (i, j) = (i - 1, j - 1)
            }
        }
        pairs.reverse()
    }
}
