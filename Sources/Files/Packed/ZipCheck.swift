/// A ZIP archive from a stranger, held against itself: readers that look at different places of it would see different
/// files, which is how scanners are deceived.
extension ZipArchive {
    /// The members, if each name stands once, each member's own header says what the directory says, and no two lie on
    /// each other.
    public static func checkedMembers(of file: FileBytes) throws(DataError) -> [Member] {
        let members = try members(of: file)
        var names: Set<String> = []
        var ranges: [Range<Int>] = []
        for member in members {
            guard names.insert(member.name).inserted else {
                throw file.error(at: member.offset, expected: "each name once", found: "'\(member.name)' twice")
            }
            ranges.append(try checkedRange(of: member, in: file))
        }
        ranges.sort { $0.lowerBound < $1.lowerBound }
        for (first, second) in zip(ranges, ranges.dropFirst()) where second.lowerBound < first.upperBound {
            throw file.error(
                at: second.lowerBound, expected: "members that lie one behind the other",
                found: "one that lies on another")
        }
        return members
    }

    private static func checkedRange(of member: Member, in file: FileBytes) throws(DataError) -> Range<Int> {
        var header = try ByteReader(file, at: member.offset)
        try header.expect("PK\u{03}\u{04}")
        try header.skip(2)
        let flags = try header.u16()
        let method = try header.u16()
        try header.skip(4)
        let checksum = try header.integer(UInt32.self)
        let packed = try header.u32()
        let size = try header.u32()
        let nameLength = try header.u16()
        let extraLength = try header.u16()
        let name = try header.text(nameLength)
        try header.skip(extraLength)
        // Bit 3: sizes stand behind the member; else they must agree, if they are not in the extra field.
        let isBehind = flags & 8 != 0
        func agrees(_ said: Int, _ known: Int) -> Bool { said == known || said == 0xFFFF_FFFF || isBehind }
        guard flags & 1 == 0, method == member.method, name == member.name, agrees(packed, member.packedSize),
            agrees(size, member.size), checksum == member.checksum || isBehind
        else {
            throw file.error(
                at: member.offset, expected: "what the directory says of '\(member.name)'",
                found: "a header that says something else")
        }
        guard member.packedSize >= 0, file.contains(header.offset, member.packedSize) else {
            throw file.error(
                at: header.offset, expected: "\(member.packedSize) bytes of '\(member.name)'",
                found: "the end of the file at \(file.count)")
        }
        return member.offset..<header.offset + member.packedSize
    }
}
