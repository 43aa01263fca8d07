import Files

/// Numbers that a graph knows: weights, sizes, masks.
struct OnnxTensor {
    var name = ""
    var shape: [Int] = []
    var type = ""
    var values: [Float] = []
    /// The same where they are whole by their type: a size beyond 2^24 is not one as a float.
    var ints: [Int]?
    var rounded = 0

    var isScalar: Bool { values.count == 1 }

    init(name: String = "", shape: [Int], ints: [Int]) {
        (self.name, self.shape, type, self.ints) = (name, shape, "int64", ints)
        values = ints.map(Float.init)
    }
    init(name: String = "", shape: [Int], values: [Float]) {
        (self.name, self.shape, type, self.values) = (name, shape, "float32", values)
    }

    /// More axes than anything here has.
    private static let mostAxes = 8

    init(_ message: ProtobufReader) throws {
        var message = message
        var (dims, ints): ([Int], [Int]) = ([], [])
        var floats: [Float] = []
        var doubles: [Double] = []
        var raw: [UInt8]?
        var (kind, isOutside) = (0, false)
        let start = message.offset
        var field: ByteReader?
        while let (number, value) = try message.next() {
            switch number {
            case 1: try value.append(to: &dims)
            case 2: kind = value.int ?? 0
            case 4: try value.append(to: &floats)
            case 5, 7, 11: try value.append(to: &ints)
            case 8: name = try value.text() ?? ""
            case 9: raw = try value.bytes()
            case 10: try value.append(to: &doubles)
            case 13: isOutside = true
            case 14: isOutside = isOutside || value.int == 1
            default: break
            }
            if case .stretch(let stretch) = value { field = stretch }
        }
        func wrong(_ why: String) -> ForeignError {
            ForeignError(.content, "\(field?.file.name ?? "the file"): the tensor '\(name)' at byte \(start) \(why)")
        }
        guard !isOutside else {
            throw ForeignError(
                .content, "the numbers of '\(name)' lie in another file",
                help: "save it as one file: onnx.save(onnx.load(\"model.onnx\"), \"whole.onnx\")")
        }
        guard dims.count <= OnnxTensor.mostAxes, let count = product(dims) else {
            throw wrong("has no proper sizes: \(dims.prefix(9))")
        }
        guard let number = OnnxTensor.kinds[kind] else { throw wrong("has numbers of a kind \(kind), not read here") }
        (shape, type) = (dims, number.rawValue)
        if let raw {
            guard product(count, number.size) == raw.count else {
                throw wrong("has \(raw.count) bytes where its sizes \(dims) make \(count) numbers of \(number.size)")
            }
            (values, rounded) = number.decode(raw)
            if number != .float32, number != .float64, number != .float16, number != .bfloat16 {
                self.ints = OnnxTensor.whole(raw, number)
            }
        } else {
            switch number {
            case .float32: values = floats
            case .float64:
                values = doubles.map(Float.init)
                rounded = zip(values, doubles).count { Double($0) != $1 && !$1.isNaN }
            case .float16, .bfloat16:
                let bytes = ints.flatMap { littleEndian(UInt16(truncatingIfNeeded: $0)) }
                values = number.decode(bytes).values
            default:
                values = ints.map(Float.init)
                self.ints = ints
            }
            guard values.count == count else {
                throw wrong("has \(values.count) numbers where its sizes \(dims) make \(count)")
            }
        }
    }

    private static let kinds: [Int: ForeignNumber] = [
        1: .float32, 2: .uint8, 3: .int8, 5: .int16, 6: .int32, 7: .int64, 9: .bool, 10: .float16, 11: .float64,
        16: .bfloat16,
    ]

    private static func whole(_ raw: [UInt8], _ number: ForeignNumber) -> [Int] {
        stride(from: 0, to: raw.count - number.size + 1, by: number.size).map { place in
            var bits: UInt64 = 0
            for index in 0..<number.size { bits |= UInt64(raw[place + index]) << UInt64(8 * index) }
            let unused = UInt64(64 - 8 * number.size)
            let isUnsigned = number == .uint8 || number == .bool
            return isUnsigned ? Int(bits) : Int(Int64(bitPattern: bits << unused) >> Int64(unused))
        }
    }
}
