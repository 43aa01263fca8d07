import Foundation

/// The discrete Fourier transform of a length that is a power of two, with its twiddle factors at hand.
public struct Fourier: Sendable {
    public let length: Int
    private let cosines: [Double]
    private let sines: [Double]
    private let reversed: [Int32]

    /// The length is rounded up to a power of two.
    public init(atLeast count: Int) {
        let bits = Int.bitWidth - (max(1, count) - 1).leadingZeroBitCount
        length = 1 << bits
        let step = 2 * Double.pi / Double(length)
        cosines = (0..<length / 2).map { cos(step * Double($0)) }
        sines = (0..<length / 2).map { sin(step * Double($0)) }
        var reversed = [Int32](repeating: 0, count: length)
        for index in 0..<length where index > 0 {
            reversed[index] = reversed[index >> 1] >> 1 | (index & 1 == 1 ? Int32(length >> 1) : 0)
        }
        self.reversed = reversed
    }

    /// In place: `X[k] = sum x[t] exp(-2 pi i k t / length)`. Both arrays have `length` numbers.
    public func forward(_ real: inout [Double], _ imaginary: inout [Double]) { run(&real, &imaginary, sign: -1) }

    /// In place, the inverse of `forward`, with the factor 1 / length.
    public func inverse(_ real: inout [Double], _ imaginary: inout [Double]) {
        run(&real, &imaginary, sign: 1)
        let scale = 1 / Double(length)
        for index in 0..<length {
            real[index] *= scale
            imaginary[index] *= scale
        }
    }

    private func run(_ real: inout [Double], _ imaginary: inout [Double], sign: Double) {
        guard real.count == length, imaginary.count == length else { return }
        for index in 0..<length {
            let partner = Int(reversed[index])
            if partner > index {
                real.swapAt(index, partner)
                imaginary.swapAt(index, partner)
            }
        }
        real.withUnsafeMutableBufferPointer { real in
            imaginary.withUnsafeMutableBufferPointer { imaginary in
                var half = 1
                while half < length {
                    butterflies(real, imaginary, half: half, sign: sign)
                    half *= 2
                }
            }
        }
    }

    private func butterflies(
        _ real: UnsafeMutableBufferPointer<Double>, _ imaginary: UnsafeMutableBufferPointer<Double>, half: Int,
        sign: Double
    ) {
        let stride = length / (2 * half)
        for start in Swift.stride(from: 0, to: length, by: 2 * half) {
            for offset in 0..<half {
                let cosine = cosines[offset * stride]
                let sine = sign * sines[offset * stride]
                let low = start + offset
                let high = low + half
                let re = real[high] * cosine - imaginary[high] * sine
                let im = real[high] * sine + imaginary[high] * cosine
                real[high] = real[low] - re
                imaginary[high] = imaginary[low] - im
                real[low] += re
                imaginary[low] += im
            }
        }
    }
}
