import Foundation
import GraphIR
import Interpreter
import Kernels
import Seismic

/// Changes a window step by step so that a number of a network grows, and keeps it what the run could have seen.
final class Climb {
    let bands: [OptimumFinding.Band]
    let notes: [String]
    /// The deviation of a usual window.
    let loudness: Float
    private let slopes: Slopes
    private let wishes: OptimumFinding.Wishes
    private let pipeline: Pipeline?
    private let rows: Int
    private let width: Int
    private let rate: Double
    private let components: String
    private let transform: Fourier
    /// By frequency: what a natural step is scaled by; the mean spectrum of the data, 1 at most.
    private let natural: [Double]

    init(
        _ subject: Subject, _ explained: ExplainedGraph, _ target: ExplainedTarget, like seen: [Subject.Seen],
        wishes: OptimumFinding.Wishes
    ) throws {
        let first = seen[0]
        slopes = try Slopes(subject, explained, target, lengths: first.symbols)
        self.wishes = wishes
        (rows, width, rate) = (first.shapes[0][0], first.shapes[0][1], subject.rate)
        components = first.components.joined()
        transform = Fourier(atLeast: width)
        let made = try Pipeline(
            subject.session.recipe, window: subject.graph.inputs[0].type, registry: subject.session.registry)
        pipeline = made.levels ? made : nil
        let alike = seen.filter { $0.shapes == first.shapes }
        let sizes = alike.map { window -> Float in
            let x = window.inputs[0]
            return (x.reduce(Float(0)) { $0 + $1 * $1 } / Float(max(1, x.count))).squareRoot()
        }.filter { $0 > 0 }.sorted()
        loudness = sizes.isEmpty ? 1 : sizes[sizes.count / 2]
        let spectra = Spectra(alike, rows: rows, width: width, transform)
        bands = spectra.bands
        natural = spectra.mean
        var notes: [String] = []
        if !made.levels {
            notes.append("the recipe levels nothing last: windows are kept as loud as the median of the data")
        }
        if let band = wishes.band {
            notes.append(
                "kept to \(Figures.fixed(band.lowerBound, places: 1)) to "
                    + "\(Figures.fixed(band.upperBound, places: 1)) Hz"
            )
        }
        self.notes = notes
    }

    func search(
        _ start: OptimumFinding.Start, named name: String, from: [Float]
    ) throws -> OptimumFinding.Search {
        var x = from
        var best: (value: Double, x: [Float]) = (-.infinity, from)
        var curve: [Double] = []
        var change: Double?
        var hasNoSlope = false, hasSettled = false
        var walk = Walk(count: x.count)
        let sign = wishes.isLeast ? -1.0 : 1.0
        var lastGain = 0
        for step in 0..<wishes.steps {
            let (value, slope) = try slope(x, step: step)
            curve.append(value)
            if step == 0, slope.allSatisfy({ $0 == 0 }) {
                hasNoSlope = true
                break
            }
            if sign * value > best.value + 1e-4 { lastGain = step }
            if sign * value > best.value { best = (sign * value, x) }
            if change == nil, curve[0] * sign <= 0, value * sign > 0 { change = decibels(from, x) }
            if step - lastGain >= 20 {
                hasSettled = true
                break
            }
            let ahead = slope.map { $0 * Float(sign) }
            x = try seen(
                wishes.isNatural
                    ? walk.natural(x, scaled(ahead), by: Float(wishes.rate) * loudness)
                    : walk.adam(x, ahead, by: Float(wishes.rate) * loudness))
        }
        return OptimumFinding.Search(
            start: start, name: name, from: from, to: best.x, curve: curve, first: curve.first ?? 0,
            last: hasNoSlope ? curve.first ?? 0 : sign * best.value, hasNoSlope: hasNoSlope, hasSettled: hasSettled,
            change: change, peaks: (0..<rows).map { peak(best.x, row: $0) })
    }

    /// The number and where it grows, penalties taken off, at a window moved a little if that is wished.
    private func slope(_ x: [Float], step: Int) throws -> (value: Double, slope: [Float]) {
        let random = CounterRandom(seed: wishes.seed, stream: "jitter")
        let by = wishes.jitter > 0 ? random.int(step, in: -wishes.jitter..<wishes.jitter + 1) : 0
        let (value, slopes) = try slopes.ascent([rolled(x, by: by)], follows: true)
        var slope = rolled(slopes[0], by: -by)
        let count = Float(x.count), sign: Float = wishes.isLeast ? -1 : 1
        for place in x.indices where wishes.energy > 0 || wishes.roughness > 0 {
            slope[place] -= sign * Float(2 * wishes.energy) * x[place] / count
            let t = place % width
            if t > 0, x[place] != x[place - 1] {
                slope[place] -= sign * Float(wishes.roughness) / count * (x[place] > x[place - 1] ? 1 : -1)
            }
            if t + 1 < width, x[place] != x[place + 1] {
                slope[place] -= sign * Float(wishes.roughness) / count * (x[place] > x[place + 1] ? 1 : -1)
            }
        }
        return (value, slope)
    }

    private func rolled(_ x: [Float], by shift: Int) -> [Float] {
        guard shift != 0 else { return x }
        return x.indices.map { place in
            let row = place / width, t = ((place % width - shift) % width + width) % width
            return x[row * width + t]
        }
    }

    /// A window as the run could have seen it: its band, ends that fade, and levelled as its recipe levels.
    func seen(_ x: [Float]) throws -> [Float] {
        var parts = (0..<rows).map { row -> [Float] in
            var part = Array(x[row * width..<(row + 1) * width])
            if let band = wishes.band { part = masked(part) { band.contains($0) ? 1 : 0 } }
            let fade = max(1, min(Int(0.2 * rate), width / 8))
            for t in 0..<fade {
                let gain = Float(0.5 - 0.5 * cos(.pi * (Double(t) + 0.5) / Double(fade)))
                part[t] *= gain
                part[width - 1 - t] *= gain
            }
            return part
        }
        if let pipeline {
            var window = Window(samples: parts, components: components, rate: rate)
            try pipeline.level(&window)
            parts = window.samples
        } else {
            let sum = parts.reduce(Float(0)) { $0 + $1.reduce(0) { $0 + $1 * $1 } }
            let size = (sum / Float(max(1, x.count))).squareRoot()
            if size > loudness { parts = parts.map { $0.map { $0 * loudness / size } } }
        }
        return parts.flatMap { $0 }
    }

    private func scaled(_ slope: [Float]) -> [Float] {
        (0..<rows).flatMap { row in
            masked(Array(slope[row * width..<(row + 1) * width])) { frequency in
                natural[min(natural.count - 1, Int((frequency / rate * Double(transform.length)).rounded()))]
            }
        }
    }

    private func masked(_ row: [Float], _ gain: (_ hertz: Double) -> Double) -> [Float] {
        var (re, im) = transform.spectrum(row)
        let length = transform.length
        for k in 0..<length {
            let share = gain(Double(min(k, length - k)) * rate / Double(length))
            re[k] *= share
            im[k] *= share
        }
        transform.inverse(&re, &im)
        return re.prefix(row.count).map(Float.init)
    }

    private func decibels(_ from: [Float], _ to: [Float]) -> Double? {
        var (size, moved) = (0.0, 0.0)
        for (a, b) in zip(from, to) {
            size += Double(a) * Double(a)
            moved += Double(a - b) * Double(a - b)
        }
        return size > 0 && moved > 0 ? 10 * log10(moved / size) : nil
    }

    private func peak(_ x: [Float], row: Int) -> Double {
        let fine = Fourier(atLeast: 4 * width)
        let (re, im) = fine.spectrum(x[row * width..<(row + 1) * width])
        let power = (1...fine.length / 2).map { k -> Double in re[k] * re[k] + im[k] * im[k] }
        let best = power.indices.max { power[$0] < power[$1] } ?? 0
        return Double(best + 1) * rate / Double(fine.length)
    }
}

/// How far to go: Adam's steps, or the way of the slope itself with momentum.
private struct Walk {
    private var mean: [Float]
    private var square: [Float]
    private var count: Float = 0

    init(count: Int) {
        mean = [Float](repeating: 0, count: count)
        square = mean
    }

    mutating func adam(_ x: [Float], _ slope: [Float], by rate: Float) -> [Float] {
        count += 1
        let (a, b) = (1 - pow(0.9, count), 1 - pow(0.999, count))
        return x.indices.map { place in
            mean[place] = 0.9 * mean[place] + 0.1 * slope[place]
            square[place] = 0.999 * square[place] + 0.001 * slope[place] * slope[place]
            return x[place] + rate * (mean[place] / a) / ((square[place] / b).squareRoot() + 1e-8)
        }
    }

    mutating func natural(_ x: [Float], _ slope: [Float], by rate: Float) -> [Float] {
        let size = (slope.reduce(Float(0)) { $0 + $1 * $1 } / Float(max(1, slope.count))).squareRoot()
        guard size > 0 else { return x }
        return x.indices.map { place in
            mean[place] = 0.9 * mean[place] + 0.1 * slope[place] / size
            return x[place] + rate * mean[place]
        }
    }
}

/// Amplitude spectra of data: what lies between a tenth and nine tenths of the traces.
private struct Spectra {
    var bands: [OptimumFinding.Band] = []
    var mean: [Double]

    init(_ seen: [Subject.Seen], rows: Int, width: Int, _ transform: Fourier) {
        let half = transform.length / 2
        mean = [Double](repeating: 0, count: half + 1)
        for (name, isEvent) in [("earthquakes", true), ("noise", false)] {
            let own = seen.filter { $0.arrivals.isEmpty != isEvent }
            guard !own.isEmpty else { continue }
            var low: [[Double]] = [], high: [[Double]] = []
            for row in 0..<rows {
                let spectra = own.map { window -> [Double] in
                    let (re, im) = transform.spectrum(window.inputs[0][row * width..<(row + 1) * width])
                    return (0...half).map { (re[$0] * re[$0] + im[$0] * im[$0]).squareRoot() }
                }
                for spectrum in spectra { for k in 0...half { mean[k] += spectrum[k] } }
                let sorted = (0...half).map { k in spectra.map { $0[k] }.sorted() }
                low.append(sorted.map { $0[$0.count / 10] })
                high.append(sorted.map { $0[$0.count - 1 - $0.count / 10] })
            }
            bands.append(.init(name: name, low: low, high: high, traces: own.count))
        }
        let largest = mean.max() ?? 0
        mean = mean.map { largest > 0 ? max(1e-3, $0 / largest) : 1 }
    }
}
