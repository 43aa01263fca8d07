import Testing

@testable import Kernels

/// Randomness by counter: the published bits, and the same numbers however they are asked for.
struct CounterRandomTests {
    /// `kat_vectors` of Random123, threefry4x32 with 20 rounds.
    @Test func knownAnswers() {
        let ones = UInt32.max
        let cases: [(SIMD4<UInt32>, SIMD4<UInt32>, SIMD4<UInt32>)] = [
            (.zero, .zero, SIMD4(0x9c6c_a96a, 0xe17e_ae66, 0xfc10_ecd4, 0x5256_a7d8)),
            (
                SIMD4(repeating: ones), SIMD4(repeating: ones),
                SIMD4(0x2a88_1696, 0x5701_2287, 0xf6c7_446e, 0xa16a_6732)
            ),
            (
                SIMD4(0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344),
                SIMD4(0xa409_3822, 0x299f_31d0, 0x082e_fa98, 0xec4e_6c89),
                SIMD4(0x59cd_1dbb, 0xb887_9579, 0x86b5_d00c, 0xac8b_6d84)
            ),
        ]
        for (counter, key, answer) in cases {
            #expect(CounterRandom.threefry(counter: counter, key: key) == answer)
        }
    }

    @Test func vectorsAreTheSingleNumbers() {
        let random = CounterRandom(seed: 7, stream: 1 << 40 + 3, step: 12)
        for group in [0, 1, 5, 1 << 30] {
            let words = random.bits(group: group)
            for lane in 0..<16 {
                #expect(words.0[lane] == random.bits(group * 64 + lane))
                #expect(words.1[lane] == random.bits(group * 64 + 16 + lane))
                #expect(words.2[lane] == random.bits(group * 64 + 32 + lane))
                #expect(words.3[lane] == random.bits(group * 64 + 48 + lane))
            }
        }
    }

    @Test func aMaskDoesNotDependOnHowItIsCut() {
        let random = CounterRandom(seed: 1, stream: "drop", step: 3)
        var whole = [Float](repeating: 9, count: 300)
        random.fillMask(&whole, start: 40, count: 300, rate: 0.25)
        for cut in [1, 24, 64, 100] {
            var parts = [Float](repeating: 9, count: 300)
            parts.withUnsafeMutableBufferPointer {
                random.fillMask($0.baseAddress!, start: 40, count: cut, rate: 0.25)
                random.fillMask($0.baseAddress! + cut, start: 40 + cut, count: 300 - cut, rate: 0.25)
            }
            #expect(parts == whole)
        }
        #expect(Set(whole) == [0, 1 / 0.75])
        #expect((40...110).contains(whole.filter { $0 == 0 }.count))
    }

    @Test func momentsAreThoseOfTheDistributions() {
        let random = CounterRandom(seed: 42)
        let count = 20_000
        let uniform = (0..<count).map { random.uniformDouble($0) }
        let normal = (0..<count).map { random.normal($0) }
        #expect(abs(mean(uniform) - 0.5) < 0.01)
        #expect(abs(mean(normal)) < 0.03)
        #expect(abs(mean(normal.map { $0 * $0 }) - 1) < 0.04)
        #expect((0..<2000).allSatisfy { abs(random.truncatedNormal($0)) <= 2 })
        #expect(Set((0..<200).map { random.int($0, in: 3..<7) }) == [3, 4, 5, 6])
    }

    @Test func seedStreamAndStepAllMatter() {
        let base = CounterRandom(seed: 1, stream: 2, step: 3)
        let others = [
            CounterRandom(seed: 2, stream: 2, step: 3), CounterRandom(seed: 1, stream: 3, step: 3), base.at(step: 4),
            base.substream(0), base.substream(1),
        ]
        let draws = ([base] + others).map { random in (0..<4).map { random.bits($0) } }
        #expect(Set(draws).count == draws.count)
    }

    private func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
}
