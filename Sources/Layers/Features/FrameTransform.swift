import Foundation
import Kernels

/// The Fourier transform of sixteen frames at once: every number is a vector with one lane for each frame.
public struct FrameTransform {
    public let points: Int
    /// Cosines, then sines, of the first half turn.
    public let turns: UnsafeMutablePointer<Float>
    public let real: UnsafeMutablePointer<Float>
    public let imaginary: UnsafeMutablePointer<Float>

    public init(
        points: Int, turns: UnsafeMutablePointer<Float>, real: UnsafeMutablePointer<Float>,
        imaginary: UnsafeMutablePointer<Float>
    ) {
        self.points = points
        self.turns = turns
        self.real = real
        self.imaginary = imaginary
    }

    public static func fillTurns(_ turns: UnsafeMutablePointer<Float>, points: Int) {
        for index in 0..<points / 2 {
            let angle = 2 * Double.pi * Double(index) / Double(points)
            turns[index] = Float(cos(angle))
            turns[points / 2 + index] = Float(sin(angle))
        }
    }

    /// In place: `X[k] = sum x[t] exp(sign * 2 pi i k t / points)`, by Cooley and Tukey's method.
    public func run(sign: Float) {
        exchange()
        var half = 1
        while half < points {
            for first in stride(from: 0, to: points, by: 2 &* half) {
                for offset in 0..<half {
                    let turn = offset &* (points / (2 &* half))
                    butterfly(
                        first &+ offset, first &+ offset &+ half, turns[turn], sign * turns[points / 2 &+ turn])
                }
            }
            half &*= 2
        }
    }

    @inline(__always)
    private func butterfly(_ a: Int, _ b: Int, _ cosine: Float, _ sine: Float) {
        let (ra, ia) = (real + a &* lanes, imaginary + a &* lanes)
        let (rb, ib) = (real + b &* lanes, imaginary + b &* lanes)
        let turnedReal = rb.vector * cosine - ib.vector * sine
        let turnedImaginary = rb.vector * sine + ib.vector * cosine
        let (r, i) = (ra.vector, ia.vector)
        ra.vector = r + turnedReal
        ia.vector = i + turnedImaginary
        rb.vector = r - turnedReal
        ib.vector = i - turnedImaginary
    }

    /// Puts every number where its index stands read backwards, bit by bit.
    private func exchange() {
        var partner = 0
        for index in 0..<points {
            if partner > index {
                swap(real, index, partner)
                swap(imaginary, index, partner)
            }
            var bit = points / 2
            while bit > 0, partner & bit != 0 {
                partner ^= bit
                bit /= 2
            }
            partner |= bit
        }
    }

    @inline(__always)
    private func swap(_ row: UnsafeMutablePointer<Float>, _ first: Int, _ second: Int) {
        let (a, b) = (row + first &* lanes, row + second &* lanes)
        (a.vector, b.vector) = (b.vector, a.vector)
    }
}
