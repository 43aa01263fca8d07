import Foundation
import Kernels

/// A map of relevance reduced to what can be said in a sentence: which component, when, which octave.
public struct Shares: Sendable {
    public struct Part: Sendable {
        public var name: String
        /// Of the sum of |R|.
        public var ofAbsolute: Double
        /// Of the sum of R; `nil` where that is zero.
        public var ofSum: Double?
    }
    public var components: [Part] = []
    /// By time from what is explained, in seconds.
    public var times: [Part] = []
    /// By frequency: `Re X conj C`, which adds up to the sum of R.
    public var octaves: [Part] = []

    /// Of the window's ends, as far as padding's zeros reach; `nil` where nothing pads.
    public var ends: Part?

    /// Borders of time around what is explained, in seconds.
    static let borders = [-5, -1, -0.2, 0.2, 1, 5.0]

    /// - `x` and `c`: rows of one input and what came back for them.
    /// - `relevance`: where it is not their product, which no octave then has a share of.
    init(
        x: [Float], c: [Float], rows: Int, names: [String], rate: Double, at seconds: Double?,
        reach: PaddedReach? = nil, relevance: [Float]? = nil
    ) {
        let width = x.count / max(1, rows)
        let r = relevance.map { $0.map(Double.init) } ?? zip(x, c).map { Double($0) * Double($1) }
        let (sum, absolute) = (r.reduce(0, +), r.reduce(0) { $0 + abs($1) })
        func part(_ name: String, _ places: some Sequence<Int>) -> Part {
            var (some, size) = (0.0, 0.0)
            for place in places {
                some += r[place]
                size += abs(r[place])
            }
            return Part(
                name: name, ofAbsolute: absolute > 0 ? size / absolute : 0, ofSum: sum == 0 ? nil : some / sum)
        }
        components = (0..<rows).map { row in
            part(names.indices.contains(row) ? names[row] : "\(row)", row * width..<(row + 1) * width)
        }
        if let seconds {
            let edges = [-Double.infinity] + Shares.borders + [Double.infinity]
            times = zip(edges, edges.dropFirst()).map { from, to in
                part(
                    Shares.name(from, to),
                    r.indices.filter {
                        let t = Double($0 % width) / rate - seconds
                        return t >= from && t < to
                    })
            }
        }
        if let reach, reach.start + reach.end > 0 {
            let covered = r.indices.filter { $0 % width < reach.start || $0 % width >= width - reach.end }
            ends = part(Shares.name(reach, width: width, rate: rate), covered)
        }
        guard relevance == nil else { return }
        octaves = Shares.octaves(x, c, rows: rows, width: width, rate: rate, sum: sum)
    }

    private static func name(_ reach: PaddedReach, width: Int, rate: Double) -> String {
        func text(_ samples: Int) -> String { Figures.fixed(Double(samples) / rate, places: 2) + " s" }
        if reach.start + reach.end >= width { return "the whole window" }
        if reach.end == 0 { return "the first \(text(reach.start))" }
        return "the first and the last \(text(reach.start))"
    }

    private static func name(_ from: Double, _ to: Double) -> String {
        func text(_ value: Double) -> String {
            (value > 0 ? "+" : "") + Figures.fixed(value, places: abs(value) < 1 ? 1 : 0)
        }
        if from == -.infinity { return "before \(text(to)) s" }
        if to == .infinity { return "after \(text(from)) s" }
        return "\(text(from)) to \(text(to)) s"
    }

    /// From half the sampling rate downwards. Of a band's relevance the shares of |.| are of the bands' sums.
    private static func octaves(
        _ x: [Float], _ c: [Float], rows: Int, width: Int, rate: Double, sum: Double
    ) -> [Part] {
        let transform = Fourier(atLeast: width)
        let bins = transform.length
        var byOctave: [Int: Double] = [:]
        for row in 0..<rows {
            // Where nothing came back, what a transform leaves is its own rounding, and shares of that say nothing.
            let speaks = c[row * width..<(row + 1) * width].contains { $0 != 0 }
            var (re, im) = ([Double](repeating: 0, count: bins), [Double](repeating: 0, count: bins))
            // Two real signals at once: one is the real part, the other the imaginary one.
            for t in 0..<width {
                re[t] = Double(x[row * width + t])
                im[t] = Double(c[row * width + t])
            }
            transform.forward(&re, &im)
            for k in 0...bins / 2 {
                let mirror = (bins - k) % bins
                let (xr, xi) = ((re[k] + re[mirror]) / 2, (im[k] - im[mirror]) / 2)
                let (cr, ci) = ((im[k] + im[mirror]) / 2, (re[mirror] - re[k]) / 2)
                let weight = k == 0 || k == bins / 2 ? 1.0 : 2.0
                let value = speaks ? weight * (xr * cr + xi * ci) / Double(bins) : 0
                let frequency = Double(k) * rate / Double(bins)
                byOctave[frequency <= 0 ? Int.min : Int(floor(log2(rate / 2 / frequency) + 1e-9)), default: 0] += value
            }
        }
        // In order of frequency: a dictionary's own order would show in the last digit.
        let all = byOctave.sorted { $0.key < $1.key }.reduce(0) { $0 + abs($1.value) }
        let octaves = byOctave.keys.filter { $0 != Int.min && $0 < 8 }.sorted(by: >)
        func part(_ name: String, _ value: Double) -> Part {
            Part(name: name, ofAbsolute: all > 0 ? abs(value) / all : 0, ofSum: sum == 0 ? nil : value / sum)
        }
        let lowest = byOctave.filter { $0.key == Int.min || $0.key >= 8 }.sorted { $0.key < $1.key }
            .reduce(0) { $0 + $1.value }
        let edge = rate / 2 / 256
        return [part("below \(text(edge)) Hz", lowest)]
            + octaves.map { octave in
                let high = rate / 2 / pow(2, Double(octave))
                return part("\(text(high / 2)) to \(text(high)) Hz", byOctave[octave] ?? 0)
            }
    }
    private static func text(_ hertz: Double) -> String {
        Figures.fixed(hertz, places: hertz < 1 ? 2 : hertz < 10 ? 1 : 0)
    }
}

/// What maps of relevance are compared by: |R| smoothed by a tenth of a second, since R swings with the wave.
enum Alike {
    static func smoothed(_ r: [Float], rows: Int, rate: Double) -> [Double] {
        let width = r.count / max(1, rows), half = max(0, Int((0.05 * rate).rounded()))
        var out = [Double](repeating: 0, count: r.count)
        for row in 0..<rows {
            var sum = 0.0
            let start = row * width
            for t in -half..<width {
                if t + half < width { sum += Double(abs(r[start + t + half])) }
                if t - half - 1 >= 0 { sum -= Double(abs(r[start + t - half - 1])) }
                if t >= 0 { out[start + t] = max(0, sum) / Double(2 * half + 1) }
            }
        }
        return out
    }

    /// Where the most relevant stretch begins, all rows together, looked for every tenth of it.
    static func loudestStretch(_ smooth: [Double], rows: Int, span: Int) -> Int? {
        let width = smooth.count / max(1, rows)
        var best: (first: Int, total: Double)?
        for first in stride(from: 0, through: width - span, by: max(1, span / 10)) {
            var total = 0.0
            for row in 0..<rows { for t in first..<first + span { total += smooth[row * width + t] } }
            if best.map({ total > $0.total }) ?? true { best = (first, total) }
        }
        return best?.first
    }

    /// Spearman's rank correlation; ties share their rank. `nil` where one does not vary.
    static func ranks(_ a: [Double], _ b: [Double]) -> Double? { pearson(ranked(a), ranked(b)) }

    static func pearson(_ a: [Double], _ b: [Double]) -> Double? {
        guard a.count == b.count, a.count > 1 else { return nil }
        let (ma, mb) = (a.reduce(0, +) / Double(a.count), b.reduce(0, +) / Double(b.count))
        var (ab, aa, bb) = (0.0, 0.0, 0.0)
        for (x, y) in zip(a, b) {
            ab += (x - ma) * (y - mb)
            aa += (x - ma) * (x - ma)
            bb += (y - mb) * (y - mb)
        }
        return aa > 0 && bb > 0 ? ab / (aa * bb).squareRoot() : nil
    }

    private static func ranked(_ values: [Double]) -> [Double] {
        let order = values.indices.sorted { values[$0] < values[$1] }
        var ranks = [Double](repeating: 0, count: values.count)
        var first = 0
        while first < order.count {
            var last = first
            while last + 1 < order.count, values[order[last + 1]] == values[order[first]] { last += 1 }
            for place in first...last { ranks[order[place]] = Double(first + last) / 2 }
            first = last + 1
        }
        return ranks
    }
}
