import Foundation
import Kernels

/// How far two records are apart in envelope and in phase, over time and frequency (Kristekova et al. 2006, 2009).
///
/// Both are transformed with Morlet wavelets at frequencies in equal steps of their logarithm. With the reference's
/// magnitudes as weights, the envelope misfit is the root of sum (|W| - |R|)^2 over sum |R|^2, and the phase misfit the
/// root of sum (|R| arg(W / R) / pi)^2 over the same. ObsPy's `em` and `pm` agree.
public struct Misfit: Sendable {
    public struct Value: Hashable, Sendable {
        public var envelope: Double
        public var phase: Double
        public var sum: Double { envelope + phase }
    }

    private let length: Int
    private let fourier: Fourier
    /// The spectrum of each frequency's wavelet.
    private let wavelets: [(real: [Double], imaginary: [Double])]
    private let step: Double
    private let shift: Int

    /// For records of a length. The lowest and highest frequency in Hz must lie between 0 and half of the rate.
    public init(length: Int, rate: Double, low: Double, high: Double, frequencies: Int = 30) {
        self.length = length
        let step = 1 / rate
        self.step = step
        let span = 2 * length
        // ObsPy's length: twice the power of two at or above twice the record.
        let fourier = Fourier(atLeast: 2 * Fourier(atLeast: span).length)
        self.fourier = fourier
        let middle = Double(span - 1) * step / 2
        shift = Int(middle / step)
        wavelets = (0..<frequencies).map { number in
            let share = frequencies == 1 ? 0 : Double(number) / Double(frequencies - 1)
            let scale = Misfit.width / (2 * .pi * low * pow(high / low, share))
            var real = [Double](repeating: 0, count: fourier.length)
            var imaginary = real
            for index in 0..<span {
                let time = -(Double(index) * step - middle) / scale
                let size = pow(Double.pi, -0.25) * exp(-time * time / 2) / scale.squareRoot()
                real[index] = size * cos(Misfit.width * time)
                imaginary[index] = -size * sin(Misfit.width * time)
            }
            fourier.forward(&real, &imaginary)
            return (real, imaginary)
        }
    }

    /// The wavelet's omega 0: its width in time against that in frequency.
    private static let width = 6.0

    /// The misfit of a record against a reference, both of the length given before.
    public func of(_ record: [Float], reference: [Float]) -> Value {
        let spectra = [spectrum(record), spectrum(reference)]
        var (envelope, phase, weight) = (0.0, 0.0, 0.0)
        for wavelet in wavelets {
            let (a, b) = (transform(spectra[0], wavelet), transform(spectra[1], wavelet))
            for index in 0..<length {
                let sizeA = hypot(a.real[index], a.imaginary[index])
                let sizeB = hypot(b.real[index], b.imaginary[index])
                envelope += (sizeA - sizeB) * (sizeA - sizeB)
                weight += sizeB * sizeB
                // The angle from the reference to the record: that of a * conj(b).
                let real = a.real[index] * b.real[index] + a.imaginary[index] * b.imaginary[index]
                let imaginary = a.imaginary[index] * b.real[index] - a.real[index] * b.imaginary[index]
                let turn = sizeB * atan2(imaginary, real) / .pi
                phase += turn * turn
            }
        }
        guard weight > 0 else { return Value(envelope: 0, phase: 0) }
        return Value(envelope: (envelope / weight).squareRoot(), phase: (phase / weight).squareRoot())
    }

    private func spectrum(_ record: [Float]) -> (real: [Double], imaginary: [Double]) {
        var real = [Double](repeating: 0, count: fourier.length)
        for (index, sample) in record.prefix(length).enumerated() where sample.isFinite { real[index] = Double(sample) }
        var imaginary = [Double](repeating: 0, count: fourier.length)
        fourier.forward(&real, &imaginary)
        return (real, imaginary)
    }

    private func transform(
        _ a: (real: [Double], imaginary: [Double]), _ b: (real: [Double], imaginary: [Double])
    ) -> (real: ArraySlice<Double>, imaginary: ArraySlice<Double>) {
        var real = [Double](repeating: 0, count: fourier.length)
        var imaginary = real
        for index in 0..<fourier.length {
            real[index] = (a.real[index] * b.real[index] - a.imaginary[index] * b.imaginary[index]) * step
            imaginary[index] = (a.real[index] * b.imaginary[index] + a.imaginary[index] * b.real[index]) * step
        }
        fourier.inverse(&real, &imaginary)
        let part = shift..<shift + length
        return (Array(real[part])[...], Array(imaginary[part])[...])
    }
}
