/// Randomness by counter: number `index` of a stream is a pure function of (seed, stream, step, index), so it is the
/// same whatever the threads, their order, and what else was drawn.
///
/// The bits are Threefry-4x32 with 20 rounds (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3",
/// doi:10.1145/2063384.2063405): additions, rotations and exclusive ors of 32 bits, which run sixteen blocks at a time.
/// Number `i` is word `(i / 16) % 4` of the block with counter `(i / 64) * 16 + i % 16`: 64 neighbours are four
/// vectors.
public struct CounterRandom: Hashable, Sendable {
    public var seed: UInt64
    /// What is drawn for: every layer, augmentation or weight has its own.
    public var stream: UInt64
    /// The training step, the epoch, or the number of the trace: what moves on between two draws of one stream.
    public var step: UInt64

    public init(seed: UInt64, stream: UInt64 = 0, step: UInt64 = 0) {
        self.seed = seed
        self.stream = stream
        self.step = step
    }
    /// A stream known by its name (`augment.shift`, `context.0.lstm`): the name's FNV-1a hash is its number.
    public init(seed: UInt64, stream name: String, step: UInt64 = 0) {
        self.init(seed: seed, stream: CounterRandom.number(of: name), step: step)
    }

    public static func number(of name: String) -> UInt64 {
        name.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    /// The same seed and stream at another step.
    public func at(step: UInt64) -> CounterRandom { CounterRandom(seed: seed, stream: stream, step: step) }
    /// A stream within this one, for something that draws many numbers of its own.
    public func substream(_ number: UInt64) -> CounterRandom {
        let mixed = (stream ^ 0x9E37_79B9_7F4A_7C15) &* 0xBF58_476D_1CE4_E5B9 &+ number &* 0x94D0_49BB_1331_11EB
        return CounterRandom(seed: seed, stream: mixed ^ (mixed >> 31), step: step)
    }

    // MARK: One number

    /// 32 random bits.
    public func bits(_ index: Int) -> UInt32 {
        let index = UInt64(bitPattern: Int64(index))
        let block = threefry(counter: (index >> 6) << 4 | index & 15)
        return block[Int(index >> 4 & 3)]
    }
    /// At least 0 and less than 1, with 24 bits.
    public func uniform(_ index: Int) -> Float { Float(bits(index) >> 8) * 0x1p-24 }
    /// At least 0 and less than 1, with 53 bits: numbers `2 * index` and `2 * index + 1` of the stream.
    public func uniformDouble(_ index: Int) -> Double {
        let high = UInt64(bits(2 &* index) >> 5), low = UInt64(bits(2 &* index &+ 1) >> 6)
        return Double(high << 26 | low) * 0x1p-53
    }
    public func uniform(_ index: Int, in range: ClosedRange<Double>) -> Double {
        range.lowerBound + (range.upperBound - range.lowerBound) * uniformDouble(index)
    }
    /// True with probability `p`.
    public func chance(_ index: Int, _ p: Double) -> Bool { uniformDouble(index) < p }
    /// A whole number of the range, each as likely up to 2^-53.
    public func int(_ index: Int, in range: Range<Int>) -> Int {
        guard let first = range.first else { return range.lowerBound }
        return first + min(Int(uniformDouble(index) * Double(range.count)), range.count - 1)
    }

    // MARK: Sixty-four numbers

    /// Numbers `64 * group ..< 64 * (group + 1)` of the stream, sixteen in a vector.
    @inline(__always)
    public func bits(group: Int) -> (Words, Words, Words, Words) {
        let counter = UInt64(bitPattern: Int64(group)) &* 16
        let low = Words(repeating: UInt32(truncatingIfNeeded: counter)) &+ Words.ramp
        return threefryVectors(low: low, high: Words(repeating: UInt32(truncatingIfNeeded: counter >> 32)))
    }
    public typealias Words = SIMD16<UInt32>

    /// Writes numbers `start ..< start + count` as zeros with probability `rate` and as `1 / (1 - rate)` otherwise:
    /// the mask of dropout. The same numbers come of any split into calls.
    public func fillMask(_ mask: UnsafeMutablePointer<Float>, start: Int, count: Int, rate: Float) {
        let scale: Float = rate < 1 ? 1 / (1 - rate) : 0
        let limit = UInt32(min(Double(rate) * 0x1p32, 0x1p32 - 1))
        var index = start
        let end = start + count
        while index < end {
            let words = bits(group: index >> 6)
            let first = index & 63, last = min(64, first + end - index)
            if last - first == 64 {
                CounterRandom.storeMask(words, limit, scale, to: mask + (index - start))
            } else {
                // Part of a group: drawn whole, then cut.
                withUnsafeTemporaryAllocation(of: Float.self, capacity: 64) { group in
                    guard let base = group.baseAddress else { return }
                    CounterRandom.storeMask(words, limit, scale, to: base)
                    (mask + (index - start)).update(from: base + first, count: last - first)
                }
            }
            index += last - first
        }
    }
    @inline(__always)
    private static func storeMask(
        _ words: (Words, Words, Words, Words), _ limit: UInt32, _ scale: Float, to out: UnsafeMutablePointer<Float>
    ) {
        out.vector = mask(words.0, limit, scale)
        (out + 16).vector = mask(words.1, limit, scale)
        (out + 32).vector = mask(words.2, limit, scale)
        (out + 48).vector = mask(words.3, limit, scale)
    }
    @inline(__always)
    private static func mask(_ words: Words, _ limit: UInt32, _ scale: Float) -> Vector {
        Vector(scale).replacing(with: Vector.zero, where: words .< Words(repeating: limit))
    }
}
