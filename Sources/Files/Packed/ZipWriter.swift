extension ZipArchive {
    /// An archive of members as they are, not packed, in the order given: equal contents are equal bytes.
    public static func stored(_ members: [(name: String, contents: [UInt8])]) throws(DataError) -> [UInt8] {
        var (file, directory): ([UInt8], [UInt8]) = ([], [])
        for member in members {
            let start = file.count
            guard member.contents.count < Int(UInt32.max), start < Int(UInt32.max), member.name.utf8.count < 0xFFFF
            else {
                throw DataError(.access, file: member.name, expected: "less than 4 GiB", found: "more")
            }
            let record = record(name: member.name, contents: member.contents)
            file += littleEndian(UInt32(0x0403_4B50)) + record + Array(member.name.utf8) + member.contents
            directory += littleEndian(UInt32(0x0201_4B50)) + littleEndian(UInt16(20)) + record
            directory += [UInt8](repeating: 0, count: 10) + littleEndian(UInt32(start)) + Array(member.name.utf8)
        }
        let start = file.count
        guard members.count < 0xFFFF, start + directory.count < Int(UInt32.max) else {
            throw DataError(.access, file: "the archive", expected: "fewer than 65535 members in 4 GiB", found: "more")
        }
        let count = littleEndian(UInt16(members.count))
        file += directory + littleEndian(UInt32(0x0605_4B50)) + littleEndian(UInt32(0)) + count + count
        return file + littleEndian(UInt32(directory.count)) + littleEndian(UInt32(start)) + littleEndian(UInt16(0))
    }
}
