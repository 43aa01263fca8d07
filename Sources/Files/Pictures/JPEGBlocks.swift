extension JPEG {
    /// Reads the coefficients of one block after the other.
    struct BlockReader {
        private let isProgressive: Bool
        private let band: ClosedRange<Int>
        private let isRefinement: Bool
        private let low: Int
        private let dcCodes: [HuffmanCode?]
        private let acCodes: [HuffmanCode?]
        /// The last mean of each colour, from which the next one is told.
        private var means: [Int]
        /// Blocks of which nothing more comes.
        private var emptyBlocks = 0

        init(_ scan: Decoder.Scan, isProgressive: Bool, dc: [HuffmanCode?], ac: [HuffmanCode?]) {
            self.isProgressive = isProgressive
            band = scan.band
            isRefinement = scan.before > 0
            low = scan.low
            (dcCodes, acCodes) = (dc, ac)
            means = dc.map { _ in 0 }
        }

        mutating func restart() {
            means = means.map { _ in 0 }
            emptyBlocks = 0
        }

        /// One block of a colour of the scan, whose 64 coefficients begin at a place; `false` where bits are no code.
        mutating func read(
            _ bits: inout BitReader, _ coefficients: inout [Int16], _ start: Int, component: Int
        ) -> Bool {
            if !isProgressive {
                return mean(&bits, &coefficients, start, component)
                    && sequential(&bits, &coefficients, start, component)
            }
            if band.lowerBound == 0 {
                guard isRefinement else { return mean(&bits, &coefficients, start, component) }
                if bits.take(1) == 1 { coefficients[start] |= 1 << Int16(low) }
                return true
            }
            return isRefinement
                ? refine(&bits, &coefficients, start, component) : first(&bits, &coefficients, start, component)
        }

        /// The mean, told by how much it differs from the one before.
        private mutating func mean(
            _ bits: inout BitReader, _ coefficients: inout [Int16], _ start: Int, _ component: Int
        ) -> Bool {
            guard let code = dcCodes[component], let length = bits.next(code), length <= 15 else { return false }
            means[component] += bits.signed(length)
            coefficients[start] = Int16(truncatingIfNeeded: means[component] << low)
            return true
        }

        private func sequential(
            _ bits: inout BitReader, _ coefficients: inout [Int16], _ start: Int, _ component: Int
        ) -> Bool {
            guard let code = acCodes[component] else { return false }
            var place = 1
            while place < 64 {
                guard let symbol = bits.next(code) else { return false }
                let (zeros, length) = (symbol >> 4, symbol & 15)
                if length == 0 {
                    if zeros < 15 { return true }
                    place += 16
                    continue
                }
                place += zeros
                guard place < 64 else { return false }
                coefficients[start + zigzag[place]] = Int16(truncatingIfNeeded: bits.signed(length))
                place += 1
            }
            return true
        }

        /// The first bits of a band.
        private mutating func first(
            _ bits: inout BitReader, _ coefficients: inout [Int16], _ start: Int, _ component: Int
        ) -> Bool {
            if emptyBlocks > 0 {
                emptyBlocks -= 1
                return true
            }
            guard let code = acCodes[component] else { return false }
            var place = band.lowerBound
            while place <= band.upperBound {
                guard let symbol = bits.next(code) else { return false }
                let (zeros, length) = (symbol >> 4, symbol & 15)
                if length == 0 {
                    if zeros < 15 {
                        emptyBlocks = (1 << zeros) + bits.take(zeros) - 1
                        return true
                    }
                    place += 16
                    continue
                }
                place += zeros
                guard place <= band.upperBound else { return false }
                coefficients[start + zigzag[place]] = Int16(truncatingIfNeeded: bits.signed(length) << low)
                place += 1
            }
            return true
        }

        /// One bit more of what is there, and what becomes one only now.
        private mutating func refine(
            _ bits: inout BitReader, _ coefficients: inout [Int16], _ start: Int, _ component: Int
        ) -> Bool {
            var place = band.lowerBound
            if emptyBlocks == 0 {
                guard let code = acCodes[component] else { return false }
                while place <= band.upperBound {
                    guard let symbol = bits.next(code) else { return false }
                    let (zeros, length) = (symbol >> 4, symbol & 15)
                    var value = 0
                    if length == 0, zeros < 15 {
                        emptyBlocks = (1 << zeros) + bits.take(zeros)
                        break
                    }
                    if length > 0 {
                        guard length == 1 else { return false }
                        value = bits.take(1) == 1 ? 1 << low : -1 << low
                    }
                    place = step(over: zeros, &bits, &coefficients, start, from: place)
                    if value != 0 {
                        guard place <= band.upperBound else { return false }
                        coefficients[start + zigzag[place]] = Int16(truncatingIfNeeded: value)
                    }
                    place += 1
                }
            }
            if emptyBlocks > 0 {
                _ = step(over: 64, &bits, &coefficients, start, from: place)
                emptyBlocks -= 1
            }
            return true
        }

        /// Goes on over so many zeros, and gives what is no zero on the way its next bit; says where it stopped.
        private func step(
            over zeros: Int, _ bits: inout BitReader, _ coefficients: inout [Int16], _ start: Int, from first: Int
        ) -> Int {
            var left = zeros
            var place = first
            while place <= band.upperBound {
                let index = start + zigzag[place]
                let known = coefficients[index]
                if known == 0 {
                    if left == 0 { return place }
                    left -= 1
                } else if bits.take(1) == 1, known & (1 << Int16(low)) == 0 {
                    coefficients[index] = known &+ (known > 0 ? 1 << Int16(low) : -1 << Int16(low))
                }
                place += 1
            }
            return place
        }
    }
}
