/// Reads numbers one after the other from a stretch of a file. Nothing past the stretch is ever read: a size that the
/// file declares and does not have is a `DataError` with its byte.
public struct ByteReader {
    public let file: FileBytes
    /// The offset in the file of the next byte.
    @inlinable public var offset: Int { place }
    @usableFromInline var place: Int
    /// The first byte that is not ours.
    public let end: Int
    public let bigEndian: Bool

    /// From an offset up to the end of the file, or for so many bytes, all of which must exist.
    public init(_ file: FileBytes, at offset: Int, count: Int? = nil, bigEndian: Bool = false) throws(DataError) {
        let count = count ?? max(0, file.count - max(0, offset))
        guard file.contains(offset, count) else {
            throw file.error(at: offset, expected: "\(count) bytes", found: "the end of the file at \(file.count)")
        }
        self.file = file
        place = offset
        self.end = offset + count
        self.bigEndian = bigEndian
    }

    public var remaining: Int { end - offset }

    @inlinable
    func check(_ count: Int) throws(DataError) {
        guard count >= 0, count <= end - offset else {
            throw file.error(
                at: offset, expected: "\(count) more bytes", found: "\(end - offset) before the end of this part")
        }
    }

    @inlinable
    public mutating func integer<T: FixedWidthInteger>(_ type: T.Type) throws(DataError) -> T {
        try check(MemoryLayout<T>.size)
        let value: T = try file.integer(offset, bigEndian: bigEndian)
        place += MemoryLayout<T>.size
        return value
    }
    @inlinable public mutating func u8() throws(DataError) -> Int { Int(try integer(UInt8.self)) }
    @inlinable public mutating func u16() throws(DataError) -> Int { Int(try integer(UInt16.self)) }
    @inlinable public mutating func u32() throws(DataError) -> Int { Int(try integer(UInt32.self)) }
    @inlinable public mutating func i32() throws(DataError) -> Int { Int(try integer(Int32.self)) }
    @inlinable public mutating func f32() throws(DataError) -> Float { Float(bitPattern: try integer(UInt32.self)) }
    @inlinable public mutating func f64() throws(DataError) -> Double { Double(bitPattern: try integer(UInt64.self)) }

    /// An unsigned number of 1 to 8 bytes, least significant first; `nil` where all bits are set, which stands for
    /// "not there". A number above `Int.max` cannot be a place or a size.
    public mutating func size(of width: Int) throws(DataError) -> Int? {
        try check(width)
        var value: UInt64 = 0
        var isUnset = true
        for index in 0..<min(width, 8) {
            let byte = try file.byte(offset + index)
            if byte != 0xFF { isUnset = false }
            value |= UInt64(byte) << UInt64(8 * index)
        }
        let start = offset
        place += width
        if isUnset { return nil }
        guard let size = Int(exactly: value) else {
            throw file.error(at: start, expected: "a size below 2^63", found: "\(value)")
        }
        return size
    }

    /// A size that must be there.
    public mutating func length(of width: Int) throws(DataError) -> Int {
        let start = offset
        guard let size = try size(of: width) else {
            throw file.error(at: start, expected: "a size", found: "none")
        }
        return size
    }

    public mutating func skip(_ count: Int) throws(DataError) {
        try check(count)
        place += count
    }

    public mutating func bytes(_ count: Int) throws(DataError) -> [UInt8] {
        try check(count)
        let bytes = try file.bytes(offset, count)
        place += count
        return bytes
    }

    public mutating func text(_ count: Int) throws(DataError) -> String {
        try check(count)
        let text = try file.text(offset, count)
        place += count
        return text
    }

    /// The next bytes as a stretch of their own.
    public mutating func part(_ count: Int) throws(DataError) -> ByteReader {
        try check(count)
        let part = try ByteReader(file, at: offset, count: count, bigEndian: bigEndian)
        place += count
        return part
    }

    /// Four letters that must stand here.
    public mutating func expect(_ signature: String) throws(DataError) {
        let width = signature.utf8.count
        guard remaining >= width, file.matches(Array(signature.utf8), at: offset) else {
            throw file.error(at: offset, expected: "the letters \(signature)", found: "other bytes")
        }
        place += width
    }
}
