import Files
import GraphIR

extension Safetensors {
    /// A file of the same form with numbers of any kind: what others write, to be read as float32.
    struct Foreign {
        struct Entry {
            var name: String
            var shape: [Int]
            var type: String
            var values: [Float]
            var rounded: Int
        }
        private(set) var entries: [Entry] = []
        private static let types: [String: ForeignNumber] = [
            "F64": .float64, "F32": .float32, "F16": .float16, "BF16": .bfloat16, "I64": .int64, "I32": .int32,
            "I16": .int16, "I8": .int8, "U8": .uint8, "BOOL": .bool,
        ]

        init(_ bytes: [UInt8]) throws(Malformed) {
            guard bytes.count >= 8 else { throw Malformed("\(bytes.count) bytes are too few for a safetensors file") }
            let length = bytes[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
            guard length <= 100_000_000, Int(length) <= bytes.count - 8 else {
                throw Malformed("its header should be \(length) bytes long, but only \(bytes.count - 8) follow")
            }
            let start = 8 + Int(length)
            let json: JSON
            do { json = try JSON(parsing: Array(bytes[8..<start])) } catch {
                throw Malformed("its header is not JSON: \(error.expected) expected at byte \(error.offset + 8)")
            }
            let data = bytes[start...]
            var described: [Described] = []
            for member in json.members ?? [] where member.key != "__metadata__" {
                described.append(try Foreign.described(member, size: data.count))
            }
            // Before any number is taken: arrays that lie on each other would become more than the file holds.
            try Safetensors.check(described.map(\.range), cover: data.count)
            entries = described.map { part in
                let first = data.startIndex + part.range.lowerBound
                let (values, rounded) = part.type.decode(Array(data[first..<first + part.range.count]))
                return Entry(
                    name: part.name, shape: part.shape, type: part.type.rawValue, values: values, rounded: rounded)
            }
        }

        private struct Described {
            var name: String
            var shape: [Int]
            var type: ForeignNumber
            var range: Range<Int>
        }

        private static func described(_ member: JSON.Member, size: Int) throws(Malformed) -> Described {
            let name = member.key
            let word = member.value["dtype"]?.string ?? "no type"
            guard let type = types[word] else { throw Malformed("'\(name)' is \(word), which is not read here") }
            let shape = (member.value["shape"]?.array ?? []).compactMap(\.int)
            let offsets = (member.value["data_offsets"]?.array ?? []).compactMap(\.int)
            guard shape.count == member.value["shape"]?.array?.count, shape.allSatisfy({ $0 >= 0 }) else {
                throw Malformed("'\(name)' has no proper shape")
            }
            guard offsets.count == 2, offsets[0] >= 0, offsets[0] <= offsets[1], offsets[1] <= size else {
                throw Malformed("'\(name)' lies outside the \(size) bytes of data")
            }
            guard let count = product(shape), product(count, type.size) == offsets[1] - offsets[0] else {
                throw Malformed("'\(name)' of shape \(shape) has \(offsets[1] - offsets[0]) bytes")
            }
            return Described(name: name, shape: shape, type: type, range: offsets[0]..<offsets[1])
        }
    }
}
