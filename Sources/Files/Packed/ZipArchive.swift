/// The members of a ZIP archive, found by the directory at its end.
public enum ZipArchive {
    public struct Member {
        public var name: String
        /// 0 as it is, 8 deflate.
        public var method: Int
        public var checksum: UInt32
        public var packedSize: Int
        public var size: Int
        /// The offset of the member's own header.
        public var offset: Int
    }

    public static func members(of file: FileBytes) throws(DataError) -> [Member] {
        let end = try endOfDirectory(file)
        var tail = try ByteReader(file, at: end + 10)
        var count = try tail.u16()
        _ = try tail.u32()
        var start = try tail.u32()
        if count == 0xFFFF || start == 0xFFFF_FFFF, file.matches(littleEndian(UInt32(0x0706_4B50)), at: end - 20) {
            let place: UInt64 = try file.integer(end - 20 + 8)
            var record = try ByteReader(file, at: Int(clamping: place))
            try record.skip(32)
            count = try record.length(of: 8)
            try record.skip(8)
            start = try record.length(of: 8)
        }
        var reader = try ByteReader(file, at: start)
        var members: [Member] = []
        for _ in 0..<count { members.append(try member(&reader)) }
        return members
    }

    /// The record that ends an archive stands before a comment of at most 65535 bytes.
    private static func endOfDirectory(_ file: FileBytes) throws(DataError) -> Int {
        let signature = littleEndian(UInt32(0x0605_4B50))
        var offset = file.count - 22
        while offset >= max(0, file.count - 22 - 0xFFFF) {
            if file.matches(signature, at: offset) { return offset }
            offset -= 1
        }
        throw file.error(at: max(0, file.count - 22), expected: "the end of a ZIP directory", found: "none")
    }

    private static func member(_ reader: inout ByteReader) throws(DataError) -> Member {
        try reader.expect("PK\u{01}\u{02}")
        try reader.skip(4)
        let flags = try reader.u16()
        let method = try reader.u16()
        try reader.skip(4)
        let checksum = try reader.integer(UInt32.self)
        var packedSize = try reader.u32()
        var size = try reader.u32()
        let nameLength = try reader.u16()
        let extraLength = try reader.u16()
        let commentLength = try reader.u16()
        try reader.skip(8)
        var offset = try reader.u32()
        let place = reader.offset
        let name = try reader.text(nameLength)
        var extra = try reader.part(extraLength)
        try reader.skip(commentLength)
        guard flags & 1 == 0 else {
            throw reader.file.error(
                at: place, expected: "a member that is not encrypted", found: "'\(name)', encrypted")
        }
        while extra.remaining >= 4 {
            let kind = try extra.u16()
            var part = try extra.part(try extra.u16())
            guard kind == 1 else { continue }
            if size == 0xFFFF_FFFF { size = try part.length(of: 8) }
            if packedSize == 0xFFFF_FFFF { packedSize = try part.length(of: 8) }
            if offset == 0xFFFF_FFFF { offset = try part.length(of: 8) }
        }
        return Member(
            name: name, method: method, checksum: checksum, packedSize: packedSize, size: size, offset: offset)
    }

    /// Unpacks a member and holds it against its checksum.
    public static func contents(of member: Member, in file: FileBytes, limit: Int) throws(DataError) -> [UInt8] {
        var header = try ByteReader(file, at: member.offset)
        try header.expect("PK\u{03}\u{04}")
        try header.skip(22)
        let nameLength = try header.u16()
        try header.skip(nameLength + (try header.u16()))
        guard member.size <= limit else {
            throw file.error(at: member.offset, expected: "at most \(limit) bytes", found: "\(member.size)")
        }
        let start = header.offset
        let bytes: [UInt8]
        switch member.method {
        case 0: bytes = try file.bytes(start, member.packedSize)
        case 8:
            bytes = try file.borrow(start, member.packedSize) { packed throws(DataError) in
                do throws(Inflate.Malformed) { return try Inflate.unpack(packed, limit: member.size) } catch {
                    throw file.error(at: start + error.byte, expected: error.expected, found: error.found)
                }
            }
        default:
            throw file.error(
                at: member.offset, expected: "a member stored or deflated", found: "method \(member.method)")
        }
        guard bytes.count == member.size, CRC32.checksum(bytes) == member.checksum else {
            throw file.error(at: start, expected: "'\(member.name)' with its checksum", found: "other bytes")
        }
        return bytes
    }

    /// What the header of a member and its entry in the directory share, for a member that is not packed.
    public static func record(name: String, contents: [UInt8]) -> [UInt8] {
        var record = littleEndian(UInt16(20)) + littleEndian(UInt16(0)) + littleEndian(UInt16(0))
        record += littleEndian(UInt16(0)) + littleEndian(UInt16(0x21))  // 1980-01-01: the same file every time
        record += littleEndian(CRC32.checksum(contents))
        record += littleEndian(UInt32(contents.count)) + littleEndian(UInt32(contents.count))
        return record + littleEndian(UInt16(name.utf8.count)) + littleEndian(UInt16(0))
    }
}

/// The checksum of ZIP: CRC-32 with the polynomial 0x04C11DB7, bits reversed.
public enum CRC32 {
    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { state, _ in (state >> 1) ^ (state & 1 == 1 ? 0xEDB8_8320 : 0) }
    }
    public static func checksum(_ bytes: [UInt8]) -> UInt32 {
        var state = ~UInt32(0)
        for byte in bytes { state = table[Int((state ^ UInt32(byte)) & 0xFF)] ^ (state >> 8) }
        return ~state
    }
}
