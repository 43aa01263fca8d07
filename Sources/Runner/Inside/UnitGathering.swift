import Foundation
import Interpreter
import Kernels
import Layers

/// Adds up what units do, trace by trace.
struct UnitGathering {
    let classes: [String]
    private(set) var units = 0
    private(set) var stretches: [UnitFinding.Stretch] = []
    private var histograms: [[Double]]
    private var gates: [String: (low: [Double], high: [Double], frames: Int)] = [:]
    private var gateNames: [String] = []
    private var largest: [Float] = []
    private var example: (seen: Subject.Seen, labels: [Int], activations: [Float], time: Int)?
    /// By class and unit: differences of the mean of a second after and before its start.
    private var changes: [[[Double]]]

    init(classes: [String]) {
        self.classes = classes
        histograms = classes.map { _ in [Double](repeating: 0, count: 41) }
        changes = classes.map { _ in [] }
    }

    mutating func add(
        _ h: [Float], units: Int, time: Int, _ seen: Subject.Seen, labels: [Int], insides: [Inside]
    ) {
        self.units = units
        if largest.isEmpty { largest = [Float](repeating: 0, count: units) }
        for unit in 0..<units {
            largest[unit] = h[unit * time..<(unit + 1) * time].reduce(largest[unit]) { max($0, abs($1)) }
        }
        var first = 0
        while first < time {
            var last = first
            while last + 1 < time, labels[last + 1] == labels[first] { last += 1 }
            stretches.append(stretch(h, units, time, seen.trace, labels[first], first..<last + 1))
            if first > 0 { noteChange(h, units, time, labels[first], at: first, seen) }
            first = last + 1
        }
        for unit in 0..<units {
            for t in 0..<time {
                let bin = Int((Double(max(-1, min(1, h[unit * time + t]))) + 1) * 20.5)
                histograms[labels[t]][min(40, bin)] += 1
            }
        }
        for inside in insides where inside.kind == .gate { note(inside) }
        if Set(labels).count > Set(example?.labels ?? []).count { example = (seen, labels, h, time) }
    }

    private func stretch(
        _ h: [Float], _ units: Int, _ time: Int, _ trace: Int, _ label: Int, _ frames: Range<Int>
    ) -> UnitFinding.Stretch {
        var (loud, mean) = ([Double](repeating: 0, count: units), [Double](repeating: 0, count: units))
        var (polarised, quiet) = (mean, mean)
        for unit in 0..<units {
            for t in frames {
                let value = Double(h[unit * time + t])
                loud[unit] += abs(value)
                mean[unit] += value
                if abs(value) > 0.9 { polarised[unit] += 1 }
                if abs(value) < 0.1 { quiet[unit] += 1 }
            }
        }
        let count = Double(frames.count)
        return .init(
            trace: trace, label: label, frames: frames, loudness: loud.map { $0 / count },
            mean: mean.map { $0 / count }, polarised: polarised.map { $0 / count }, quiet: quiet.map { $0 / count })
    }

    private mutating func noteChange(
        _ h: [Float], _ units: Int, _ time: Int, _ label: Int, at first: Int, _ seen: Subject.Seen
    ) {
        let perSecond = Double(time) / max(1e-9, Double(seen.shapes.first?.last ?? 1) / (seen.rate))
        let span = max(1, Int(perSecond.rounded()))
        let before = max(0, first - span)..<first, after = first..<min(time, first + span)
        changes[label].append(
            (0..<units).map { unit in
                func mean(_ range: Range<Int>) -> Double {
                    range.reduce(0.0) { $0 + Double(h[unit * time + $1]) } / Double(max(1, range.count))
                }
                return mean(after) - mean(before)
            })
    }

    private mutating func note(_ inside: Inside) {
        if gates[inside.name] == nil {
            gateNames.append(inside.name)
            gates[inside.name] = (
                [Double](repeating: 0, count: inside.rows), [Double](repeating: 0, count: inside.rows), 0
            )
        }
        guard var sums = gates[inside.name] else { return }
        for row in 0..<inside.rows {
            for value in inside.values[row * inside.columns..<(row + 1) * inside.columns] {
                if value < 0.1 { sums.low[row] += 1 }
                if value > 0.9 { sums.high[row] += 1 }
            }
        }
        sums.frames += inside.columns
        gates[inside.name] = sums
    }

    func finding(
        layer: String, shuffles: Int, run: RelevanceFinding.RunNote, rate: Double
    ) -> UnitFinding {
        let present = classes.indices.filter { label in stretches.contains { $0.label == label } }
        let kept = stretches.map { stretch -> UnitFinding.Stretch in
            var stretch = stretch
            stretch.label = present.firstIndex(of: stretch.label) ?? 0
            return stretch
        }
        let heat = present.indices.map { label -> [Double] in
            let own = kept.filter { $0.label == label }
            return (0..<units).map { unit in own.reduce(0) { $0 + $1.loudness[unit] } / Double(own.count) }
        }
        let means = (0..<units).map { unit in heat.reduce(0) { $0 + $1[unit] } / Double(heat.count) }
        let centred = heat.map { row in row.indices.map { row[$0] - means[$0] } }
        func correlations(_ rows: [[Double]]) -> [[Double?]] {
            rows.map { a in rows.map { b in Alike.pearson(a, b) } }
        }
        func share(_ value: (UnitFinding.Stretch) -> [Double]) -> [Double] {
            present.indices.map { label in
                let own = kept.filter { $0.label == label }
                return own.reduce(0) { $0 + value($1).reduce(0, +) / Double(units) } / Double(own.count)
            }
        }
        let judged = UnitJudging(stretches: kept, heat: heat, shuffles: shuffles)
        return UnitFinding(
            layer: layer, classes: present.map { classes[$0] },
            units: (0..<units).map { unit in
                judged.unit(unit, changes: present.map { z(changes[$0].map { $0[unit] }) }, isDead: largest[unit] == 0)
            },
            heat: heat, raw: correlations(heat), centred: correlations(centred), stretches: kept,
            polarisedShare: share(\.polarised), quietShare: share(\.quiet),
            histograms: present.map { label in
                let all = histograms[label].reduce(0, +)
                return histograms[label].map { all > 0 ? $0 / all : 0 }
            },
            gates: gateNames.compactMap { name in
                gates[name].map { sums in
                    let frames = Double(max(1, sums.frames))
                    return (name, sums.low.map { $0 / frames }, sums.high.map { $0 / frames })
                }
            },
            example: example.map {
                ($0.seen, $0.labels.map { present.firstIndex(of: $0) ?? 0 }, $0.activations, $0.time)
            },
            run: run, rate: rate)
    }

    /// The mean over its standard error.
    private func z(_ values: [Double]) -> Double? {
        guard values.count > 2 else { return nil }
        let mean = values.reduce(0, +) / Double(values.count)
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
        return variance > 0 ? mean / (variance / Double(values.count)).squareRoot() : nil
    }
}

/// What the stretches say of single units.
struct UnitJudging {
    let stretches: [UnitFinding.Stretch]
    let heat: [[Double]]
    let shuffles: Int

    func unit(_ unit: Int, changes: [Double?], isDead: Bool) -> UnitFinding.Unit {
        let levels = heat.map { $0[unit] }
        let loudest = levels.indices.max { levels[$0] < levels[$1] } ?? 0
        let others = levels.indices.filter { $0 != loudest }.map { levels[$0] }
        let rest = others.reduce(0, +) / Double(max(1, others.count))
        let all = levels[loudest] + rest
        let values = stretches.map { $0.mean[unit] }, labels = stretches.map(\.label)
        let areas = heat.indices.map { area(values, labels, $0) }
        let preferred = areas.indices.max { abs(areas[$0] - 0.5) < abs(areas[$1] - 0.5) } ?? 0
        let bins = binned(values)
        let information = bits(bins, labels)
        let dealt = (0..<shuffles).map { bits(bins, shuffled(labels, $0)) }.sorted()
        let above = dealt.count { $0 >= information }
        return .init(
            number: unit, loudest: loudest, preferred: preferred,
            selectivity: all > 0 ? (levels[loudest] - rest) / all : 0,
            area: areas.isEmpty ? 0.5 : areas[preferred], information: information,
            chance: dealt.isEmpty ? 0 : dealt.reduce(0, +) / Double(dealt.count),
            isInformative: Double(above + 1) / Double(shuffles + 1) <= 0.02, changes: changes, isDead: isDead)
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

    /// Into eight bins of as many stretches each.
    private func binned(_ values: [Double]) -> [Int] {
        let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
        var bins = [Int](repeating: 0, count: values.count)
        for (rank, index) in order.enumerated() {
            bins[index] = rank * 8 / max(1, values.count)
            // Equal values are not told apart.
            if rank > 0, values[order[rank - 1]] == values[index] { bins[index] = bins[order[rank - 1]] }
        }
        return bins
    }

    private func bits(_ bins: [Int], _ labels: [Int]) -> Double {
        var joint: [Int: Double] = [:], byBin: [Int: Double] = [:], byLabel: [Int: Double] = [:]
        let share = 1 / Double(max(1, bins.count))
        for (bin, label) in zip(bins, labels) {
            joint[bin * 1000 + label, default: 0] += share
            byBin[bin, default: 0] += share
            byLabel[label, default: 0] += share
        }
        return joint.keys.sorted().reduce(0) { sum, key in
            let p = joint[key] ?? 0, a = byBin[key / 1000] ?? 1, b = byLabel[key % 1000] ?? 1
            return sum + p * log2(p / (a * b))
        }
    }

    private func shuffled(_ labels: [Int], _ draw: Int) -> [Int] {
        let random = CounterRandom(seed: UInt64(draw), stream: "units")
        var dealt = labels
        for index in stride(from: dealt.count - 1, to: 0, by: -1) {
            dealt.swapAt(index, random.int(index, in: 0..<index + 1))
        }
        return dealt
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
