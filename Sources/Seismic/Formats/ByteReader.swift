/// Reads numbers one after the other from a stretch of a file. Nothing past the stretch is ever read: a size that the
/// file declares and does not have is a `DataError` with its byte.
struct ByteReader {
    let file: FileBytes
    /// The offset in the file of the next byte.
    private(set) var offset: Int
    /// The first byte that is not ours.
    let end: Int
    let bigEndian: Bool

    /// From an offset up to the end of the file, or for so many bytes, all of which must exist.
    init(_ file: FileBytes, at offset: Int, count: Int? = nil, bigEndian: Bool = false) throws(DataError) {
        let count = count ?? max(0, file.count - max(0, offset))
        guard file.contains(offset, count) else {
            throw file.error(at: offset, expected: "\(count) bytes", found: "the end of the file at \(file.count)")
        }
        self.file = file
        self.offset = offset
        self.end = offset + count
        self.bigEndian = bigEndian
    }

    var remaining: Int { end - offset }

    private func check(_ count: Int) throws(DataError) {
        guard count >= 0, count <= end - offset else {
            throw file.error(
                at: offset, expected: "\(count) more bytes", found: "\(end - offset) before the end of this part")
        }
    }

    mutating func integer<T: FixedWidthInteger>(_ type: T.Type) throws(DataError) -> T {
        try check(MemoryLayout<T>.size)
        let value: T = try file.integer(offset, bigEndian: bigEndian)
        offset += MemoryLayout<T>.size
        return value
    }
    mutating func u8() throws(DataError) -> Int { Int(try integer(UInt8.self)) }
    mutating func u16() throws(DataError) -> Int { Int(try integer(UInt16.self)) }
    mutating func u32() throws(DataError) -> Int { Int(try integer(UInt32.self)) }
    mutating func i32() throws(DataError) -> Int { Int(try integer(Int32.self)) }
    mutating func f32() throws(DataError) -> Float { Float(bitPattern: try integer(UInt32.self)) }
    mutating func f64() throws(DataError) -> Double { Double(bitPattern: try integer(UInt64.self)) }

    /// An unsigned number of 1 to 8 bytes, least significant first; `nil` where all bits are set, which stands for
    /// "not there". A number above `Int.max` cannot be a place or a size.
    mutating func size(of width: Int) throws(DataError) -> Int? {
        try check(width)
        var value: UInt64 = 0
        var isUnset = true
        for index in 0..<min(width, 8) {
            let byte = try file.byte(offset + index)
            if byte != 0xFF { isUnset = false }
            value |= UInt64(byte) << UInt64(8 * index)
        }
        let start = offset
        offset += width
        if isUnset { return nil }
        guard let size = Int(exactly: value) else {
            throw file.error(at: start, expected: "a size below 2^63", found: "\(value)")
        }
        return size
    }

    /// A size that must be there.
    mutating func length(of width: Int) throws(DataError) -> Int {
        let start = offset
        guard let size = try size(of: width) else {
            throw file.error(at: start, expected: "a size", found: "none")
        }
        return size
    }

    mutating func skip(_ count: Int) throws(DataError) {
        try check(count)
        offset += count
    }

    mutating func bytes(_ count: Int) throws(DataError) -> [UInt8] {
        try check(count)
        let bytes = try file.bytes(offset, count)
        offset += count
        return bytes
    }

    mutating func text(_ count: Int) throws(DataError) -> String {
        try check(count)
        let text = try file.text(offset, count)
        offset += count
        return text
    }

    /// The next bytes as a stretch of their own.
    mutating func part(_ count: Int) throws(DataError) -> ByteReader {
        try check(count)
        let part = try ByteReader(file, at: offset, count: count, bigEndian: bigEndian)
        offset += count
        return part
    }

    /// Four letters that must stand here.
    mutating func expect(_ signature: String) throws(DataError) {
        let width = signature.utf8.count
        guard remaining >= width, file.matches(Array(signature.utf8), at: offset) else {
            throw file.error(at: offset, expected: "the letters \(signature)", found: "other bytes")
        }
        offset += width
    }
}
