import Foundation

/// How the ground moves at a station, sample by sample: up, north and east in one vector, so that a filter or a
/// rotation treats all three at once.
struct GroundMotion: Sendable {
    var samples: [SIMD4<Float>]
    let rate: Double

    init(count: Int, rate: Double) {
        samples = Array(repeating: .zero, count: count)
        self.rate = rate
    }

    /// White noise with deviation 1 on each component.
    init(noise dice: Dice, count: Int, rate: Double) {
        let white = dice.whiteNoise(3 * count)
        samples = (0..<count).map { SIMD4(white[$0], white[count + $0], white[2 * count + $0], 0) }
        self.rate = rate
    }

    static func += (a: inout GroundMotion, b: GroundMotion) {
        for index in 0..<min(a.samples.count, b.samples.count) { a.samples[index] += b.samples[index] }
    }
    static func *= (a: inout GroundMotion, gain: Float) {
        for index in a.samples.indices { a.samples[index] *= gain }
    }

    /// The root of the mean square over all components.
    var size: Float {
        let sum = samples.reduce(0.0) { $0 + Double(($1 * $1).sum()) }
        return Float((sum / Double(max(1, 3 * samples.count))).squareRoot())
    }

    /// Up, north, east, each from a sample on.
    func channels(from first: Int = 0) -> [[Float]] {
        (0..<3).map { component in samples[min(first, samples.count)...].map { $0[component] } }
    }

    mutating func filter(_ recursion: Recursion) { recursion.run(over: &samples) }

    /// Displacement to velocity.
    mutating func differentiate() {
        let scale = Float(rate)
        for index in stride(from: samples.count - 1, to: 0, by: -1) {
            samples[index] = (samples[index] - samples[index - 1]) * scale
        }
        if !samples.isEmpty { samples[0] = .zero }
    }

    /// A layer at the surface rings: what goes up comes down again, smaller and turned over.
    mutating func reverberate(delay: Double, strength: Float) {
        let steps = Int(delay * rate)
        guard steps > 0, steps < samples.count else { return }
        for index in steps..<samples.count { samples[index] -= strength * samples[index - steps] }
    }
}

/// A filter of two poles and two zeros that runs forwards over all components at once.
struct Recursion: Sendable {
    private var b0, b1, b2, a1, a2: Float

    /// One pole: -6 dB an octave above the corner.
    static func lowpass(_ corner: Double, rate: Double) -> Recursion {
        let k = tan(.pi * min(corner, 0.45 * rate) / rate)
        return Recursion(b0: k / (1 + k), b1: k / (1 + k), b2: 0, a1: (k - 1) / (k + 1), a2: 0)
    }

    /// One pole: -6 dB an octave below the corner.
    static func highpass(_ corner: Double, rate: Double) -> Recursion {
        let k = tan(.pi * min(corner, 0.45 * rate) / rate)
        return Recursion(b0: 1 / (1 + k), b1: -1 / (1 + k), b2: 0, a1: (k - 1) / (k + 1), a2: 0)
    }

    /// A band around a frequency, as wide as the frequency over q.
    static func resonance(_ frequency: Double, q: Double, rate: Double) -> Recursion {
        let angle = 2 * Double.pi * min(frequency, 0.45 * rate) / rate
        let alpha = sin(angle) / (2 * q)
        let scale = 1 / (1 + alpha)
        return Recursion(
            b0: alpha * scale, b1: 0, b2: -alpha * scale, a1: -2 * cos(angle) * scale, a2: (1 - alpha) * scale)
    }

    private init(b0: Double, b1: Double, b2: Double, a1: Double, a2: Double) {
        (self.b0, self.b1, self.b2) = (Float(b0), Float(b1), Float(b2))
        (self.a1, self.a2) = (Float(a1), Float(a2))
    }

    func run(over samples: inout [SIMD4<Float>]) {
        samples.withUnsafeMutableBufferPointer { samples in
            var first = SIMD4<Float>.zero
            var second = SIMD4<Float>.zero
            for index in samples.indices {
                let input = samples[index]
                let output = b0 * input + first
                first = b1 * input - a1 * output + second
                second = b2 * input - a2 * output
                samples[index] = output
            }
        }
    }
}
