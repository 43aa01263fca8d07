/// Which trace comes when in an epoch: a function of the seed and the epoch alone.
struct Sampler: Sendable {
    private let order: Loader.Order
    private let seed: UInt64
    /// The traces with picks, and those without, for orders that weigh them; otherwise all in the first.
    private let groups: [[Int]]

    init(_ traces: [Int], order: Loader.Order, seed: UInt64, isEarthquake: (Int) -> Bool) {
        self.order = order
        self.seed = seed
        switch order {
        case .sequential, .shuffled: groups = [traces]
        case .balanced, .undersampled:
            let both = [traces.filter(isEarthquake), traces.filter { !isEarthquake($0) }]
            groups = both.filter { !$0.isEmpty }
        }
    }

    /// How many windows an epoch has.
    var count: Int {
        let sizes = groups.map(\.count)
        return switch order {
        case .sequential, .shuffled: sizes.first ?? 0
        case .balanced: (sizes.max() ?? 0) * groups.count
        case .undersampled: (sizes.min() ?? 0) * groups.count
        }
    }

    /// The traces of an epoch in their order.
    func traces(epoch: Int) -> [Int] {
        switch order {
        case .sequential: return groups.first ?? []
        case .shuffled: return shuffled(0, epoch: epoch, turn: 0)
        case .balanced, .undersampled:
            // One of each in turn, so that every batch of even size is balanced.
            let turns = groups.indices.map { stretched($0, to: count / max(1, groups.count), epoch: epoch) }
            return (0..<count).map { turns[$0 % groups.count][$0 / groups.count] }
        }
    }

    /// A group's traces, shuffled again and again until there are enough.
    private func stretched(_ group: Int, to count: Int, epoch: Int) -> [Int] {
        var traces: [Int] = []
        var turn = 0
        while traces.count < count {
            traces += shuffled(group, epoch: epoch, turn: turn)
            turn += 1
        }
        return Array(traces.prefix(count))
    }

    private func shuffled(_ group: Int, epoch: Int, turn: Int) -> [Int] {
        var traces = groups.indices.contains(group) ? groups[group] : []
        var dice = Dice(seed: seed, purpose: "order.\(group)", round: epoch, subject: turn)
        traces.shuffle(with: &dice)
        return traces
    }
}

extension Array {
    /// Every order as likely as any other (Fisher and Yates).
    mutating func shuffle(with dice: inout Dice) {
        for index in stride(from: count - 1, to: 0, by: -1) { swapAt(index, dice.int(0..<index + 1)) }
    }
}
