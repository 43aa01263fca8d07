import Foundation
import Kernels

/// How the units of a layer go with the energy of sixteen bands, second by second.
struct UnitBands: Sendable {
    static let count = 16
    /// Samples a second of the waveform.
    private let rate: Double
    private let transform: Fourier
    private let span: Int
    private let taper: [Float]
    private var seconds = 0
    private var energy = [Double](repeating: 0, count: count)
    private var energySquares = [Double](repeating: 0, count: count)
    private var loud: [Double] = []
    private var loudSquares: [Double] = []
    /// By unit and band.
    private var products: [Double] = []

    init(rate: Double) {
        self.rate = rate
        span = max(32, Int(rate))
        transform = Fourier(atLeast: span)
        taper = (0..<span).map { [span] in Float(0.5 - 0.5 * cos(2 * Double.pi * (Double($0) + 0.5) / Double(span))) }
    }

    /// - `h`: `[units, time]` over the whole window of `x`, which is `[rows, width]`.
    mutating func add(_ x: [Float], rows: Int, _ h: [Float], units: Int, time: Int) {
        if loud.isEmpty {
            (loud, loudSquares) = ([Double](repeating: 0, count: units), [Double](repeating: 0, count: units))
            products = [Double](repeating: 0, count: units * Self.count)
        }
        let width = x.count / max(1, rows)
        for first in stride(from: 0, through: width - span, by: span) {
            let from = first * time / width, to = max(from + 1, (first + span) * time / width)
            guard to <= time else { continue }
            let energies = energies(x, rows: rows, width: width, first)
            seconds += 1
            for band in 0..<Self.count {
                energy[band] += energies[band]
                energySquares[band] += energies[band] * energies[band]
            }
            for unit in 0..<units {
                let start = unit * time
                let mean = h[start + from..<start + to].reduce(0.0) { $0 + Double(abs($1)) } / Double(to - from)
                loud[unit] += mean
                loudSquares[unit] += mean * mean
                for band in 0..<Self.count { products[unit * Self.count + band] += mean * energies[band] }
            }
        }
    }

    /// The logarithm of the energy of all rows in each band.
    private func energies(_ x: [Float], rows: Int, width: Int, _ first: Int) -> [Double] {
        var power = [Double](repeating: 0, count: transform.length / 2 + 1)
        for row in 0..<rows {
            // Without a taper the loud low frequencies of the ground would be heard in every band.
            let part = x[row * width + first..<row * width + first + span].enumerated().map { $1 * taper[$0] }
            let (re, im) = transform.spectrum(part)
            for k in power.indices { power[k] += re[k] * re[k] + im[k] * im[k] }
        }
        return (0..<Self.count).map { band in
            let bins = power.count - 1
            let low = 1 + band * bins / Self.count, high = max(low + 1, 1 + (band + 1) * bins / Self.count)
            return log(power[low..<min(high, power.count)].reduce(1e-12, +))
        }
    }

    /// The upper edge of a band in Hz.
    func edge(_ band: Int) -> Double { rate / 2 * Double(band + 1) / Double(Self.count) }

    /// By band, the correlation of a unit's |h| with the band's energy; `nil` where one does not vary.
    func correlations(of unit: Int) -> [Double?] {
        (0..<Self.count).map { band in
            guard seconds > 2, loud.indices.contains(unit) else { return nil }
            let n = Double(seconds)
            let a = energySquares[band] - energy[band] * energy[band] / n
            let b = loudSquares[unit] - loud[unit] * loud[unit] / n
            let both = products[unit * Self.count + band] - energy[band] * loud[unit] / n
            guard a > 1e-9 * energySquares[band], b > 1e-9 * loudSquares[unit] else { return nil }
            return max(-1, min(1, both / (a * b).squareRoot()))
        }
    }
}
