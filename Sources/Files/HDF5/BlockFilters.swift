/// What was done to the blocks of an array before they were written (IV.A.2.l), undone in reverse.
struct BlockFilters {
    enum Filter: Hashable {
        case deflate
        case shuffle(elementSize: Int)
        case fletcher32
        case lzf
        case scaleOffset(ScaleOffset)
    }
    private(set) var filters: [Filter] = []

    var isEmpty: Bool { filters.isEmpty }

    init() {}

    init(_ body: ByteReader, elementSize: Int) throws(DataError) {
        var reader = body
        let at = reader.offset
        let version = try reader.u8()
        let count = try reader.u8()
        guard version == 1 || version == 2, count <= 32 else {
            throw reader.file.error(
                at: at, expected: "at most 32 filters, version 1 or 2", found: "\(count) of version \(version)")
        }
        if version == 1 { try reader.skip(6) }
        for _ in 0..<count {
            let id = try reader.u16()
            let nameLength = version == 1 || id >= 256 ? try reader.u16() : 0
            try reader.skip(2)
            let valueCount = try reader.u16()
            let nameStart = reader.offset
            try reader.skip(version == 1 ? (nameLength + 7) & ~7 : nameLength)
            var values: [Int] = []
            for _ in 0..<valueCount { values.append(try reader.u32()) }
            if version == 1, valueCount % 2 == 1 { try reader.skip(4) }
            switch id {
            case 1: filters.append(.deflate)
            case 2: filters.append(.shuffle(elementSize: values.first ?? elementSize))
            case 3: filters.append(.fletcher32)
            case 6: filters.append(.scaleOffset(try ScaleOffset(values, reader.file, at: at)))
            case 32000: filters.append(.lzf)
            default:
                let name = try reader.file.text(nameStart, nameLength)
                throw reader.file.error(
                    at: at, expected: "the filters deflate, lzf, shuffle, scaleoffset and fletcher32",
                    found: "filter \(id)" + (name.isEmpty ? "" : " (\(name))"))
            }
        }
    }

    /// The block at an offset as it was before the filters; its size must then be as expected. Bit i of the mask says
    /// that filter i was left out.
    func undo(_ file: FileBytes, at start: Int, size: Int, mask: Int, expecting expected: Int) throws(DataError)
        -> [UInt8]
    {
        var bytes = try file.bytes(start, size)
        for (index, filter) in filters.enumerated().reversed() where mask >> index & 1 == 0 {
            switch filter {
            case .deflate:
                // Room for a checksum that was put behind before packing.
                let unpacked = bytes.withUnsafeBytes { raw in
                    Result { () throws(Inflate.Malformed) in try Inflate.unpackZlib(raw, limit: expected + 4) }
                }
                switch unpacked {
                case .success(let plain): bytes = plain
                case .failure(let error):
                    throw file.error(at: start + min(error.byte, size), expected: error.expected, found: error.found)
                }
            case .lzf:
                // h5py leaves a block as it is, and says so in the mask, where packing does not help.
                bytes = try LZF.unpack(bytes, limit: expected + 4, file, at: start)
            case .scaleOffset(let packing): bytes = try packing.undo(bytes, expecting: expected, file, at: start)
            case .shuffle(let elementSize): bytes = BlockFilters.unshuffled(bytes, elementSize: elementSize)
            case .fletcher32:
                guard bytes.count >= 4, BlockFilters.fletcher32(bytes.dropLast(4)) == BlockFilters.lastWord(bytes)
                else {
                    throw file.error(at: start, expected: "a block with its checksum", found: "another checksum")
                }
                bytes.removeLast(4)
            }
        }
        guard bytes.count == expected else {
            throw file.error(at: start, expected: "a block of \(expected) bytes", found: "\(bytes.count)")
        }
        return bytes
    }

    /// All first bytes, then all second bytes and so on, put together again; a rest stays at the end.
    private static func unshuffled(_ bytes: [UInt8], elementSize: Int) -> [UInt8] {
        guard elementSize > 1, elementSize <= bytes.count else { return bytes }
        let count = bytes.count / elementSize
        return [UInt8](unsafeUninitializedCapacity: bytes.count) { out, filled in
            bytes.withUnsafeBufferPointer { bytes in
                for place in 0..<elementSize {
                    for index in 0..<count { out[index * elementSize + place] = bytes[place * count + index] }
                }
                for index in (count * elementSize)..<bytes.count { out[index] = bytes[index] }
            }
            filled = bytes.count
        }
    }

    private static func lastWord(_ bytes: [UInt8]) -> UInt32 {
        bytes.suffix(4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    }

    /// Fletcher's checksum over words of 16 bits, most significant byte first.
    private static func fletcher32(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        var (a, b): (UInt32, UInt32) = (0, 0)
        func fold(_ sum: UInt32) -> UInt32 { sum & 0xFFFF + sum >> 16 }
        bytes.withUnsafeBufferPointer { bytes in
            var index = 0
            while index < bytes.count {
                let end = min(index + 720, bytes.count)  // as far as the sums stay below 2^32
                while index < end {
                    a &+= UInt32(bytes[index]) << 8 | (index + 1 < bytes.count ? UInt32(bytes[index + 1]) : 0)
                    b &+= a
                    index += 2
                }
                (a, b) = (fold(a), fold(b))
            }
        }
        return fold(b) << 16 | fold(a)
    }
}
