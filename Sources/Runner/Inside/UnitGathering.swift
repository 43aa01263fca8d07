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
    private var examples = UnitExamples()
    private var bands: UnitBands
    private var deals = UnitDeals()
    private var delays = UnitDelays()
    /// By class and unit: differences of the mean of a second after and before its start.
    private var changes: [[[Double]]]

    init(classes: [String], rate: Double) {
        self.classes = classes
        bands = UnitBands(rate: rate)
        histograms = classes.map { _ in [Double](repeating: 0, count: 41) }
        changes = classes.map { _ in [] }
    }

    mutating func add(
        _ h: [Float], units: Int, time: Int, _ seen: Subject.Seen, labels: [Int], said: [Int]?, insides: [Inside]
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
        deals.add(h, units: units, time: time, labels: labels)
        delays.add(
            h, units: units, labels: labels, said: said, seconds: Double(seen.shapes.first?.last ?? 1) / seen.rate)
        bands.add(
            seen.inputs[0], rows: max(1, seen.shapes[0].dropLast().reduce(1, *)), h, units: units, time: time)
        examples.add(.init(why: .varied, seen: seen, labels: labels, said: said, activations: h, time: time))
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
        let judged = UnitJudging(stretches: kept, heat: heat, deals: deals, shuffles: shuffles)
        let information = judged.information(units: units)
        return UnitFinding(
            layer: layer, classes: present.map { classes[$0] },
            units: (0..<units).map { unit in
                judged.unit(
                    unit, information: information[unit], changes: present.map { z(changes[$0].map { $0[unit] }) },
                    isDead: largest[unit] == 0)
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
            delays: present.map { delays.medians(of: $0) },
            susceptibility: (0..<units).map { delays.susceptibility(of: $0) },
            bands: (0..<units).map { bands.correlations(of: $0) },
            edges: (0..<UnitBands.count).map { bands.edge($0) },
            examples: examples.chosen.map { example in
                var example = example
                example.labels = example.labels.map { present.firstIndex(of: $0) ?? 0 }
                example.said = example.said?.map { present.firstIndex(of: $0) ?? present.count }
                return example
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
