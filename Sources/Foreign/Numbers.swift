import Files

/// The kinds of numbers that arrays of other frameworks have.
enum ForeignNumber: String, Sendable {
    case float64, float32, float16, bfloat16, int64, int32, int16, int8, uint8, bool

    var size: Int {
        switch self {
        case .float64, .int64: 8
        case .float32, .int32: 4
        case .float16, .bfloat16, .int16: 2
        case .int8, .uint8, .bool: 1
        }
    }

    /// Little-endian numbers as float32, with how many are others as such.
    func decode(_ bytes: [UInt8]) -> (values: [Float], rounded: Int) {
        if self == .bfloat16 {
            let values = stride(from: 0, to: bytes.count - 1, by: 2).map { place in
                Float(bitPattern: (UInt32(bytes[place]) | UInt32(bytes[place + 1]) << 8) << 16)
            }
            return (values, 0)
        }
        let format: NumberFormat
        switch self {
        case .float64, .float32, .float16, .bfloat16: format = NumberFormat(.float, size)
        case .int64, .int32, .int16, .int8: format = NumberFormat(.signed, size)
        case .uint8, .bool: format = NumberFormat(.unsigned, 1)
        }
        guard let array = NumberArray(shape: [bytes.count / size], format: format, bytes: bytes) else {
            return ([], 0)
        }
        let values = array.floats
        guard size > 2, self != .float32 else { return (values, 0) }
        let rounded = zip(values, array.doubles).count { Double($0) != $1 && !$1.isNaN }
        return (values, rounded)
    }
}
