import Foundation
import Kernels

/// How the frequencies of a trace change with time, in steps of decibels for drawing.
public struct Spectrogram: Sendable {
    public static let levels = 16
    /// What lies this far below the loudest is as dark as silence.
    private static let range = 70.0

    public let frames: Int
    public let bands: Int
    private let cells: [UInt8]

    /// Frames of about a 200th of the trace, half overlapping, under a Hann window.
    public init(_ samples: [Float], rate: Double) {
        let fourier = Fourier(atLeast: max(16, min(1024, samples.count / 60)))
        let length = fourier.length
        let hop = max(1, (samples.count - length) / 180)
        frames = samples.count < length ? 0 : (samples.count - length) / hop + 1
        let half = length / 2
        let joined = max(1, half / 42)
        bands = half / joined
        let finite = samples.map { $0.isFinite ? Double($0) : 0 }
        let mean = finite.reduce(0, +) / Double(max(1, finite.count))
        var powers: [Double] = []
        powers.reserveCapacity(frames * bands)
        let hann = (0..<length).map { index -> Double in
            let angle = 2 * Double.pi * Double(index) / Double(length)
            return 0.5 - 0.5 * cos(angle)
        }
        for frame in 0..<frames {
            let stretch = finite[frame * hop..<frame * hop + length]
            var real: [Double] = zip(stretch, hann).map { ($0 - mean) * $1 }
            var imaginary = [Double](repeating: 0, count: length)
            fourier.forward(&real, &imaginary)
            for band in 0..<bands {
                let bins = band * joined..<(band + 1) * joined
                var power = 0.0
                for bin in bins { power += real[bin] * real[bin] + imaginary[bin] * imaginary[bin] }
                powers.append(power)
            }
        }
        let loudest = max(powers.max() ?? 0, 1e-300)
        cells = powers.map { power in
            let below = 10 * log10(max(power, 1e-300) / loudest)
            return UInt8(max(0, min(1, 1 + below / Spectrogram.range)) * Double(Spectrogram.levels - 1))
        }
    }

    /// From 0, silence, to `levels - 1`, the loudest of the trace.
    public func level(frame: Int, band: Int) -> Int { Int(cells[frame * bands + band]) }
}
