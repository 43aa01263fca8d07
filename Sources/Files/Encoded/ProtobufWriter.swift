/// Protocol Buffers by hand: fields as a key and a value, one behind the other. What ONNX files consist of.
public struct ProtobufWriter: Sendable {
    public private(set) var bytes: [UInt8] = []

    public init() {}

    /// Seven bits a byte, the lowest first; a set eighth bit says that more follow.
    private mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    public mutating func int(_ field: Int, _ value: Int) {
        varint(UInt64(field) << 3)
        varint(UInt64(bitPattern: Int64(value)))
    }
    public mutating func float(_ field: Int, _ value: Float) {
        varint(UInt64(field) << 3 | 5)
        bytes += littleEndian(value.bitPattern)
    }
    public mutating func bytes(_ field: Int, _ value: [UInt8]) {
        varint(UInt64(field) << 3 | 2)
        varint(UInt64(value.count))
        bytes += value
    }
    public mutating func text(_ field: Int, _ value: String) { bytes(field, Array(value.utf8)) }
    public mutating func message(_ field: Int, _ write: (inout ProtobufWriter) -> Void) {
        var inner = ProtobufWriter()
        write(&inner)
        bytes(field, inner.bytes)
    }
}
