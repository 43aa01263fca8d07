/// Protocol Buffers read as data: fields in any order, each one's length held against what is left. Nobody's schema is
/// known here; whoever asks knows which numbers mean what.
public struct ProtobufReader {
    public enum Value {
        case varint(UInt64)
        case fixed64(UInt64)
        case fixed32(UInt32)
        /// A text, a message or a packed list.
        case stretch(ByteReader)
    }
    private var reader: ByteReader

    public init(_ file: FileBytes) throws(DataError) { reader = try ByteReader(file, at: 0) }
    public init(_ stretch: ByteReader) { reader = stretch }

    public var offset: Int { reader.offset }

    /// The next field; `nil` at the end.
    public mutating func next() throws(DataError) -> (number: Int, value: Value)? {
        guard reader.remaining > 0 else { return nil }
        let start = reader.offset
        let key = try ProtobufReader.varint(&reader)
        let number = Int(key >> 3)
        guard number > 0, number < 1 << 29 else {
            throw reader.file.error(at: start, expected: "the number of a field", found: "\(number)")
        }
        switch key & 7 {
        case 0: return (number, .varint(try ProtobufReader.varint(&reader)))
        case 1: return (number, .fixed64(try reader.integer(UInt64.self)))
        case 2:
            let length = try ProtobufReader.varint(&reader)
            guard length <= UInt64(reader.remaining) else {
                throw reader.file.error(
                    at: start, expected: "a field of \(length) bytes", found: "\(reader.remaining) that are left")
            }
            return (number, .stretch(try reader.part(Int(length))))
        case 5: return (number, .fixed32(try reader.integer(UInt32.self)))
        default:
            throw reader.file.error(
                at: start, expected: "a number, eight bytes, a stretch or four bytes", found: "wire type \(key & 7)")
        }
    }

    /// Seven bits a byte, the lowest first.
    public static func varint(_ reader: inout ByteReader) throws(DataError) -> UInt64 {
        let start = reader.offset
        var value: UInt64 = 0
        for place in 0..<10 {
            let byte = UInt64(try reader.integer(UInt8.self))
            if place == 9, byte > 1 { break }
            value |= (byte & 0x7F) << UInt64(7 * place)
            if byte < 0x80 { return value }
        }
        throw reader.file.error(at: start, expected: "a number of at most 64 bits", found: "a longer one")
    }
}

extension ProtobufReader.Value {
    /// A signed whole number; `nil` where the field is none.
    public var int: Int? { if case .varint(let bits) = self { Int(Int64(bitPattern: bits)) } else { nil } }
    public var float: Float? { if case .fixed32(let bits) = self { Float(bitPattern: bits) } else { nil } }
    public var message: ProtobufReader? {
        if case .stretch(let stretch) = self { ProtobufReader(stretch) } else { nil }
    }

    public func text() throws(DataError) -> String? {
        guard case .stretch(var stretch) = self else { return nil }
        let count = stretch.remaining
        guard count <= Limits.text else {
            throw stretch.file.error(
                at: stretch.offset, expected: "a text of at most \(Limits.text) bytes", found: "\(count)")
        }
        return String(decoding: try stretch.bytes(count), as: UTF8.self)
    }

    public func bytes() throws(DataError) -> [UInt8]? {
        guard case .stretch(var stretch) = self else { return nil }
        return try stretch.bytes(stretch.remaining)
    }

    /// One number, or a packed list of them.
    public func append(to list: inout [Int]) throws(DataError) {
        switch self {
        case .varint(let bits): list.append(Int(Int64(bitPattern: bits)))
        case .stretch(var stretch):
            while stretch.remaining > 0 {
                list.append(Int(Int64(bitPattern: try ProtobufReader.varint(&stretch))))
            }
        default: break
        }
    }
    public func append(to list: inout [Float]) throws(DataError) {
        switch self {
        case .fixed32(let bits): list.append(Float(bitPattern: bits))
        case .stretch(var stretch): while stretch.remaining >= 4 { list.append(try stretch.f32()) }
        default: break
        }
    }
    public func append(to list: inout [Double]) throws(DataError) {
        switch self {
        case .fixed64(let bits): list.append(Double(bitPattern: bits))
        case .stretch(var stretch): while stretch.remaining >= 8 { list.append(try stretch.f64()) }
        default: break
        }
    }
}
