import Files

/// PyTorch's file of a `state_dict`: a zip with a pickle that says which arrays there are, and their numbers beside it.
/// The pickle names two functions, of those that PyTorch's safe mode allows.
struct TorchWriter {
    private var pickle: [UInt8] = [0x80, 2]
    private var storages: [[UInt8]] = []
    private static let folder = "archive"

    struct Entry {
        var name: String
        var shape: [Int]
        enum Numbers {
            case floats([Float])
            case ints([Int])
        }
        var numbers: Numbers
    }

    static func bytes(of entries: [Entry]) throws(DataError) -> [UInt8] {
        var writer = TorchWriter()
        writer.global("collections", "OrderedDict")
        writer.put(")R(")
        for entry in entries { writer.write(entry) }
        writer.put("u.")
        var members: [(name: String, contents: [UInt8])] = [
            (folder + "/data.pkl", writer.pickle), (folder + "/byteorder", Array("little".utf8)),
        ]
        for (index, bytes) in writer.storages.enumerated() { members.append(("\(folder)/data/\(index)", bytes)) }
        members.append((folder + "/version", Array("3\n".utf8)))
        return try ZipArchive.stored(members)
    }

    private mutating func put(_ codes: String) { pickle += Array(codes.utf8) }
    private mutating func global(_ module: String, _ name: String) { put("c\(module)\n\(name)\n") }
    private mutating func text(_ text: String) {
        put("X")
        pickle += littleEndian(UInt32(text.utf8.count)) + Array(text.utf8)
    }
    private mutating func int(_ value: Int) {
        if let small = Int32(exactly: value) {
            put("J")
            pickle += littleEndian(small)
        } else {
            pickle += [0x8A, 8] + littleEndian(Int64(value))
        }
    }
    private mutating func tuple(_ values: [Int]) {
        put("(")
        for value in values { int(value) }
        put("t")
    }

    private mutating func write(_ entry: Entry) {
        text(entry.name)
        let (type, count, bytes): (String, Int, [UInt8])
        switch entry.numbers {
        case .floats(let values):
            (type, count, bytes) = ("FloatStorage", values.count, values.flatMap { littleEndian($0.bitPattern) })
        case .ints(let values):
            (type, count, bytes) = ("LongStorage", values.count, values.flatMap { littleEndian(Int64($0)) })
        }
        global("torch._utils", "_rebuild_tensor_v2")
        put("((")
        text("storage")
        global("torch", type)
        text(String(storages.count))
        text("cpu")
        int(count)
        put("tQ")
        int(0)
        tuple(entry.shape)
        var strides = [Int](repeating: 1, count: entry.shape.count)
        for axis in entry.shape.indices.dropLast().reversed() {
            strides[axis] = strides[axis + 1] * max(1, entry.shape[axis + 1])
        }
        tuple(strides)
        pickle.append(0x89)
        global("collections", "OrderedDict")
        put(")RtR")
        storages.append(bytes)
    }
}
