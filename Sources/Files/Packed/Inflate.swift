/// Unpacks deflate (RFC 1951), bare as in ZIP or with zlib's frame (RFC 1950) as in HDF5. The result is never longer
/// than the caller allows, whatever the bytes say.
public enum Inflate {
    /// What is wrong with the packed bytes, and at which of them.
    public struct Malformed: Error {
        public var byte: Int
        public var expected: String
        public var found: String
    }

    /// Unpacks a bare stream. Throws where it would give more than `limit` bytes.
    public static func unpack(_ packed: UnsafeRawBufferPointer, limit: Int) throws(Malformed) -> [UInt8] {
        var decoder = Decoder(packed)
        return try decoder.run(limit: limit)
    }

    /// Unpacks a bare stream that others may follow, and says how many bytes it took.
    static func unpackCounting(
        _ packed: UnsafeRawBufferPointer, limit: Int
    ) throws(Malformed) -> (bytes: [UInt8], used: Int) {
        var decoder = Decoder(packed)
        let bytes = try decoder.run(limit: limit)
        return (bytes, decoder.consumed)
    }

    /// Unpacks a stream in zlib's frame and holds it against its checksum.
    public static func unpackZlib(_ packed: UnsafeRawBufferPointer, limit: Int) throws(Malformed) -> [UInt8] {
        guard packed.count >= 6, packed[0] & 0x0F == 8, (Int(packed[0]) * 256 + Int(packed[1])) % 31 == 0,
            packed[1] & 0x20 == 0
        else { throw Malformed(byte: 0, expected: "the two first bytes of zlib", found: "other bytes") }
        var decoder = Decoder(UnsafeRawBufferPointer(rebasing: packed[2...]))
        let bytes: [UInt8]
        do throws(Malformed) { bytes = try decoder.run(limit: limit) } catch {
            throw Malformed(byte: error.byte + 2, expected: error.expected, found: error.found)
        }
        let end = 2 + decoder.consumed
        guard packed.count >= end + 4 else {
            throw Malformed(byte: packed.count, expected: "a checksum of 4 bytes", found: "the end")
        }
        let stated = packed[end..<end + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        guard stated == adler32(bytes) else {
            throw Malformed(byte: end, expected: "the checksum of what was unpacked", found: "another")
        }
        return bytes
    }

    public static func adler32(_ bytes: [UInt8]) -> UInt32 {
        var (a, b): (UInt32, UInt32) = (1, 0)
        var start = 0
        while start < bytes.count {
            let end = min(start + 5552, bytes.count)  // as far as the sums stay below 2^32
            for index in start..<end {
                a &+= UInt32(bytes[index])
                b &+= a
            }
            (a, b, start) = (a % 65521, b % 65521, end)
        }
        return b << 16 | a
    }
}

// MARK: - Codes

/// A canonical Huffman code: short words by a table, longer ones by counting.
private struct HuffmanCode {
    static let tableBits = 10
    /// By the next ten bits: symbol and length of the word; 0 where the word is longer.
    var table = [UInt16](repeating: 0, count: 1 << tableBits)
    /// How many words have each length.
    var counts = [UInt16](repeating: 0, count: 16)
    /// Symbols in the order of their words.
    var symbols: [UInt16]

    /// `nil` where the lengths make no code. An incomplete code is allowed only with a single word, as in zlib.
    init?(lengths: some Collection<UInt8>) {
        for length in lengths { counts[Int(length)] += 1 }
        symbols = [UInt16](repeating: 0, count: lengths.count)
        let used = lengths.count - Int(counts[0])
        counts[0] = 0
        var left = 1
        for length in 1...15 {
            left = left * 2 - Int(counts[length])
            if left < 0 { return nil }
        }
        if left > 0, used > 1 { return nil }
        var offsets = [Int](repeating: 0, count: 17)
        var firstWord = [Int](repeating: 0, count: 17)
        for length in 1...15 {
            offsets[length + 1] = offsets[length] + Int(counts[length])
            firstWord[length + 1] = (firstWord[length] + Int(counts[length])) << 1
        }
        for (symbol, length) in lengths.enumerated() where length > 0 {
            let length = Int(length)
            symbols[offsets[length]] = UInt16(symbol)
            offsets[length] += 1
            let word = firstWord[length]
            firstWord[length] += 1
            guard length <= HuffmanCode.tableBits else { continue }
            var index = HuffmanCode.reversed(word, bits: length)
            while index < 1 << HuffmanCode.tableBits {
                table[index] = UInt16(symbol << 4 | length)
                index += 1 << length
            }
        }
    }

    private static func reversed(_ word: Int, bits: Int) -> Int {
        var (word, result) = (word, 0)
        for _ in 0..<bits { (result, word) = (result << 1 | word & 1, word >> 1) }
        return result
    }

    static let fixedLiterals = HuffmanCode(
        lengths: (0..<288).map { $0 < 144 ? 8 : $0 < 256 ? 9 : $0 < 280 ? 7 : 8 })
    static let fixedDistances = HuffmanCode(lengths: [UInt8](repeating: 5, count: 32))
}

// MARK: - Decoder

extension Inflate {
    private struct Decoder {
        let input: UnsafeRawBufferPointer
        var position = 0
        var bits: UInt64 = 0
        var bitCount = 0

        init(_ input: UnsafeRawBufferPointer) { self.input = input }

        /// Bytes of input that were needed.
        var consumed: Int { position - bitCount / 8 }

        func failure(_ expected: String, _ found: String) -> Malformed {
            Malformed(byte: consumed, expected: expected, found: found)
        }

        @inline(__always)
        mutating func refill() {
            while bitCount <= 56, position < input.count {
                bits |= UInt64(input[position]) << UInt64(bitCount)
                position += 1
                bitCount += 8
            }
        }

        @inline(__always)
        mutating func take(_ count: Int) throws(Malformed) -> Int {
            if bitCount < count { refill() }
            guard bitCount >= count else { throw failure("more packed bytes", "the end") }
            let value = Int(bits & ((1 << UInt64(count)) - 1))
            bits >>= UInt64(count)
            bitCount -= count
            return value
        }

        @inline(__always)
        mutating func symbol(_ code: borrowing HuffmanCode) throws(Malformed) -> Int {
            if bitCount < 15 { refill() }
            let entry = Int(code.table[Int(bits & 0x3FF)])
            let length = entry & 15
            if entry != 0, length <= bitCount {
                bits >>= UInt64(length)
                bitCount -= length
                return entry >> 4
            }
            return try longSymbol(code)
        }

        /// Bit by bit: `first` is the first word of a length, `index` the place of its symbol.
        mutating func longSymbol(_ code: borrowing HuffmanCode) throws(Malformed) -> Int {
            var (word, first, index) = (0, 0, 0)
            for length in 1...15 {
                word |= try take(1)
                let count = Int(code.counts[length])
                if word - count < first { return Int(code.symbols[index + word - first]) }
                index += count
                first = (first + count) << 1
                word <<= 1
            }
            throw failure("a word of the code", "15 bits that are none")
        }

        mutating func run(limit: Int) throws(Malformed) -> [UInt8] {
            let most = min(limit, (product(input.count, Limits.inflateRatio) ?? limit))
            var failure: Malformed?
            let bytes = [UInt8](unsafeUninitializedCapacity: most) { out, filled in
                do throws(Malformed) {
                    var isLast = false
                    while !isLast {
                        isLast = try take(1) == 1
                        switch try take(2) {
                        case 0: try stored(out, most, &filled)
                        case 1: try fixed(out, most, &filled)
                        case 2: try dynamic(out, most, &filled)
                        default: throw self.failure("a block of type 0, 1 or 2", "type 3")
                        }
                    }
                } catch { failure = error }
            }
            if let failure { throw failure }
            return bytes
        }

        mutating func stored(_ out: UnsafeMutableBufferPointer<UInt8>, _ most: Int, _ filled: inout Int)
            throws(Malformed)
        {
            _ = try take(bitCount % 8)
            let length = try take(16)
            guard try take(16) == ~length & 0xFFFF else { throw failure("a length and its complement", "others") }
            guard length <= most - filled else { throw failure("at most \(most) bytes", "more") }
            var left = length
            while left > 0, bitCount >= 8 {
                out[filled] = UInt8(try take(8))
                filled += 1
                left -= 1
            }
            guard left <= input.count - position else { throw failure("\(left) stored bytes", "the end") }
            for index in 0..<left { out[filled + index] = input[position + index] }
            filled += left
            position += left
        }

        mutating func fixed(_ out: UnsafeMutableBufferPointer<UInt8>, _ most: Int, _ filled: inout Int)
            throws(Malformed)
        {
            guard let literals = HuffmanCode.fixedLiterals, let distances = HuffmanCode.fixedDistances else { return }
            try compressed(literals, distances, out, most, &filled)
        }

        private static let lengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]

        mutating func dynamic(_ out: UnsafeMutableBufferPointer<UInt8>, _ most: Int, _ filled: inout Int)
            throws(Malformed)
        {
            let literalCount = try take(5) + 257
            let distanceCount = try take(5) + 1
            let lengthCount = try take(4) + 4
            guard literalCount <= 286, distanceCount <= 30 else { throw failure("at most 286 and 30 words", "more") }
            var lengths = [UInt8](repeating: 0, count: 19)
            for index in 0..<lengthCount { lengths[Decoder.lengthOrder[index]] = UInt8(try take(3)) }
            guard let lengthCode = HuffmanCode(lengths: lengths) else { throw failure("a code of lengths", "none") }
            let all = try codeLengths(lengthCode, count: literalCount + distanceCount)
            guard all[256] > 0, let literals = HuffmanCode(lengths: all[..<literalCount]),
                let distances = HuffmanCode(lengths: all[literalCount...])
            else { throw failure("a code of literals and one of distances", "lengths that make none") }
            try compressed(literals, distances, out, most, &filled)
        }

        mutating func codeLengths(_ code: HuffmanCode, count: Int) throws(Malformed) -> [UInt8] {
            var lengths: [UInt8] = []
            while lengths.count < count {
                let symbol = try symbol(code)
                let value: UInt8
                let times: Int
                switch symbol {
                case 16:
                    guard let last = lengths.last else { throw failure("a length to repeat", "none before") }
                    (value, times) = (last, 3 + (try take(2)))
                case 17: (value, times) = (0, 3 + (try take(3)))
                case 18: (value, times) = (0, 11 + (try take(7)))
                default: (value, times) = (UInt8(symbol), 1)
                }
                guard times <= count - lengths.count else { throw failure("\(count) lengths", "more") }
                lengths.append(contentsOf: repeatElement(value, count: times))
            }
            return lengths
        }

        private static let lengthBase = [
            3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195,
            227, 258,
        ]
        private static let lengthBits = [
            0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
        ]
        private static let distanceBase = [
            1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073,
            4097, 6145, 8193, 12289, 16385, 24577,
        ]

        mutating func compressed(
            _ literals: borrowing HuffmanCode, _ distances: borrowing HuffmanCode,
            _ out: UnsafeMutableBufferPointer<UInt8>, _ most: Int, _ filled: inout Int
        ) throws(Malformed) {
            while true {
                let symbol = try symbol(literals)
                if symbol < 256 {
                    guard filled < most else { throw failure("at most \(most) bytes", "more") }
                    out[filled] = UInt8(symbol)
                    filled += 1
                    continue
                }
                if symbol == 256 { return }
                guard symbol < 286 else { throw failure("a length", "a word that stands for none") }
                let length = Decoder.lengthBase[symbol - 257] + (try take(Decoder.lengthBits[symbol - 257]))
                let word = try self.symbol(distances)
                guard word < 30 else { throw failure("a distance", "a word that stands for none") }
                let distance = Decoder.distanceBase[word] + (try take(max(0, word / 2 - 1)))
                guard distance <= filled else { throw failure("a distance of at most \(filled)", "\(distance)") }
                guard length <= most - filled else { throw failure("at most \(most) bytes", "more") }
                for index in filled..<filled + length { out[index] = out[index - distance] }
                filled += length
            }
        }
    }
}
