/// Groups as HDF5 has them since 1.8 (IV.A.2.c and g): a few links stand in the object header, many in a heap.
extension HDF5File {
    /// Reads the links of a group in whichever way it keeps them.
    func readLinks(of address: Int) throws(DataError) -> LinkTable.Links {
        let header = try ObjectHeader(self, at: address)
        if let table = header.first(.symbolTable) {
            return try oldLinks(table.body)
        }
        var links = LinkTable.Links()
        for message in header.messages where message.kind == .link { try add(message.body, to: &links) }
        if let info = header.first(.linkInfo) { try addDenseLinks(info.body, to: &links) }
        return links
    }

    private func addDenseLinks(_ message: ByteReader, to links: inout LinkTable.Links) throws(DataError) {
        var message = message
        try message.skip(1)
        if try message.u8() & 1 != 0 { try message.skip(8) }
        guard let heapAddress = try message.size(of: offsetSize), let tree = try message.size(of: offsetSize) else {
            return
        }
        let heap = try FractalHeap(self, at: heapAddress)
        try TreeV2(self, at: tree).forEach { (record) throws(DataError) in
            var record = record
            try record.skip(4)
            let body = try heap.object(try record.part(min(record.remaining, heap.idLength)))
            try add(body, to: &links)
        }
    }

    /// One link: to an object, to a path in this file, or to another file.
    private func add(_ body: ByteReader, to links: inout LinkTable.Links) throws(DataError) {
        var reader = body
        let at = reader.offset
        let version = try reader.u8()
        let flags = try reader.u8()
        guard version == 1 else {
            throw file.error(at: at, expected: "a link of version 1", found: "version \(version)")
        }
        let type = flags & 8 != 0 ? try reader.u8() : 0
        if flags & 4 != 0 { try reader.skip(8) }
        if flags & 16 != 0 { try reader.skip(1) }
        let length = try reader.length(of: 1 << (flags & 3))
        guard length <= Limits.name else {
            throw file.error(at: reader.offset, expected: "a name of at most 4 KiB", found: "\(length) bytes")
        }
        let nameOffset = reader.offset
        try reader.skip(length)
        if type == 0 {
            links.hard.append(
                .init(nameOffset: nameOffset, nameLength: length, address: try reader.length(of: offsetSize)))
            return
        }
        let name = try file.text(nameOffset, length)
        let size = try reader.u16()
        switch type {
        case 1: links.elsewhere[name] = .path(try reader.text(size))
        case 64:
            // A byte of flags, then two texts that each end at a NUL.
            let texts = try reader.bytes(size).dropFirst().split(separator: 0, omittingEmptySubsequences: false)
            let parts = texts.map { String(decoding: $0, as: UTF8.self) }
            links.elsewhere[name] = .file(parts.first ?? "", path: parts.count > 1 ? parts[1] : "")
        default: links.elsewhere[name] = .custom(type)
        }
    }
}
