/// A version 2 B-tree (III.A.2): records of one size, in nodes that say how many each child holds.
struct TreeV2 {
    private let hdf5: HDF5File
    let type: Int
    let recordSize: Int
    private let nodeSize: Int
    private let depth: Int
    private let root: Int?
    private let rootRecords: Int
    private let at: Int

    init(_ hdf5: HDF5File, at address: Int) throws(DataError) {
        self.hdf5 = hdf5
        var reader = try hdf5.reader(at: address)
        at = reader.offset
        try reader.expect("BTHD")
        try reader.skip(1)
        type = try reader.u8()
        nodeSize = try reader.u32()
        recordSize = try reader.u16()
        depth = try reader.u16()
        try reader.skip(2)
        root = try reader.size(of: hdf5.offsetSize)
        rootRecords = try reader.u16()
        try reader.skip(hdf5.lengthSize)
        try hdf5.verify(at: at, length: reader.offset - at, of: "a tree")
        guard recordSize > 0, nodeSize >= 10 + recordSize, depth < Limits.depth else {
            throw hdf5.file.error(at: at, expected: "a tree with room for records", found: "nodes of \(nodeSize) bytes")
        }
    }

    /// How many bytes the counts in a node take, and how many records each level can hold.
    private struct Widths {
        var records = 0
        /// By depth below: bytes of the count of all records under a child.
        var totals: [Int] = []
    }

    private func widths() throws(DataError) -> Widths {
        func bytes(for value: Int) -> Int { (Int.bitWidth - 1 - max(1, value).leadingZeroBitCount) / 8 + 1 }
        let inLeaf = (nodeSize - 10) / recordSize
        var widths = Widths(records: bytes(for: inLeaf), totals: [0])
        var below = inLeaf
        for level in stride(from: 1, through: depth, by: 1) {
            let pointer = hdf5.offsetSize + widths.records + (level > 1 ? widths.totals[level - 1] : 0)
            let most = (nodeSize - 10 - pointer) / (recordSize + pointer)
            guard most > 0, let all = product(most + 1, below).flatMap({ sum($0, most) }) else {
                throw hdf5.file.error(at: at, expected: "a tree with room for records", found: "depth \(depth)")
            }
            below = all
            widths.totals.append(bytes(for: below))
        }
        return widths
    }

    /// Hands every record to `visit`, in order.
    func forEach(_ visit: (ByteReader) throws(DataError) -> Void) throws(DataError) {
        guard let root else { return }
        let widths = try widths()
        var nodesLeft = hdf5.file.count / 10 + 1
        try walk(root, rootRecords, depth, widths, &nodesLeft, visit)
    }

    private func walk(
        _ address: Int, _ count: Int, _ depth: Int, _ widths: Widths, _ nodesLeft: inout Int,
        _ visit: (ByteReader) throws(DataError) -> Void
    ) throws(DataError) {
        var reader = try hdf5.reader(at: address)
        let start = reader.offset
        try reader.expect(depth == 0 ? "BTLF" : "BTIN")
        try reader.skip(1)
        guard try reader.u8() == type, nodesLeft > 0 else {
            throw hdf5.file.error(at: start, expected: "a node of a tree of type \(type)", found: "another")
        }
        nodesLeft -= 1
        var records: [ByteReader] = []
        for _ in 0..<count { records.append(try reader.part(recordSize)) }
        var children: [(address: Int, count: Int)] = []
        if depth > 0 {
            for _ in 0...count {
                let child = try reader.length(of: hdf5.offsetSize)
                children.append((child, try reader.length(of: widths.records)))
                if depth > 1 { try reader.skip(widths.totals[depth - 1]) }
            }
        }
        try hdf5.verify(at: start, length: reader.offset - start, of: "a tree node")
        for index in 0...count {
            if depth > 0 {
                try walk(children[index].address, children[index].count, depth - 1, widths, &nodesLeft, visit)
            }
            if index < count { try visit(records[index]) }
        }
    }
}
