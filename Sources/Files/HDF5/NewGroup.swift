/// Groups as HDF5 has them since 1.8 (IV.A.2.c and g): a few links stand in the object header, many in a heap.
extension HDF5File {
    /// Reads the links of a group in whichever way it keeps them.
    func readLinks(of address: Int) throws(DataError) -> [LinkTable.Link] {
        let header = try ObjectHeader(self, at: address)
        if let table = header.first(.symbolTable) {
            return try oldLinks(table.body)
        }
        var links: [LinkTable.Link] = []
        for message in header.messages where message.kind == .link {
            if let link = try link(message.body) { links.append(link) }
        }
        if let info = header.first(.linkInfo) { links += try denseLinks(info.body) }
        return links
    }

    private func denseLinks(_ message: ByteReader) throws(DataError) -> [LinkTable.Link] {
        var message = message
        try message.skip(1)
        if try message.u8() & 1 != 0 { try message.skip(8) }
        guard let heapAddress = try message.size(of: offsetSize), let tree = try message.size(of: offsetSize) else {
            return []
        }
        let heap = try FractalHeap(self, at: heapAddress)
        var links: [LinkTable.Link] = []
        try TreeV2(self, at: tree).forEach { (record) throws(DataError) in
            var record = record
            try record.skip(4)
            let body = try heap.object(try record.part(min(record.remaining, heap.idLength)))
            if let link = try link(body) { links.append(link) }
        }
        return links
    }

    /// One link; `nil` where it points to a name or to another file, which is not followed.
    private func link(_ body: ByteReader) throws(DataError) -> LinkTable.Link? {
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
        guard type == 0 else { return nil }
        return .init(nameOffset: nameOffset, nameLength: length, address: try reader.length(of: offsetSize))
    }
}
