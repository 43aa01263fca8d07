import Foundation

/// What the stretches say of single units.
struct UnitJudging {
    let stretches: [UnitFinding.Stretch]
    let heat: [[Double]]
    /// What is known if units knew nothing.
    let deals: UnitDeals
    let shuffles: Int

    /// What each unit's mean tells of the class in bits, what it tells of dealt classes, and whether that is less in
    /// more than 98 of 100 deals.
    func information(units: Int) -> [(bits: Double, chance: Double, isMore: Bool)] {
        let labels = deals.labels
        let own = deals.means(nil, of: Array(0..<units)).map { Self.bits(Self.binned($0), labels) }
        var sums = [Double](repeating: 0, count: units), draws = [Int](repeating: 0, count: units)
        var above = draws
        // Who is beaten twice is settled; twenty deals say what chance gives.
        var open = Array(0..<units)
        for draw in 0..<shuffles where !open.isEmpty {
            for (unit, means) in zip(open, deals.means(draw, of: open)) {
                let bits = Self.bits(Self.binned(means), labels)
                sums[unit] += bits
                draws[unit] += 1
                if bits >= own[unit] { above[unit] += 1 }
            }
            open.removeAll { above[$0] >= 2 && draws[$0] >= 20 }
        }
        return (0..<units).map { unit in
            let chance = draws[unit] > 0 ? sums[unit] / Double(draws[unit]) : 0
            return (own[unit], chance, above[unit] < 2 && Double(above[unit] + 1) / Double(shuffles + 1) <= 0.02)
        }
    }

    func unit(
        _ unit: Int, information: (bits: Double, chance: Double, isMore: Bool), changes: [Double?], isDead: Bool
    ) -> UnitFinding.Unit {
        let levels = heat.map { $0[unit] }
        let loudest = levels.indices.max { levels[$0] < levels[$1] } ?? 0
        let others = levels.indices.filter { $0 != loudest }.map { levels[$0] }
        let rest = others.reduce(0, +) / Double(max(1, others.count))
        let all = levels[loudest] + rest
        let values = stretches.map { $0.mean[unit] }, labels = stretches.map(\.label)
        let areas = heat.indices.map { area(values, labels, $0) }
        let preferred = areas.indices.max { abs(areas[$0] - 0.5) < abs(areas[$1] - 0.5) } ?? 0
        return .init(
            number: unit, loudest: loudest, preferred: preferred,
            selectivity: all > 0 ? (levels[loudest] - rest) / all : 0,
            area: areas.isEmpty ? 0.5 : areas[preferred], information: information.bits, chance: information.chance,
            isInformative: information.isMore && !isDead, changes: changes, isDead: isDead)
    }

    /// How often a stretch of the class has a larger mean than one of another, ties half.
    private func area(_ values: [Double], _ labels: [Int], _ label: Int) -> Double {
        let own = values.indices.filter { labels[$0] == label }.map { values[$0] }
        let others = values.indices.filter { labels[$0] != label }.map { values[$0] }.sorted()
        guard !own.isEmpty, !others.isEmpty else { return 0.5 }
        var wins = 0.0
        for value in own {
            let below = others.partitioningIndex { $0 >= value }, through = others.partitioningIndex { $0 > value }
            wins += Double(below) + Double(through - below) / 2
        }
        return wins / Double(own.count * others.count)
    }

    private static let bins = 8

    /// Into bins of as many stretches each.
    private static func binned(_ values: [Double]) -> [Int] {
        let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
        var bins = [Int](repeating: 0, count: values.count)
        for (rank, index) in order.enumerated() {
            bins[index] = rank * Self.bins / max(1, values.count)
            // Equal values are not told apart.
            if rank > 0, values[order[rank - 1]] == values[index] { bins[index] = bins[order[rank - 1]] }
        }
        return bins
    }

    private static func bits(_ bins: [Int], _ labels: [Int]) -> Double {
        guard bins.count == labels.count, !labels.isEmpty else { return 0 }
        let classes = (labels.max() ?? 0) + 1
        var joint = [Double](repeating: 0, count: Self.bins * classes)
        for (bin, label) in zip(bins, labels) { joint[bin * classes + label] += 1 / Double(bins.count) }
        let byBin = (0..<Self.bins).map { bin in joint[bin * classes..<(bin + 1) * classes].reduce(0, +) }
        let byLabel = (0..<classes).map { label in (0..<Self.bins).reduce(0) { $0 + joint[$1 * classes + label] } }
        var sum = 0.0
        for bin in 0..<Self.bins {
            for label in 0..<classes {
                let p = joint[bin * classes + label]
                if p > 0 { sum += p * log2(p / (byBin[bin] * byLabel[label])) }
            }
        }
        return sum
    }
}

extension [Double] {
    /// The first place where a condition holds that holds from some place on.
    fileprivate func partitioningIndex(_ isAfter: (Double) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if isAfter(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
