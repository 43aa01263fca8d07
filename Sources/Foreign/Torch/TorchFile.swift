import Files
import GraphIR

/// PyTorch's zip: a pickle that speaks of storages, and the storages beside it. Nothing in the pickle is called: what
/// is known to be an array is read as one, all else lies around as names.
struct TorchFile {
    private(set) var arrays: [ForeignArray] = []
    private(set) var notes: [String] = []
    private let file: FileBytes
    private let pickle: Pickle
    private let members: [String: ZipArchive.Member]
    private let folder: String
    /// By key, what was unpacked: a thousand arrays may speak of one storage, which is unpacked once.
    private var storages: [String: [UInt8]] = [:]
    private static let deepest = 8

    init(_ file: FileBytes) throws {
        self.file = file
        let all = try ZipArchive.checkedMembers(of: file)
        guard let whole = all.first(where: { $0.name == "data.pkl" || $0.name.hasSuffix("/data.pkl") }) else {
            throw file.error(at: nil, expected: "a member data.pkl", found: "none")
        }
        folder = String(whole.name.dropLast("data.pkl".count))
        members = Dictionary(all.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        if let order = members[folder + "byteorder"] {
            let text = try ZipArchive.contents(of: order, in: file, limit: 16)
            guard text == Array("little".utf8) else {
                throw file.error(
                    at: order.offset, expected: "numbers with the lowest byte first",
                    found: String(decoding: text, as: UTF8.self))
            }
        }
        let bytes = try ZipArchive.contents(of: whole, in: file, limit: 16 << 20)
        pickle = try Pickle(bytes, name: "\(file.name), \(whole.name)")
        try readDictionary()
        storages = [:]
    }

    // MARK: Where the weights are

    /// The dictionary of weights: the file itself, or one within a checkpoint.
    private mutating func readDictionary() throws {
        guard let pairs = pickle.pairs(pickle.root) else {
            throw ForeignError(
                .content, "\(file.name) holds \(TorchFile.title(pickle, pickle.root)), not a dictionary of weights",
                help: "save the weights alone: torch.save(model.state_dict(), \"weights.pt\")")
        }
        var best: (path: [String], pairs: [Pickle.Pair])?
        if hasArrays(pairs) {
            best = ([], pairs)
        } else {
            let within = dictionaries(in: pairs)
            let known = ["state_dict", "model_state_dict", "model", "net", "network", "weights"]
            best = known.lazy.compactMap { name in within.first { $0.path == [name] } }.first ?? within.first
            if within.count > 1, best.map({ known.contains($0.path.joined()) }) == false {
                throw ForeignError(
                    .content,
                    "\(file.name) holds several dictionaries of weights: "
                        + within.map { "'" + $0.path.joined(separator: ".") + "'" }.joined(separator: ", "),
                    help: "save the one that you mean alone: torch.save(model.state_dict(), \"weights.pt\")")
            }
        }
        guard let best else {
            throw ForeignError(.content, "\(file.name) holds no weights, as far as can be seen without running it")
        }
        if !best.path.isEmpty { notes.append("the weights are those in '\(best.path.joined(separator: "."))'") }
        try read(best.pairs)
        if pairs.count > 1, !best.path.isEmpty {
            notes.append("\(pairs.count - 1) other entries of the checkpoint were left out")
        }
    }

    private func hasArrays(_ pairs: [Pickle.Pair]) -> Bool {
        pairs.contains { pickle.text($0.key) != nil && array($0.value) != nil }
    }

    private func dictionaries(in pairs: [Pickle.Pair]) -> [(path: [String], pairs: [Pickle.Pair])] {
        var found: [(path: [String], pairs: [Pickle.Pair])] = []
        for pair in pairs {
            guard let name = pickle.text(pair.key), let inner = pickle.pairs(pair.value) else { continue }
            if hasArrays(inner) { found.append(([name], inner)) }
        }
        return found
    }

    private mutating func read(_ pairs: [Pickle.Pair]) throws {
        var names: Set<String> = []
        var others: [String] = []
        var budget = Limits.array(in: file) / 4
        for pair in pairs {
            guard let name = pickle.text(pair.key) else { continue }
            guard let call = array(pair.value) else {
                others.append("\(name) (\(TorchFile.title(pickle, pair.value)))")
                continue
            }
            guard names.insert(name).inserted else {
                throw ForeignError(.content, "\(file.name): '\(name)' stands twice in the dictionary of weights")
            }
            arrays.append(try tensor(call, name: name, budget: &budget))
        }
        if !others.isEmpty {
            notes.append(
                "\(others.count) entries are no arrays and were left out: "
                    + others.prefix(3).joined(separator: ", ") + (others.count > 3 ? ", …" : ""))
        }
    }

    /// What a person calls a value that is no array.
    private static func title(_ pickle: Pickle, _ place: Int) -> String {
        switch pickle[place] {
        case .object(let call): "an object that '\(pickle.global(call.function) ?? "something")' would make"
        case .global(let module, let name): "the name '\(module).\(name)'"
        case .dictionary: "a dictionary"
        case .list, .tuple, .set: "a list"
        case .text: "a text"
        case .none: "nothing"
        default: "a number"
        }
    }

    // MARK: Arrays

    /// The arguments of a call that would make an array; `nil` for anything else.
    private func array(_ place: Int, depth: Int = 0) -> [Int]? {
        guard depth < TorchFile.deepest, case .object(let call) = pickle[place],
            let arguments = pickle.tuple(call.arguments)
        else { return nil }
        switch pickle.global(call.function) {
        case "torch._utils._rebuild_tensor_v2" where arguments.count >= 4: return arguments
        case "torch._utils._rebuild_parameter" where !arguments.isEmpty: return array(arguments[0], depth: depth + 1)
        default: return nil
        }
    }

    private static let storages: [String: ForeignNumber] = [
        "DoubleStorage": .float64, "FloatStorage": .float32, "HalfStorage": .float16, "BFloat16Storage": .bfloat16,
        "LongStorage": .int64, "IntStorage": .int32, "ShortStorage": .int16, "CharStorage": .int8,
        "ByteStorage": .uint8, "BoolStorage": .bool,
    ]

    /// One array: everything that the pickle says of it is held against its storage before a number is read.
    private mutating func tensor(_ arguments: [Int], name: String, budget: inout Int) throws -> ForeignArray {
        func wrong(_ why: String) -> ForeignError { ForeignError(.content, "\(file.name): '\(name)' \(why)") }
        guard case .persistent(let id) = pickle[arguments[0]], let parts = pickle.tuple(id), parts.count >= 5,
            pickle.text(parts[0]) == "storage", let key = pickle.text(parts[2]), let count = pickle.int(parts[4])
        else { throw wrong("speaks of something else than a storage") }
        let type = pickle.global(parts[1]).map { $0.split(separator: ".").last.map(String.init) ?? "" } ?? ""
        guard let number = TorchFile.storages[type] else { throw wrong("has numbers of the kind '\(type)'") }
        guard let member = members[folder + "data/" + key] else { throw wrong("speaks of a storage that is not there") }
        guard count >= 0, let size = product(count, number.size), size == member.size else {
            throw wrong("has a storage of \(member.size) bytes where \(count) numbers of \(number.size) are declared")
        }
        guard let offset = pickle.int(arguments[1]), let shape = pickle.ints(arguments[2]),
            let strides = pickle.ints(arguments[3]), offset >= 0, shape.count == strides.count, shape.count <= 32,
            shape.allSatisfy({ $0 >= 0 }), strides.allSatisfy({ $0 >= 0 })
        else { throw wrong("has no proper sizes, strides and offset") }
        guard let total = product(shape), total <= count else {
            throw wrong("of shape \(shape) has more numbers than its storage, which has \(count)")
        }
        budget -= total
        guard budget >= 0 else { throw wrong("brings the arrays to more numbers than ten times the file") }
        var last = offset
        for (length, step) in zip(shape, strides) where total > 0 {
            guard let reach = product(length - 1, step), let next = sum(last, reach) else {
                throw wrong("reaches beyond its storage")
            }
            last = next
        }
        guard total == 0 || last < count else { throw wrong("reaches to number \(last) of a storage of \(count)") }
        let bytes = try storage(key, member, size)
        let (values, rounded) = number.decode(
            TorchFile.gathered(bytes, number.size, shape: shape, strides: strides, offset: offset, count: total))
        return ForeignArray(name: name, shape: shape, type: number.rawValue, values: values, rounded: rounded)
    }

    private mutating func storage(_ key: String, _ member: ZipArchive.Member, _ size: Int) throws -> [UInt8] {
        if let known = storages[key] { return known }
        let unpacked = storages.values.reduce(0) { $0 + $1.count }
        guard let all = sum(unpacked, size), all <= Limits.array(in: file) else {
            throw ForeignError(.content, "\(file.name): its storages unpack to more than ten times the file")
        }
        let bytes = try ZipArchive.contents(of: member, in: file, limit: size)
        storages[key] = bytes
        return bytes
    }

    /// The bytes of the numbers in the order of the array.
    private static func gathered(
        _ bytes: [UInt8], _ width: Int, shape: [Int], strides: [Int], offset: Int, count: Int
    ) -> [UInt8] {
        // Beside a size of zero others may be of any magnitude.
        if count == 0 { return [] }
        var plain = 1
        var isPlain = true
        for axis in shape.indices.reversed() {
            if shape[axis] != 1, strides[axis] != plain { isPlain = false }
            plain *= max(1, shape[axis])
        }
        if isPlain { return Array(bytes[offset * width..<(offset + count) * width]) }
        var result: [UInt8] = []
        result.reserveCapacity(count * width)
        var place = [Int](repeating: 0, count: shape.count)
        var at = offset
        for _ in 0..<count {
            result += bytes[at * width..<(at + 1) * width]
            var axis = shape.count - 1
            while axis >= 0 {
                place[axis] += 1
                at += strides[axis]
                if place[axis] < shape[axis] { break }
                at -= strides[axis] * shape[axis]
                place[axis] = 0
                axis -= 1
            }
        }
        return result
    }
}

extension ForeignModel {
    /// A dictionary of weights of PyTorch, or a checkpoint around one.
    init(torch file: FileBytes, source: Source) throws {
        let torch = try TorchFile(file)
        var source = source
        (source.framework, source.name) = ("PyTorch", "weights")
        self.init(source: source, graph: nil, arrays: torch.arrays, notes: torch.notes)
        countRounding()
    }

    /// A file of arrays with their names.
    init(safetensors file: FileBytes, source: Source) throws {
        let bytes = try file.bytes(0, file.count)
        var source = source
        (source.framework, source.name) = ("safetensors", "weights")
        let arrays: Safetensors.Foreign
        do { arrays = try Safetensors.Foreign(bytes) } catch {
            throw ForeignError(.content, "\(source.path): \(error.description)")
        }
        self.init(
            source: source, graph: nil,
            arrays: arrays.entries.map {
                ForeignArray(name: $0.name, shape: $0.shape, type: $0.type, values: $0.values, rounded: $0.rounded)
            })
        countRounding()
    }
}
