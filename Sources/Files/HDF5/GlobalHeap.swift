/// Where texts of varying length stand (III.E): collections of numbered objects.
extension HDF5File {
    /// The text that an element of 4 + address + 4 bytes points at; empty where it points nowhere.
    func heapText(_ element: inout ByteReader) throws(DataError) -> String {
        let length = try element.u32()
        let collection = try element.size(of: offsetSize)
        let index = try element.u32()
        guard let collection, collection != 0, index != 0, length > 0 else { return "" }
        let body = try heapObject(collection: collection, index: index)
        guard length <= min(body.remaining, Limits.text) else {
            throw file.error(
                at: body.offset, expected: "a text of \(length) bytes", found: "room for \(body.remaining)")
        }
        return try file.text(body.offset, length)
    }

    private func heapObject(collection address: Int, index: Int) throws(DataError) -> ByteReader {
        var reader = try reader(at: address)
        let at = reader.offset
        try reader.expect("GCOL")
        try reader.skip(4)
        let size = try reader.length(of: lengthSize)
        var left = try ByteReader(file, at: at, count: size)
        try left.skip(8 + lengthSize)
        while left.remaining >= 8 + lengthSize {
            let found = try left.u16()
            try left.skip(6)
            let length = try left.length(of: lengthSize)
            if found == index { return try left.part(length) }
            // Object 0 is the free room up to the end.
            if found == 0 { break }
            guard let padded = sum(length, 7) else { break }
            try left.skip(min(padded & ~7, left.remaining))
        }
        throw file.error(at: at, expected: "text \(index) of this heap", found: "none of this number")
    }
}
