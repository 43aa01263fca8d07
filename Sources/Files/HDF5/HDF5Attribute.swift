/// What an array or an attribute holds.
public enum HDF5Value {
    case numbers(NumberArray)
    case texts([String], shape: [Int])

    /// The value as a table's cell would have it: a lone number or text as it is, several in brackets.
    public var text: String {
        let parts: [String]
        let shape: [Int]
        switch self {
        case .texts(let texts, let size): (parts, shape) = (texts, size)
        case .numbers(let array):
            shape = array.shape
            parts = array.format.kind == .float ? array.doubles.map { "\($0)" } : (array.integers ?? []).map { "\($0)" }
        }
        if shape.isEmpty, parts.count == 1 { return parts[0] }
        return "[" + parts.joined(separator: " ") + "]"
    }
}

extension HDF5File {
    /// The attributes of an object, in the order in which they stand in the file.
    public func attributes(of address: Int) throws(DataError) -> [(name: String, value: HDF5Value)] {
        try attributes(of: ObjectHeader(self, at: address))
    }

    func attributes(of header: ObjectHeader) throws(DataError) -> [(name: String, value: HDF5Value)] {
        var all: [(name: String, value: HDF5Value)] = []
        for message in header.messages where message.kind == .attribute {
            all.append(try attribute(try body(of: message)))
        }
        guard let info = header.first(.attributeInfo) else { return all }
        var reader = info.body
        try reader.skip(1)
        if try reader.u8() & 1 != 0 { try reader.skip(2) }
        guard let heapAddress = try reader.size(of: offsetSize), let tree = try reader.size(of: offsetSize) else {
            return all
        }
        let heap = try FractalHeap(self, at: heapAddress)
        var dense: [(order: Int, name: String, value: HDF5Value)] = []
        try TreeV2(self, at: tree).forEach { (record) throws(DataError) in
            var record = record
            guard dense.count < Limits.attributes else {
                throw file.error(at: record.offset, expected: "at most \(Limits.attributes) attributes", found: "more")
            }
            let body = try heap.object(try record.part(heap.idLength))
            let isShared = try record.u8() & 2 != 0
            let order = try record.u32()
            let (name, value) = try attribute(isShared ? try shared(body, .attribute) : body)
            dense.append((order, name, value))
        }
        dense.sort { ($0.order, $0.name) < ($1.order, $1.name) }
        return all + dense.map { ($0.name, $0.value) }
    }

    /// One attribute (IV.A.2.m).
    private func attribute(_ body: ByteReader) throws(DataError) -> (name: String, value: HDF5Value) {
        var reader = body
        let at = reader.offset
        let version = try reader.u8()
        guard (1...3).contains(version) else {
            throw file.error(at: at, expected: "an attribute of version 1 to 3", found: "version \(version)")
        }
        let flags = try reader.u8()
        let nameSize = try reader.u16()
        let typeSize = try reader.u16()
        let spaceSize = try reader.u16()
        if version == 3 { try reader.skip(1) }
        func padded(_ size: Int) -> Int { version == 1 ? (size + 7) & ~7 : size }
        let name = try reader.text(nameSize)
        try reader.skip(padded(nameSize) - nameSize)
        var typeBody = try reader.part(typeSize)
        try reader.skip(padded(typeSize) - typeSize)
        var spaceBody = try reader.part(spaceSize)
        try reader.skip(padded(spaceSize) - spaceSize)
        if version > 1, flags & 1 != 0 { typeBody = try shared(typeBody, .datatype) }
        if version > 1, flags & 2 != 0 { spaceBody = try shared(spaceBody, .dataspace) }
        let type = try HDF5Type(&typeBody)
        let space = try Dataspace(&spaceBody, lengthSize: lengthSize)
        guard let size = product(space.count, type.size), size <= reader.remaining else {
            throw file.error(
                at: reader.offset, expected: "\(space.count) values of \(type.size) bytes",
                found: "\(reader.remaining) bytes")
        }
        return (name, try value(try reader.part(size), type, space.shape))
    }

    /// Elements that stand one after the other, as what they mean.
    func value(_ bytes: ByteReader, _ type: HDF5Type, _ shape: [Int]) throws(DataError) -> HDF5Value {
        var bytes = bytes
        let at = bytes.offset
        let count = type.size > 0 ? bytes.remaining / type.size : 0
        switch type {
        case .number(let format):
            let shape = product(shape) == count ? shape : [count]
            guard let array = NumberArray(shape: shape, format: format, bytes: try bytes.bytes(count * format.size))
            else { throw bytes.file.error(at: at, expected: "\(count) numbers", found: "another count") }
            return .numbers(array)
        case .text(let size, let padding):
            var texts: [String] = []
            for _ in 0..<count {
                let text = try bytes.text(size)
                texts.append(padding == .space ? String(text.reversed().drop { $0 == " " }.reversed()) : text)
            }
            return .texts(texts, shape: shape)
        case .heapText(let size):
            var texts: [String] = []
            var room = Limits.array(in: file)
            for _ in 0..<count {
                var element = try bytes.part(size)
                let text = try heapText(&element)
                room -= text.utf8.count
                guard room > 0 else {
                    throw bytes.file.error(at: at, expected: "less text than ten times the file", found: "more")
                }
                texts.append(text)
            }
            return .texts(texts, shape: shape)
        case .other(_, let name):
            return .texts(["<\(name)>"], shape: [])
        }
    }
}
