extension JPEG {
    /// From frequencies back to samples: the inverse cosine transform by Loeffler, Ligtenberg and Moschytz (1989), with
    /// eleven multiplications a row of eight, on whole numbers whose factors have thirteen bits behind the point. The
    /// columns keep two of them for the rows.
    enum Transform {
        private typealias Row = SIMD8<Int32>
        private static let bits: Int32 = 13
        private static let kept: Int32 = 2

        private static func fixed(_ factor: Double) -> Int32 { Int32((factor * 8192).rounded()) }
        private static let c = (
            even: (fixed(0.541196100), fixed(1.847759065), fixed(0.765366865)),
            odd: (fixed(0.298631336), fixed(2.053119869), fixed(3.072711026), fixed(1.501321110)),
            sums: (fixed(0.899976223), fixed(2.562915447), fixed(1.961570560), fixed(0.390180644)),
            all: fixed(1.175875602)
        )

        /// The samples of a component, `8 * storedWide` a row, from 0 to 255.
        static func samples(of component: Component, divisors: [Int]) -> [UInt8] {
            let stride = 8 * component.storedWide
            var samples = [UInt8](repeating: 0, count: stride * 8 * component.storedTall)
            let factors = divisors.map { Int32(truncatingIfNeeded: $0) }
            samples.withUnsafeMutableBufferPointer { samples in
                for row in 0..<component.storedTall {
                    for column in 0..<component.storedWide {
                        let start = 64 * (row * component.storedWide + column)
                        let block = component.coefficients[start..<start + 64]
                        block.withUnsafeBufferPointer { block in
                            transform(block, factors, samples, at: 8 * (row * stride + column), stride: stride)
                        }
                    }
                }
            }
            return samples
        }

        private static func transform(
            _ block: UnsafeBufferPointer<Int16>, _ factors: [Int32], _ samples: UnsafeMutableBufferPointer<UInt8>,
            at place: Int, stride: Int
        ) {
            var rows = InlineArray<8, Row>(repeating: Row())
            for row in 0..<8 {
                for column in 0..<8 {
                    rows[row][column] = Int32(block[8 * row + column]) &* factors[8 * row + column]
                }
            }
            pass(&rows, shift: bits - kept)
            var columns = InlineArray<8, Row>(repeating: Row())
            for row in 0..<8 { for column in 0..<8 { columns[column][row] = rows[row][column] } }
            pass(&columns, shift: bits + kept + 3)
            for row in 0..<8 {
                for column in 0..<8 {
                    let value = columns[column][row] &+ 128
                    samples[place + row * stride + column] = UInt8(truncatingIfNeeded: max(0, min(255, value)))
                }
            }
        }

        /// Eight transforms of eight numbers side by side: lane by lane over the eight rows.
        @inline(__always)
        private static func pass(_ x: inout InlineArray<8, Row>, shift: Int32) {
            let turned = (x[2] &+ x[6]) &* c.even.0
            let (low, high) = (turned &- x[6] &* c.even.1, turned &+ x[2] &* c.even.2)
            let (sum, difference) = ((x[0] &+ x[4]) &<< Row(repeating: bits), (x[0] &- x[4]) &<< Row(repeating: bits))
            let even = (sum &+ high, difference &+ low, difference &- low, sum &- high)

            let all = (x[7] &+ x[3] &+ x[5] &+ x[1]) &* c.all
            let outer = (x[7] &+ x[1]) &* (0 &- c.sums.0)
            let inner = (x[5] &+ x[3]) &* (0 &- c.sums.1)
            let third = (x[7] &+ x[3]) &* (0 &- c.sums.2) &+ all
            let fourth = (x[5] &+ x[1]) &* (0 &- c.sums.3) &+ all
            let odd = (
                x[1] &* c.odd.3 &+ outer &+ fourth, x[3] &* c.odd.2 &+ inner &+ third,
                x[5] &* c.odd.1 &+ inner &+ fourth, x[7] &* c.odd.0 &+ outer &+ third
            )
            func settled(_ row: Row) -> Row {
                (row &+ Row(repeating: 1 << (shift - 1))) &>> Row(repeating: shift)
            }
            x[0] = settled(even.0 &+ odd.0)
            x[7] = settled(even.0 &- odd.0)
            x[1] = settled(even.1 &+ odd.1)
            x[6] = settled(even.1 &- odd.1)
            x[2] = settled(even.2 &+ odd.2)
            x[5] = settled(even.2 &- odd.2)
            x[3] = settled(even.3 &+ odd.3)
            x[4] = settled(even.3 &- odd.3)
        }
    }
}
