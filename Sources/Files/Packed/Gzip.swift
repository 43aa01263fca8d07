/// Unpacks gzip (RFC 1952): several members behind one another are one file.
public enum Gzip {
    public static let magic: [UInt8] = [0x1F, 0x8B]

    /// What a packed file holds, at most so many bytes of it.
    public static func unpack(_ file: FileBytes, limit: Int) throws(DataError) -> [UInt8] {
        var bytes: [UInt8] = []
        var offset = 0
        // Zeros behind the last member only fill a tape.
        while offset < file.count, offset == 0 || file.matches(magic, at: offset) {
            let start = try body(file, at: offset)
            let (part, used) = try file.borrow(start, file.count - start) { packed throws(DataError) in
                do throws(Inflate.Malformed) {
                    return try Inflate.unpackCounting(packed, limit: limit - bytes.count)
                } catch {
                    throw file.error(at: start + error.byte, expected: error.expected, found: error.found)
                }
            }
            offset = start + used
            let stated: UInt32 = try file.integer(offset)
            let size: UInt32 = try file.integer(offset + 4)
            guard stated == CRC32.checksum(part), size == UInt32(truncatingIfNeeded: part.count) else {
                throw file.error(at: offset, expected: "the checksum of what was unpacked", found: "another")
            }
            offset += 8
            bytes += part
        }
        return bytes
    }

    /// Where the packed bytes of a member begin, behind its name and comment.
    private static func body(_ file: FileBytes, at offset: Int) throws(DataError) -> Int {
        var reader = try ByteReader(file, at: offset)
        try reader.skip(2)
        guard try reader.u8() == 8 else { throw file.error(at: offset + 2, expected: "deflate", found: "another way") }
        let flags = try reader.u8()
        try reader.skip(6)
        if flags & 4 != 0 { try reader.skip(try reader.u16()) }
        for flag in [8, 16] where flags & flag != 0 {
            while try reader.u8() != 0 {}
        }
        if flags & 2 != 0 { try reader.skip(2) }
        return reader.offset
    }
}

extension FileBytes {
    /// Maps a file; what is packed with gzip, as its first bytes tell, is unpacked into memory.
    public convenience init(opening path: String) throws(DataError) {
        let file = try FileBytes(mapping: path)
        guard file.matches(Gzip.magic, at: 0) else {
            try self.init(mapping: path)
            return
        }
        self.init(try Gzip.unpack(file, limit: Limits.work(in: file)), name: path, identity: file.identity)
    }
}
