/// Groups as HDF5 first had them (III.A to III.D): a tree whose leaves list names, which stand in a heap of their own.
extension HDF5File {
    /// The links of a group from the message that says where its tree and its heap are.
    func oldLinks(_ message: ByteReader) throws(DataError) -> LinkTable.Links {
        var message = message
        let tree = try message.length(of: offsetSize)
        let heap = try LocalHeap(self, at: try message.length(of: offsetSize))
        var links = LinkTable.Links()
        var walk = TreeWalk(self)
        try walk.leaves(of: tree, type: 0, keySize: lengthSize) { (address, _) throws(DataError) in
            try symbols(at: address, heap, &links)
        }
        return links
    }

    /// The names of one leaf. A name that stands for a path has that path in the heap, too.
    private func symbols(at address: Int, _ heap: LocalHeap, _ links: inout LinkTable.Links) throws(DataError) {
        var reader = try reader(at: address)
        try reader.expect("SNOD")
        try reader.skip(2)
        let count = try reader.u16()
        for _ in 0..<count {
            let at = reader.offset
            let nameOffset = try reader.length(of: offsetSize)
            let object = try reader.size(of: offsetSize)
            let cache = try reader.u32()
            try reader.skip(4)
            let pathOffset = try reader.u32()
            try reader.skip(12)
            let name = try heap.name(at: nameOffset)
            if cache == 2 {
                let path = try heap.name(at: pathOffset)
                links.elsewhere[try file.text(name.offset, name.length)] = .path(
                    try file.text(path.offset, path.length))
            }
            guard cache != 2, let object else { continue }
            // Each link takes at least this room, so there cannot be more of them than that.
            guard links.hard.count <= file.count / (2 * offsetSize + 24) else {
                throw file.error(at: at, expected: "each name once", found: "more names than the file has room for")
            }
            links.hard.append(.init(nameOffset: name.offset, nameLength: name.length, address: object))
        }
    }
}

/// Where the names of an old group stand.
private struct LocalHeap {
    let file: FileBytes
    let start: Int
    let size: Int

    init(_ hdf5: HDF5File, at address: Int) throws(DataError) {
        var reader = try hdf5.reader(at: address)
        try reader.expect("HEAP")
        try reader.skip(4)
        size = try reader.length(of: hdf5.lengthSize)
        try reader.skip(hdf5.lengthSize)
        file = hdf5.file
        start = try hdf5.offset(try reader.length(of: hdf5.offsetSize))
        guard file.contains(start, size) else {
            throw file.error(
                at: start, expected: "\(size) bytes of names", found: "the end of the file at \(file.count)")
        }
    }

    /// The place in the file of a name, which ends at a NUL.
    func name(at offset: Int) throws(DataError) -> (offset: Int, length: Int) {
        guard offset >= 0, offset < size else {
            throw file.error(at: start, expected: "a name within \(size) bytes", found: "one at \(offset)")
        }
        let most = min(size - offset, Limits.name)
        let length = try file.borrow(start + offset, most) { bytes in bytes.firstIndex(of: 0) }
        guard let length else {
            throw file.error(at: start + offset, expected: "a name of at most \(most) bytes", found: "no end of it")
        }
        return (start + offset, length)
    }
}

/// Walks a version 1 B-tree (III.A.1) from its root to what its leaves point at. Levels must fall by one from node to
/// child, and no more nodes are visited than the file has room for, so that a tree made in spite ends, too.
struct TreeWalk {
    let hdf5: HDF5File
    private var nodesLeft: Int

    init(_ hdf5: HDF5File) {
        self.hdf5 = hdf5
        nodesLeft = hdf5.file.count / 24 + 1
    }

    /// Hands the address behind each key of the leaves, and the key, to `visit`.
    mutating func leaves(
        of address: Int, type: Int, keySize: Int, level: Int? = nil,
        _ visit: (Int, ByteReader) throws(DataError) -> Void
    ) throws(DataError) {
        var reader = try hdf5.reader(at: address)
        let at = reader.offset
        try reader.expect("TREE")
        let found = (type: try reader.u8(), level: try reader.u8())
        guard found.type == type, level == nil || found.level == level, found.level < Limits.depth, nodesLeft > 0 else {
            throw hdf5.file.error(
                at: at, expected: "a tree node of type \(type)" + (level.map { " at level \($0)" } ?? ""),
                found: "type \(found.type) at level \(found.level)")
        }
        nodesLeft -= 1
        let count = try reader.u16()
        try reader.skip(2 * hdf5.offsetSize)
        for _ in 0..<count {
            let key = try reader.part(keySize)
            let child = try reader.length(of: hdf5.offsetSize)
            if found.level == 0 {
                try visit(child, key)
            } else {
                try leaves(of: child, type: type, keySize: keySize, level: found.level - 1, visit)
            }
        }
    }
}
