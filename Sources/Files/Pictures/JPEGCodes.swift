extension JPEG {
    /// A prefix code: shorter codes come first, and within a length they count up.
    struct HuffmanCode {
        /// For the next nine bits: length << 8 | value; 0 where the code is longer.
        private var quick = [UInt16](repeating: 0, count: 1 << HuffmanCode.quickBits)
        /// By length, from 1: one more than the last code, shifted to the left end of sixteen bits.
        private var ends = [Int](repeating: 0, count: 17)
        /// By length: what to add to a code to find its value.
        private var shifts = [Int](repeating: 0, count: 17)
        private let values: [UInt8]
        static let quickBits = 9

        /// `nil` where there are more codes of a length than the shorter ones leave room for.
        init?(counts: [Int], values: [UInt8]) {
            self.values = values
            var code = 0
            var index = 0
            for length in 1...16 {
                let count = counts[length - 1]
                guard code + count <= 1 << length else { return nil }
                shifts[length] = index - code
                if length <= HuffmanCode.quickBits {
                    for step in 0..<count {
                        let first = (code + step) << (HuffmanCode.quickBits - length)
                        let entry = UInt16(length) << 8 | UInt16(values[index + step])
                        for place in first..<first + 1 << (HuffmanCode.quickBits - length) { quick[place] = entry }
                    }
                }
                code += count
                index += count
                ends[length] = code << (16 - length)
                code <<= 1
            }
        }

        /// The value whose code begins these sixteen bits, and the code's length; `nil` where none does.
        @inline(__always)
        func value(_ bits: Int) -> (value: Int, length: Int)? {
            let entry = Int(quick[bits >> (16 - HuffmanCode.quickBits)])
            if entry != 0 { return (entry & 255, entry >> 8) }
            for length in HuffmanCode.quickBits + 1..<17 where bits < ends[length] {
                let index = bits >> (16 - length) + shifts[length]
                guard values.indices.contains(index) else { return nil }
                return (Int(values[index]), length)
            }
            return nil
        }
    }

    /// The bits of a scan. Behind FF comes 00, which is left out, or a marker, at which the bits end.
    struct BitReader {
        private let bytes: UnsafeBufferPointer<UInt8>
        private(set) var place: Int
        private var held: UInt64 = 0
        private var count = 0
        /// Bits that are no more of the scan's, handed out as zeros.
        private var lent = 0
        /// Whether more bits were taken than there were.
        var isOver: Bool { lent > count }

        init(_ bytes: UnsafeBufferPointer<UInt8>, at place: Int) {
            self.bytes = bytes
            self.place = place
        }

        @inline(__always)
        private mutating func fill() {
            while count <= 48 {
                var byte: UInt8 = 0
                if place < bytes.count, bytes[place] != 0xFF {
                    byte = bytes[place]
                    place += 1
                } else if place + 1 < bytes.count, bytes[place + 1] == 0 {
                    byte = 0xFF
                    place += 2
                } else {
                    lent += 8
                }
                held = held << 8 | UInt64(byte)
                count += 8
            }
        }

        /// The next sixteen bits, which stay where they are.
        @inline(__always)
        mutating func peek() -> Int {
            if count < 16 { fill() }
            return Int(truncatingIfNeeded: held >> UInt64(count - 16)) & 0xFFFF
        }
        @inline(__always)
        mutating func drop(_ length: Int) { count -= length }

        /// Up to sixteen bits.
        @inline(__always)
        mutating func take(_ length: Int) -> Int {
            if length == 0 { return 0 }
            let bits = peek() >> (16 - length)
            drop(length)
            return bits
        }

        /// A number of so many bits, of which the lower half stands for negative ones.
        @inline(__always)
        mutating func signed(_ length: Int) -> Int {
            let bits = take(length)
            return length > 0 && bits < 1 << (length - 1) ? bits - (1 << length) + 1 : bits
        }

        /// The next value of a code; `nil` where the bits are none.
        @inline(__always)
        mutating func next(_ code: borrowing HuffmanCode) -> Int? {
            guard let (value, length) = code.value(peek()) else { return nil }
            drop(length)
            return value
        }

        /// Steps over a restart marker, which must be the next thing; the bits before it only fill a byte.
        mutating func restart() -> Bool {
            held = 0
            count = 0
            lent = 0
            while place + 1 < bytes.count, bytes[place] == 0xFF, bytes[place + 1] == 0xFF { place += 1 }
            guard place + 1 < bytes.count, bytes[place] == 0xFF, (0xD0...0xD7).contains(bytes[place + 1]) else {
                return false
            }
            place += 2
            return true
        }
    }
}
