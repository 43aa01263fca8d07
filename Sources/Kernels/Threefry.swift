/// Threefry-4x32-20 of the Random123 family, one block at a time and sixteen at a time.
extension CounterRandom {
    /// Skein's constant, which closes the key schedule.
    private static var parity: UInt32 { 0x1BD1_1BDA }

    /// The four words of one block.
    func threefry(counter: UInt64) -> SIMD4<UInt32> {
        CounterRandom.threefry(
            counter: SIMD4(low(counter), high(counter), low(step), high(step)),
            key: SIMD4(low(seed), high(seed), low(stream), high(stream)))
    }
    private func low(_ word: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: word) }
    private func high(_ word: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: word >> 32) }

    static func threefry(counter: SIMD4<UInt32>, key: SIMD4<UInt32>) -> SIMD4<UInt32> {
        let last = parity ^ key.x ^ key.y ^ key.z ^ key.w
        let words = Words5(key.x, key.y, key.z, key.w, last)
        var a = counter.x &+ key.x, b = counter.y &+ key.y, c = counter.z &+ key.z, d = counter.w &+ key.w
        for round in 0..<20 {
            let (first, second) = rotation(round)
            if round & 1 == 0 {
                (a, b) = mixed(a, b, first)
                (c, d) = mixed(c, d, second)
            } else {
                (a, d) = mixed(a, d, first)
                (c, b) = mixed(c, b, second)
            }
            if round & 3 == 3 {
                let turn = round / 4 + 1
                a = a &+ words[turn]
                b = b &+ words[turn + 1]
                c = c &+ words[turn + 2]
                d = d &+ words[turn + 3] &+ UInt32(turn)
            }
        }
        return SIMD4(a, b, c, d)
    }

    /// Sixteen blocks whose counters differ in their low half, each in its own lane.
    @inline(__always)
    func threefryVectors(low counter: Words, high top: Words) -> (Words, Words, Words, Words) {
        let k0 = low(seed), k1 = high(seed), k2 = low(stream), k3 = high(stream)
        let words = Words5(k0, k1, k2, k3, CounterRandom.parity ^ k0 ^ k1 ^ k2 ^ k3)
        var a = counter &+ Words(repeating: k0), b = top &+ Words(repeating: k1)
        var c = Words(repeating: low(step) &+ k2), d = Words(repeating: high(step) &+ k3)
        for turn in 1...5 {
            let odd = turn & 1 == 1
            mix(&a, &b, odd ? 10 : 6)
            mix(&c, &d, odd ? 26 : 20)
            mix(&a, &d, odd ? 11 : 17)
            mix(&c, &b, odd ? 21 : 11)
            mix(&a, &b, odd ? 13 : 25)
            mix(&c, &d, odd ? 27 : 10)
            mix(&a, &d, odd ? 23 : 18)
            mix(&c, &b, odd ? 5 : 20)
            a = a &+ Words(repeating: words[turn])
            b = b &+ Words(repeating: words[turn + 1])
            c = c &+ Words(repeating: words[turn + 2])
            d = d &+ Words(repeating: words[turn + 3] &+ UInt32(truncatingIfNeeded: turn))
        }
        return (a, b, c, d)
    }

    @inline(__always)
    private func mix(_ a: inout Words, _ b: inout Words, _ bits: UInt32) {
        a = a &+ b
        b = (b &<< Words(repeating: bits)) | (b &>> Words(repeating: 32 &- bits))
        b = b ^ a
    }
    @inline(__always)
    private static func mixed(_ a: UInt32, _ b: UInt32, _ bits: UInt32) -> (UInt32, UInt32) {
        let sum = a &+ b
        return (sum, ((b << bits) | (b >> (32 - bits))) ^ sum)
    }
    private static func rotation(_ round: Int) -> (UInt32, UInt32) {
        switch round & 7 {
        case 0: (10, 26)
        case 1: (11, 21)
        case 2: (13, 27)
        case 3: (23, 5)
        case 4: (6, 20)
        case 5: (17, 11)
        case 6: (25, 10)
        default: (18, 20)
        }
    }

    /// The five words of the key schedule, taken in turn.
    private struct Words5 {
        let w0: UInt32, w1: UInt32, w2: UInt32, w3: UInt32, w4: UInt32
        @inline(__always)
        init(_ w0: UInt32, _ w1: UInt32, _ w2: UInt32, _ w3: UInt32, _ w4: UInt32) {
            (self.w0, self.w1, self.w2, self.w3, self.w4) = (w0, w1, w2, w3, w4)
        }
        @inline(__always)
        subscript(turn: Int) -> UInt32 {
            switch turn % 5 {
            case 0: w0
            case 1: w1
            case 2: w2
            case 3: w3
            default: w4
            }
        }
    }
}

extension SIMD16<UInt32> {
    @inline(__always) static var ramp: SIMD16<UInt32> {
        SIMD16<UInt32>(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
    }
}
