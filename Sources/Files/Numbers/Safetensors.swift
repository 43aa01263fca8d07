import GraphIR

/// A file of named float arrays with notes: eight bytes with the length of a JSON header, the header, the numbers.
/// The format of huggingface/safetensors, little-endian; float32 is what is written, and all that is read.
public struct Safetensors: Hashable, Sendable {
    public struct Entry: Hashable, Sendable {
        public var name: String
        public var shape: [Int]
        public var values: [Float]
        public init(_ name: String, shape: [Int], values: [Float]) {
            self.name = name
            self.shape = shape
            self.values = values
        }
    }
    /// In the order of the file.
    public var entries: [Entry]
    /// Notes by name, in the order of the file: the architecture's text, thresholds, hashes.
    public var metadata: [(key: String, value: String)] {
        get { notes.map { ($0.key, $0.value) } }
        set { notes = newValue.map { Note(key: $0.key, value: $0.value) } }
    }
    private struct Note: Hashable, Sendable {
        var key: String
        var value: String
    }
    private var notes: [Note] = []

    public init(entries: [Entry], metadata: [(key: String, value: String)] = []) {
        self.entries = entries
        self.metadata = metadata
    }
    public subscript(name: String) -> Entry? { entries.first { $0.name == name } }
    public func note(_ key: String) -> String? { notes.first { $0.key == key }?.value }

    /// Why bytes are not such a file.
    public struct Malformed: PlainError, Hashable, Sendable, CustomStringConvertible {
        public var status: ExitStatus { .badData }
        public var message: String { "not a safetensors file: \(description)" }
        public var description: String
        public init(_ description: String) { self.description = description }
    }
    private static let largestHeader = 100_000_000
}

// MARK: - Writing

extension Safetensors {
    public var bytes: [UInt8] {
        var members: [JSON.Member] = []
        if !notes.isEmpty {
            members.append(JSON.Member("__metadata__", .object(notes.map { JSON.Member($0.key, .string($0.value)) })))
        }
        var offset = 0
        for entry in entries {
            let end = offset + entry.values.count * 4
            members.append(
                JSON.Member(
                    entry.name,
                    .object([
                        JSON.Member("dtype", "F32"), JSON.Member("shape", .array(entry.shape.map { .int($0) })),
                        JSON.Member("data_offsets", [.int(offset), .int(end)]),
                    ])))
            offset = end
        }
        var header = Array(JSON.object(members).text().utf8)
        // Numbers begin on a multiple of eight bytes, for whoever maps the file into memory.
        while header.count % 8 != 0 { header.append(UInt8(ascii: " ")) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(8 + header.count + offset)
        for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: UInt64(header.count) >> (8 * UInt64(shift)))) }
        bytes += header
        for entry in entries {
            for value in entry.values {
                withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
            }
        }
        return bytes
    }
}

// MARK: - Reading

extension Safetensors {
    public init(_ bytes: [UInt8]) throws(Malformed) {
        guard bytes.count >= 8 else { throw Malformed("\(bytes.count) bytes are too few for a safetensors file") }
        let length = bytes[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard length <= Safetensors.largestHeader, Int(length) <= bytes.count - 8 else {
            throw Malformed("its header should be \(length) bytes long, but only \(bytes.count - 8) follow")
        }
        let header = Array(bytes[8..<8 + Int(length)])
        let json: JSON
        do {
            json = try JSON(parsing: header)
        } catch {
            throw Malformed("its header is not JSON: \(error.expected) expected at byte \(error.offset + 8)")
        }
        guard let members = json.members else { throw Malformed("its header is not a JSON object") }
        self.init(entries: [])
        let data = bytes[(8 + Int(length))...]
        var described: [(name: String, shape: [Int], range: Range<Int>)] = []
        for member in members {
            if member.key == "__metadata__" {
                notes = try Safetensors.notes(member.value)
            } else {
                let (shape, range) = try Safetensors.described(member, size: data.count)
                described.append((member.key, shape, range))
            }
        }
        // Before any number is taken: arrays that lie on each other would become more than the file holds.
        try Safetensors.check(described.map(\.range), cover: data.count)
        entries = described.map { name, shape, range in
            Entry(name, shape: shape, values: Safetensors.floats(data, range))
        }
    }

    private static func notes(_ value: JSON) throws(Malformed) -> [Note] {
        guard let members = value.members else { throw Malformed("its __metadata__ is not an object") }
        var notes: [Note] = []
        for member in members {
            guard let text = member.value.string else { throw Malformed("the note '\(member.key)' is not a text") }
            notes.append(Note(key: member.key, value: text))
        }
        return notes
    }

    private static func described(
        _ member: JSON.Member, size: Int
    ) throws(Malformed) -> (shape: [Int], range: Range<Int>) {
        let name = member.key
        guard member.value["dtype"]?.string == "F32" else {
            let type = member.value["dtype"]?.string ?? "no type"
            throw Malformed("'\(name)' is \(type); only F32 is read here")
        }
        let shape = (member.value["shape"]?.array ?? []).compactMap(\.int)
        let offsets = (member.value["data_offsets"]?.array ?? []).compactMap(\.int)
        guard shape.count == member.value["shape"]?.array?.count, shape.allSatisfy({ $0 >= 0 }) else {
            throw Malformed("'\(name)' has no proper shape")
        }
        guard offsets.count == 2, offsets[0] >= 0, offsets[0] <= offsets[1], offsets[1] <= size else {
            throw Malformed("'\(name)' lies outside the \(size) bytes of data")
        }
        let count = shape.reduce(1, Rational.product)
        guard Rational.product(count, 4) == offsets[1] - offsets[0] else {
            throw Malformed(
                "'\(name)' of shape \(shape) has \(offsets[1] - offsets[0]) bytes instead of \(count) floats")
        }
        return (shape, offsets[0]..<offsets[1])
    }

    private static func floats(_ data: ArraySlice<UInt8>, _ range: Range<Int>) -> [Float] {
        data.withUnsafeBytes { raw in
            (0..<range.count / 4).map { index in
                Float(
                    bitPattern: UInt32(
                        littleEndian: raw.loadUnaligned(
                            fromByteOffset: range.lowerBound + 4 * index, as: UInt32.self)))
            }
        }
    }

    /// The format allows neither holes nor overlaps: what a reader does not look at could hide anything.
    public static func check(_ ranges: [Range<Int>], cover count: Int) throws(Malformed) {
        var end = 0
        for range in ranges.sorted(by: { ($0.lowerBound, $0.upperBound) < ($1.lowerBound, $1.upperBound) }) {
            guard range.lowerBound == end else { throw Malformed("its arrays overlap or leave a hole at byte \(end)") }
            end = range.upperBound
        }
        guard end == count else { throw Malformed("\(count - end) bytes of it belong to no array") }
    }
}
