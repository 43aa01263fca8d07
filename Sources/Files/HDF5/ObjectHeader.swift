/// What a file says of one object (IV.A): a list of messages, each a stretch of bytes with a kind.
struct ObjectHeader {
    enum Kind: Int {
        case dataspace = 0x01
        case linkInfo = 0x02
        case datatype = 0x03
        case fill = 0x05
        case link = 0x06
        case external = 0x07
        case layout = 0x08
        case filters = 0x0B
        case attribute = 0x0C
        case continuation = 0x10
        case symbolTable = 0x11
        case attributeInfo = 0x15
    }

    struct Message {
        var kind: Kind
        var isShared: Bool
        var body: ByteReader
    }

    var messages: [Message] = []

    func first(_ kind: Kind) -> Message? { messages.first { $0.kind == kind } }

    /// Reads the header at an address; parts that continue elsewhere are followed.
    init(_ hdf5: HDF5File, at address: Int) throws(DataError) {
        var start = try hdf5.reader(at: address)
        if hdf5.file.matches(Array("OHDR".utf8), at: start.offset) {
            try readVersion2(hdf5, &start)
        } else {
            try readVersion1(hdf5, &start)
        }
    }

    private mutating func readVersion1(_ hdf5: HDF5File, _ start: inout ByteReader) throws(DataError) {
        let at = start.offset
        let version = try start.u8()
        guard version == 1 else {
            throw hdf5.file.error(at: at, expected: "an object header of version 1 or 2", found: "version \(version)")
        }
        try start.skip(1)
        var left = try start.u16()
        try start.skip(4)
        let size = try start.u32()
        try start.skip(4)
        var parts = [try start.part(size)]
        var next = 0
        while next < parts.count, left > 0 {
            var part = parts[next]
            next += 1
            while part.remaining >= 8, left > 0 {
                let kind = try part.u16()
                let size = try part.u16()
                let flags = try part.u8()
                try part.skip(3)
                let body = try part.part(size)
                left -= 1
                if let more = try add(kind, flags, body, hdf5), parts.count < 1024 { parts.append(more) }
            }
        }
    }

    private mutating func readVersion2(_ hdf5: HDF5File, _ start: inout ByteReader) throws(DataError) {
        let at = start.offset
        try start.skip(4)
        let version = try start.u8()
        guard version == 2 else {
            throw hdf5.file.error(
                at: at + 4, expected: "an object header of version 1 or 2", found: "version \(version)")
        }
        let flags = try start.u8()
        if flags & 0x20 != 0 { try start.skip(16) }
        if flags & 0x10 != 0 { try start.skip(4) }
        let size = try start.length(of: 1 << (flags & 3))
        var parts = [try start.part(size)]
        try hdf5.verify(at: at, length: start.offset - at, of: "an object header")
        let prefix = flags & 4 != 0 ? 6 : 4
        var next = 0
        while next < parts.count {
            var part = parts[next]
            next += 1
            while part.remaining >= prefix {
                let kind = try part.u8()
                let size = try part.u16()
                let flags = try part.u8()
                try part.skip(prefix - 4)
                let body = try part.part(size)
                guard let more = try add(kind, flags, body, hdf5) else { continue }
                parts.append(try ObjectHeader.continuation(more, hdf5))
                guard parts.count < 1024 else {
                    throw hdf5.file.error(at: at, expected: "fewer than 1024 parts of a header", found: "more")
                }
            }
        }
    }

    /// A further part of version 2 has a signature before it and a checksum behind.
    private static func continuation(_ whole: ByteReader, _ hdf5: HDF5File) throws(DataError) -> ByteReader {
        var whole = whole
        let at = whole.offset
        let length = whole.remaining
        try whole.expect("OCHK")
        guard length >= 8 else {
            throw hdf5.file.error(at: at, expected: "a part of at least 8 bytes", found: "\(length)")
        }
        try hdf5.verify(at: at, length: length - 4, of: "a part of an object header")
        return try whole.part(length - 8)
    }

    /// Keeps a message; of one that says where the header continues, gives that part.
    private mutating func add(_ kind: Int, _ flags: Int, _ body: ByteReader, _ hdf5: HDF5File) throws(DataError)
        -> ByteReader?
    {
        guard let kind = Kind(rawValue: kind) else { return nil }
        if kind == .continuation {
            var body = body
            let address = try body.length(of: hdf5.offsetSize)
            return try hdf5.reader(at: address, count: try body.length(of: hdf5.lengthSize))
        }
        guard messages.count < Limits.headerMessages else {
            throw hdf5.file.error(
                at: body.offset, expected: "at most \(Limits.headerMessages) messages", found: "more")
        }
        messages.append(Message(kind: kind, isShared: flags & 2 != 0, body: body))
        return nil
    }
}

extension HDF5File {
    /// The bytes of a message; of one that is shared, where it really stands (IV.A.2).
    func body(of message: ObjectHeader.Message) throws(DataError) -> ByteReader {
        message.isShared ? try shared(message.body, message.kind) : message.body
    }

    func shared(_ pointer: ByteReader, _ kind: ObjectHeader.Kind) throws(DataError) -> ByteReader {
        var reader = pointer
        let at = reader.offset
        let version = try reader.u8()
        let type = try reader.u8()
        guard (1...3).contains(version), version < 3 || type == 2 else {
            throw file.error(at: at, expected: "a message shared by another object", found: "one in a shared heap")
        }
        if version == 1 { try reader.skip(6) }
        let address = try reader.length(of: offsetSize)
        guard let message = try ObjectHeader(self, at: address).first(kind), !message.isShared else {
            throw file.error(at: at, expected: "an object that has the shared message", found: "one without")
        }
        return message.body
    }
}
