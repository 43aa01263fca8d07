/// Writes an HDF5 file that every version of the HDF5 library reads: superblock 0, groups with a tree and a heap of
/// names, arrays in one stretch, texts of varying length, attributes in the object header.
///
/// Arrays go to the disk as they come; groups are written by `finish`, before which the file is not in its place.
public final class HDF5Writer {
    private let file: OutputFile
    private let root = Group()
    private var heap: TextHeap
    /// Names a leaf of a group's tree holds at most, halved; children a node has at most, halved.
    private static let leafHalf = 32
    private static let nodeHalf = 128

    /// A group while it is being filled.
    private final class Group {
        var objects: [(name: String, address: Int)] = []
        var groups: [(name: String, group: Group)] = []
        var attributes: [[UInt8]] = []
    }

    public init(_ path: String, overwrite: Bool = false) throws(DataError) {
        file = try OutputFile(path, overwrite: overwrite)
        heap = TextHeap(file)
        // The superblock is written last, when the root is known.
        try file.append([UInt8](repeating: 0, count: 96))
    }

    /// Adds an array at a path as `data/bucket0`; groups on the way are made. Each path once.
    public func add(_ path: String, _ value: HDF5Value, attributes: [(name: String, value: HDF5Value)] = [])
        throws(DataError)
    {
        let shape: [Int]
        let start: Int
        let type: [UInt8]
        switch value {
        case .numbers(let array):
            shape = array.shape
            type = HDF5Encoding.type(of: array.format)
            start = try align()
            try file.append(array.bytes)
        case .texts(let texts, let size):
            shape = size
            type = HDF5Encoding.heapText
            var elements: [UInt8] = []
            for text in texts { elements += try heap.add(text) }
            start = try align()
            try file.append(elements)
        }
        let length = file.offset - start
        var messages = [
            message(0x01, HDF5Encoding.space(shape)), message(0x03, type),
            // Fill values: allocate late, write if set, the default one.
            message(0x05, [2, 2, 2, 1, 0, 0, 0, 0]),
            message(
                0x08,
                [3, 1] + littleEndian(length == 0 ? UInt64.max : UInt64(start)) + littleEndian(UInt64(length))),
        ]
        for attribute in attributes { messages.append(message(0x0C, try encoded(attribute))) }
        let address = try header(messages)
        insert(path, address)
    }

    /// Gives a group attributes; an empty path is the root.
    public func describe(_ path: String, _ attributes: [(name: String, value: HDF5Value)]) throws(DataError) {
        let group = group(path.split(separator: "/").map(String.init))
        for attribute in attributes { group.attributes.append(message(0x0C, try encoded(attribute))) }
    }

    /// Writes the groups and puts the file into its place.
    public func finish() throws(DataError) { try written().finish() }

    /// Writes the groups; the file is then ready to be put into its place, alone or with others.
    public func written() throws(DataError) -> OutputFile {
        try heap.close()
        let address = try write(root)
        let end = file.offset
        var block = HDF5File.signature + [0, 0, 0, 0, 0, 8, 8, 0]
        block += littleEndian(UInt16(HDF5Writer.leafHalf)) + littleEndian(UInt16(HDF5Writer.nodeHalf))
        block += littleEndian(UInt32(0)) + littleEndian(UInt64(0)) + littleEndian(UInt64.max)
        block += littleEndian(UInt64(end)) + littleEndian(UInt64.max)
        block += littleEndian(UInt64(0)) + littleEndian(UInt64(address)) + [UInt8](repeating: 0, count: 24)
        try file.replace(at: 0, with: block)
        return file
    }

    // MARK: Objects

    /// The next place that is a multiple of eight.
    private func align() throws(DataError) -> Int {
        try file.append([UInt8](repeating: 0, count: (8 - file.offset % 8) % 8))
        return file.offset
    }

    private func message(_ kind: UInt16, _ body: [UInt8]) -> [UInt8] {
        let padded = body + [UInt8](repeating: 0, count: (8 - body.count % 8) % 8)
        return littleEndian(kind) + littleEndian(UInt16(padded.count)) + [0, 0, 0, 0] + padded
    }

    private func header(_ messages: [[UInt8]]) throws(DataError) -> Int {
        let body = Array(messages.joined())
        let address = try align()
        try file.append([1, 0] + littleEndian(UInt16(messages.count)) + littleEndian(UInt32(1)))
        try file.append(littleEndian(UInt32(body.count)) + [0, 0, 0, 0] + body)
        return address
    }

    private func encoded(_ attribute: (name: String, value: HDF5Value)) throws(DataError) -> [UInt8] {
        let type: [UInt8]
        let space: [UInt8]
        var data: [UInt8] = []
        switch attribute.value {
        case .numbers(let array):
            type = HDF5Encoding.type(of: array.format)
            space = HDF5Encoding.space(array.shape)
            data = array.bytes
        case .texts(let texts, let shape):
            type = HDF5Encoding.heapText
            space = HDF5Encoding.space(shape)
            for text in texts { data += try heap.add(text) }
        }
        let name = Array(attribute.name.utf8) + [0]
        func padded(_ bytes: [UInt8]) -> [UInt8] { bytes + [UInt8](repeating: 0, count: (8 - bytes.count % 8) % 8) }
        let sizes = [name, type, space].flatMap { littleEndian(UInt16($0.count)) }
        let body = [1, 0] + sizes + padded(name) + padded(type) + padded(space) + data
        guard body.count < 64_000 else {
            throw DataError(
                .access, file: file.path, expected: "an attribute of less than 64 kB", found: "'\(attribute.name)'")
        }
        return body
    }

    private func insert(_ path: String, _ address: Int) {
        let names = path.split(separator: "/").map(String.init)
        group(Array(names.dropLast())).objects.append((names.last ?? "", address))
    }

    /// The group at a path; those on the way are made.
    private func group(_ names: [String]) -> Group {
        var group = root
        for name in names {
            if let known = group.groups.first(where: { $0.name == name }) {
                group = known.group
            } else {
                let next = Group()
                group.groups.append((name, next))
                group = next
            }
        }
        return group
    }

    // MARK: Groups

    /// Writes a group, those below it first, and gives the address of its header.
    private func write(_ group: Group) throws(DataError) -> Int {
        var entries = group.objects.map { (name: Array($0.name.utf8), address: $0.address) }
        for child in group.groups { entries.append((Array(child.name.utf8), try write(child.group))) }
        entries.sort { $0.name.lexicographicallyPrecedes($1.name) }
        // The heap begins with an empty name, which is the first key of the tree.
        var names = [UInt8](repeating: 0, count: 8)
        var places: [Int] = []
        for entry in entries {
            places.append(names.count)
            names += entry.name + [UInt8](repeating: 0, count: 8 - entry.name.count % 8)
        }
        let nameStart = try align()
        try file.append(names)
        let heapStart = try align()
        try file.append(Array("HEAP".utf8) + [0, 0, 0, 0] + littleEndian(UInt64(names.count)))
        try file.append(littleEndian(UInt64(1)) + littleEndian(UInt64(nameStart)))
        let tree = try writeTree(entries.map(\.address), places)
        return try header(
            [message(0x11, littleEndian(UInt64(tree)) + littleEndian(UInt64(heapStart)))] + group.attributes)
    }

    /// The tree over sorted names: leaves first, then level by level up to one node.
    private func writeTree(_ addresses: [Int], _ names: [Int]) throws(DataError) -> Int {
        let inLeaf = 2 * HDF5Writer.leafHalf
        var level: [(address: Int, lastName: Int)] = []
        for start in stride(from: 0, to: addresses.count, by: inLeaf) {
            let end = min(start + inLeaf, addresses.count)
            var leaf = Array("SNOD".utf8) + [1, 0] + littleEndian(UInt16(end - start))
            for index in start..<end {
                leaf += littleEndian(UInt64(names[index])) + littleEndian(UInt64(addresses[index]))
                leaf += [UInt8](repeating: 0, count: 24)
            }
            leaf += [UInt8](repeating: 0, count: 8 + inLeaf * 40 - leaf.count)
            level.append((try align(), names[end - 1]))
            try file.append(leaf)
        }
        var height = 0
        repeat {
            level = try writeTreeLevel(level, height: height)
            height += 1
        } while level.count > 1
        return level[0].address
    }

    private func writeTreeLevel(_ children: [(address: Int, lastName: Int)], height: Int) throws(DataError)
        -> [(address: Int, lastName: Int)]
    {
        let inNode = 2 * HDF5Writer.nodeHalf
        let size = 24 + (2 * inNode + 1) * 8
        let first = try align()
        let count = max(1, (children.count + inNode - 1) / inNode)
        var level: [(address: Int, lastName: Int)] = []
        for number in 0..<count {
            let own = children[min(number * inNode, children.count)..<min((number + 1) * inNode, children.count)]
            func sibling(_ other: Int) -> [UInt8] {
                littleEndian((0..<count).contains(other) ? UInt64(first + other * size) : UInt64.max)
            }
            var node = Array("TREE".utf8) + [0, UInt8(height)] + littleEndian(UInt16(own.count))
            node += sibling(number - 1) + sibling(number + 1)
            node += littleEndian(UInt64(number == 0 ? 0 : children[number * inNode - 1].lastName))
            for child in own { node += littleEndian(UInt64(child.address)) + littleEndian(UInt64(child.lastName)) }
            node += [UInt8](repeating: 0, count: size - node.count)
            try file.append(node)
            level.append((first + number * size, own.last?.lastName ?? 0))
        }
        return level
    }
}

/// The bytes of shapes and types.
enum HDF5Encoding {
    static func space(_ shape: [Int]) -> [UInt8] {
        [1, UInt8(shape.count), 0, 0, 0, 0, 0, 0] + shape.flatMap { littleEndian(UInt64($0)) }
    }

    static func type(of format: NumberFormat) -> [UInt8] {
        let size = littleEndian(UInt32(format.size))
        let bits = littleEndian(UInt16(8 * format.size))
        let order: UInt8 = format.bigEndian ? 1 : 0
        switch format.kind {
        case .signed: return [0x10, order | 8, 0, 0] + size + [0, 0] + bits
        case .unsigned: return [0x10, order, 0, 0] + size + [0, 0] + bits
        case .float:
            let fields: [Int: ([UInt8], UInt32)] = [
                2: ([10, 5, 0, 10], 15), 4: ([23, 8, 0, 23], 127), 8: ([52, 11, 0, 52], 1023),
            ]
            let (layout, bias) = fields[format.size] ?? ([], 0)
            return [0x11, 0x20 | order, UInt8(8 * format.size - 1), 0] + size + [0, 0] + bits + layout
                + littleEndian(bias)
        }
    }

    /// Texts of varying length in UTF-8: lists of bytes that are said to be text.
    static let heapText: [UInt8] =
        [0x19, 1, 1, 0] + littleEndian(UInt32(16)) + type(of: NumberFormat(.unsigned, 1))
}

/// Collects texts in blocks of the file, each of which is filled when the next is begun.
private struct TextHeap {
    private let file: OutputFile
    private var start: Int?
    private var contents: [UInt8] = []
    private var index: UInt16 = 0
    private static let size = 1 << 16

    init(_ file: OutputFile) { self.file = file }

    /// Keeps a text and gives the element that points to it.
    mutating func add(_ text: String) throws(DataError) -> [UInt8] {
        let bytes = Array(text.utf8)
        guard !bytes.isEmpty else { return [UInt8](repeating: 0, count: 16) }
        if bytes.count >= TextHeap.size - 64 { return try addLong(bytes) }
        if contents.count + bytes.count + 48 > TextHeap.size { try close() }
        if start == nil {
            try file.append([UInt8](repeating: 0, count: (8 - file.offset % 8) % 8))
            start = file.offset
            try file.append([UInt8](repeating: 0, count: TextHeap.size))
            contents = Array("GCOL".utf8) + [1, 0, 0, 0] + littleEndian(UInt64(TextHeap.size))
            index = 0
        }
        index += 1
        contents += littleEndian(index) + [1, 0, 0, 0, 0, 0] + littleEndian(UInt64(bytes.count)) + bytes
        contents += [UInt8](repeating: 0, count: (8 - bytes.count % 8) % 8)
        return littleEndian(UInt32(bytes.count)) + littleEndian(UInt64(start ?? 0)) + littleEndian(UInt32(index))
    }

    /// A text that no block has room for has one of its own.
    private mutating func addLong(_ bytes: [UInt8]) throws(DataError) -> [UInt8] {
        try close()
        try file.append([UInt8](repeating: 0, count: (8 - file.offset % 8) % 8))
        let place = file.offset
        let padding = (8 - bytes.count % 8) % 8
        let size = 16 + 16 + bytes.count + padding + 16
        var block = Array("GCOL".utf8) + [1, 0, 0, 0] + littleEndian(UInt64(size))
        block += littleEndian(UInt16(1)) + [1, 0, 0, 0, 0, 0] + littleEndian(UInt64(bytes.count)) + bytes
        // What is left is one free object, as in every block.
        block += [UInt8](repeating: 0, count: padding + 8) + littleEndian(UInt64(16))
        try file.append(block)
        return littleEndian(UInt32(bytes.count)) + littleEndian(UInt64(place)) + littleEndian(UInt32(1))
    }

    /// Fills the block that was begun; what is left of it is one free object.
    mutating func close() throws(DataError) {
        guard let start else { return }
        let free = TextHeap.size - contents.count
        contents += [UInt8](repeating: 0, count: 8) + littleEndian(UInt64(free))
        contents += [UInt8](repeating: 0, count: TextHeap.size - contents.count)
        try file.replace(at: start, with: contents)
        self.start = nil
    }
}
