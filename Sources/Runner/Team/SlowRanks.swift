/// Finds the process that holds the others up: for many steps in a row it computes longer than most.
struct SlowRanks {
    /// So much longer than the median.
    static let factor = 1.2
    static let steps = 50
    private var streaks: [Int] = []

    /// Hears how long each process computed; returns who has been slow for long, once.
    mutating func hear(_ seconds: [Double]) -> Int? {
        guard seconds.count > 1 else { return nil }
        if streaks.count != seconds.count { streaks = [Int](repeating: 0, count: seconds.count) }
        let median = seconds.sorted()[(seconds.count - 1) / 2]
        for (rank, own) in seconds.enumerated() {
            streaks[rank] = own > SlowRanks.factor * median ? min(streaks[rank] + 1, SlowRanks.steps + 1) : 0
        }
        return streaks.firstIndex(of: SlowRanks.steps)
    }
}
