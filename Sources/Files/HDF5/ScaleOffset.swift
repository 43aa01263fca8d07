import Foundation

/// HDF5's filter `scaleoffset`: whole numbers less the least of their block, and floats made such by a power of ten,
/// each in as many bits as the largest needs (H5Z_FILTER_SCALEOFFSET; the layout is the library's own).
struct ScaleOffset: Hashable {
    private let isFloat: Bool
    /// Of floats: how many decimals were kept.
    private let decimals: Int
    private let count: Int
    private let size: Int
    private let isBigEndian: Bool
    /// The bits of what stands for missing values, where there is one.
    private let fill: UInt64?

    private static let headerLength = 21

    init(_ values: [Int], _ file: FileBytes, at byte: Int) throws(DataError) {
        guard values.count >= 8 else {
            throw file.error(at: byte, expected: "eight numbers for scaleoffset", found: "\(values.count)")
        }
        let kind = values[0]
        isFloat = values[3] == 1
        size = values[4]
        guard kind == 0 && isFloat || kind == 2 && values[3] == 0,
            isFloat
                ? size == 4 || size == 8
                : [1, 2, 4, 8]
                    .contains(size)
        else {
            throw file.error(
                at: byte, expected: "scaleoffset of whole numbers or of decimals", found: "kind \(kind), \(size) bytes")
        }
        decimals = Int(Int32(truncatingIfNeeded: values[1]))
        count = values[2]
        isBigEndian = values[6] == 1
        if values[7] == 1, values.count > 8 {
            let high = size == 8 && values.count > 9 ? UInt64(truncatingIfNeeded: values[9]) : 0
            fill = (high << 32 | UInt64(truncatingIfNeeded: values[8]) & 0xFFFF_FFFF) & ScaleOffset.mask(8 * size)
        } else {
            fill = nil
        }
    }

    private static func mask(_ bits: Int) -> UInt64 { bits >= 64 ? .max : (1 << UInt64(bits)) - 1 }

    func undo(_ packed: [UInt8], expecting expected: Int, _ file: FileBytes, at start: Int) throws(DataError) -> [UInt8]
    {
        guard product(count, size) == expected, packed.count >= Self.headerLength else {
            throw file.error(
                at: start, expected: "a packed block of \(expected) bytes", found: "one of \(count) elements of \(size)"
            )
        }
        let bits = packed[..<4].reversed().reduce(0) { $0 << 8 | Int($1) }
        let least = packed[5..<13].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard bits <= 8 * size,
            bits == 0 || product(count, bits).map({ ($0 + 7) / 8 <= packed.count - Self.headerLength }) == true
        else {
            throw file.error(
                at: start, expected: "at most \(8 * size) bits an element, all there", found: "\(bits) bits")
        }
        var out: [UInt8] = []
        out.reserveCapacity(expected)
        var place = 8 * Self.headerLength
        for element in 0..<count {
            let value: UInt64
            if bits == 8 * size {
                // Nothing was gained: the elements stand as they were, least significant byte first.
                let first = Self.headerLength + element * size
                value = packed[first..<first + size].reversed().reduce(0) { $0 << 8 | UInt64($1) }
            } else {
                value = restored(ScaleOffset.read(packed, &place, bits), bits: bits, least: least)
            }
            for byte in 0..<size {
                let shift = UInt64(8 * (isBigEndian ? size - 1 - byte : byte))
                out.append(UInt8(truncatingIfNeeded: value >> shift))
            }
        }
        return out
    }

    /// So many bits from a place on, most significant first.
    private static func read(_ packed: [UInt8], _ place: inout Int, _ bits: Int) -> UInt64 {
        var value: UInt64 = 0
        var left = bits
        while left > 0 {
            let free = 8 - place % 8
            let taken = min(free, left)
            let byte = UInt64(packed[place / 8]) >> UInt64(free - taken) & ScaleOffset.mask(taken)
            value = value << UInt64(taken) | byte
            place += taken
            left -= taken
        }
        return value
    }

    /// The element's own bits; where all bits are set and there is a fill value, it is that.
    private func restored(_ value: UInt64, bits: Int, least: UInt64) -> UInt64 {
        if let fill, value == ScaleOffset.mask(bits) { return fill }
        guard isFloat else { return (value &+ least) & ScaleOffset.mask(8 * size) }
        if size == 4 {
            let scaled = Float(Int32(truncatingIfNeeded: value)) / powf(10, Float(decimals))
            return UInt64((scaled + Float(bitPattern: UInt32(truncatingIfNeeded: least))).bitPattern)
        }
        let scaled = Double(Int64(truncatingIfNeeded: value)) / pow(10, Double(decimals))
        return (scaled + Double(bitPattern: least)).bitPattern
    }
}
