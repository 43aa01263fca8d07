import Foundation
import Kernels

/// A stream of random draws for one purpose: one window, one epoch, one augmentation. The same purpose draws the same.
public struct Dice: Sendable {
    private let random: CounterRandom
    private var drawn = 0

    /// - Parameters:
    ///   - purpose: what is drawn for, as `augment.shift`.
    ///   - round: what the purpose comes back for: the epoch.
    ///   - subject: the trace.
    public init(seed: UInt64, purpose: String, round: Int = 0, subject: Int = 0) {
        random = CounterRandom(seed: seed, stream: purpose, step: UInt64(truncatingIfNeeded: round))
            .substream(UInt64(truncatingIfNeeded: subject))
    }

    private init(_ random: CounterRandom) { self.random = random }

    /// At least 0 and less than 1.
    public mutating func uniform() -> Double {
        defer { drawn += 1 }
        return random.uniformDouble(drawn)
    }
    public mutating func uniform(_ low: Double, _ high: Double) -> Double { low + (high - low) * uniform() }
    /// As many draws in each octave as in any other.
    public mutating func logUniform(_ low: Double, _ high: Double) -> Double { low * pow(high / low, uniform()) }
    public mutating func chance(_ probability: Double) -> Bool { uniform() < probability }
    /// A whole number of the range; its first, where the range is empty.
    public mutating func int(_ range: Range<Int>) -> Int {
        let value = uniform()
        guard !range.isEmpty else { return range.lowerBound }
        return range.lowerBound + min(Int(value * Double(range.count)), range.count - 1)
    }
    /// Of the standard normal distribution.
    public mutating func normal() -> Double {
        let radius = (-2 * log(1 - uniform())).squareRoot()
        return radius * cos(2 * .pi * uniform())
    }
    /// A number that is more often near the middle one: a triangle.
    public mutating func triangular(_ low: Double, _ high: Double) -> Double {
        low + (high - low) * (uniform() + uniform()) / 2
    }
    /// One of several, each with its weight.
    public mutating func pick<T>(_ choices: [(weight: Double, T)]) -> T {
        var left = uniform() * choices.reduce(0) { $0 + $1.weight }
        for choice in choices.dropLast() {
            left -= choice.weight
            if left < 0 { return choice.1 }
        }
        return choices[choices.count - 1].1
    }

    /// Dice for a part of the subject, independent of these and of how often these were thrown.
    public func part(_ number: Int) -> Dice { Dice(random.substream(UInt64(truncatingIfNeeded: number))) }

    /// White noise, nearly normal with deviation 1: each sample is the sum of four uniform numbers of 16 bits, whose
    /// tails end at 3.5 deviations.
    public func whiteNoise(_ count: Int) -> [Float] {
        // The sum of four uniform variables on 0..<65536 has mean 131070 and deviation 65536 / sqrt(3).
        let scale = Float(3).squareRoot() / 65536
        return [Float](unsafeUninitializedCapacity: count) { buffer, written in
            var index = 0
            while index < count {
                let (a, b, c, d) = random.bits(group: index / 32)
                let low = CounterRandom.sumOfHalves(a, b, scale)
                let high = CounterRandom.sumOfHalves(c, d, scale)
                for lane in 0..<min(16, count - index) { buffer[index + lane] = low[lane] }
                for lane in 0..<max(0, min(16, count - index - 16)) { buffer[index + 16 + lane] = high[lane] }
                index += 32
            }
            written = count
        }
    }
}

extension CounterRandom {
    @inline(__always)
    fileprivate static func sumOfHalves(_ a: Words, _ b: Words, _ scale: Float) -> SIMD16<Float> {
        let mask = Words(repeating: 0xFFFF)
        let sum = (a & mask) &+ (a &>> 16) &+ (b & mask) &+ (b &>> 16)
        // Below 2^23 a float's bits are a whole number with a constant on top: the quick way from one to the other.
        let magic = Words(repeating: 0x4B00_0000)
        let number = unsafeBitCast(sum | magic, to: SIMD16<Float>.self) - SIMD16(repeating: 8_388_608 + 131_070)
        return number * scale
    }
}
