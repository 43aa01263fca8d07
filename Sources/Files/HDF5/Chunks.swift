/// Where the blocks of one chunked array stand in the file, by their place in the grid of blocks.
struct Chunks {
    struct Chunk {
        var address: Int
        /// Bytes in the file; `nil` where it is that of an unpacked block.
        var size: Int?
        var mask: Int
    }

    private enum Index {
        /// Read whole: by number in the grid, last axis fastest.
        case table([Int: Chunk])
        /// One after the other from an address on.
        case implicit(Int)
        case fixedArray(FixedArray)
        case extensibleArray(ExtensibleArray)
    }

    private let hdf5: HDF5File
    /// The shape of a block, and its bytes.
    let shape: [Int]
    let bytes: Int
    /// How many blocks there are along each axis.
    let grid: [Int]
    /// The same if the axes were as long as they may grow, which is how arrays of entries count; `nil` without limit.
    private let mostGrid: [Int?]
    /// Whether entries hold packed sizes.
    private let isFiltered: Bool
    private var index = Index.table([:])

    init(
        _ hdf5: HDF5File, _ layout: ChunkIndex, shape: [Int], of space: Dataspace, elementSize: Int, isFiltered: Bool
    ) throws(DataError) {
        func blocks(_ length: Int, _ block: Int) -> Int { length / block + (length % block == 0 ? 0 : 1) }
        self.hdf5 = hdf5
        self.shape = shape
        self.isFiltered = isFiltered
        grid = zip(space.shape, shape).map { blocks($0, $1) }
        mostGrid = space.shape.indices.map { axis in
            space.limits[axis].map { blocks(max($0, space.shape[axis]), shape[axis]) }
        }
        guard product(grid) != nil, let bytes = product(shape + [elementSize]) else {
            throw hdf5.file.error(at: nil, expected: "fewer than 2^63 blocks", found: "a grid of \(grid)")
        }
        self.bytes = bytes
        switch layout {
        case .treeV1(let address?): index = .table(try treeV1(address))
        case .treeV2(let address?): index = .table(try treeV2(address))
        case .single(let address?, let size, let mask):
            index = .table([0: Chunk(address: address, size: size, mask: mask)])
        case .implicit(let address?): index = .implicit(address)
        case .fixedArray(let address?): index = .fixedArray(try FixedArray(hdf5, at: address))
        case .extensibleArray(let address?): index = .extensibleArray(try ExtensibleArray(hdf5, at: address))
        default: break  // no address: nothing was ever written
        }
    }

    /// The block at a place of the grid; `nil` where none was written.
    func chunk(at place: [Int]) throws(DataError) -> Chunk? {
        switch index {
        case .table(let table): return number(at: place).flatMap { table[$0] }
        case .implicit(let start):
            guard let number = entryNumber(of: place), let step = product(number, bytes), let at = sum(start, step)
            else { return nil }
            return Chunk(address: at, size: nil, mask: 0)
        case .fixedArray(let array):
            guard let number = entryNumber(of: place), number < array.count else { return nil }
            return try array.entry(number).flatMap { (reader) throws(DataError) in try chunk(reader) }
        case .extensibleArray(let array):
            guard let number = entryNumber(of: place), number < array.count else { return nil }
            return try array.entry(number).flatMap { (reader) throws(DataError) in try chunk(reader) }
        }
    }

    /// An entry of an array: address and, of filtered blocks, packed size and mask.
    private func chunk(_ entry: ByteReader) throws(DataError) -> Chunk? {
        var entry = entry
        guard let address = try entry.size(of: hdf5.offsetSize) else { return nil }
        let size = isFiltered ? try entry.length(of: max(0, min(8, entry.remaining - 4))) : nil
        return Chunk(address: address, size: size, mask: isFiltered ? try entry.u32() : 0)
    }

    /// The number of a block in the grid; `nil` outside, where an array was made smaller.
    private func number(at place: [Int]) -> Int? {
        var number = 0
        for axis in grid.indices {
            guard place[axis] >= 0, place[axis] < grid[axis] else { return nil }
            number = number * grid[axis] + place[axis]
        }
        return number
    }

    /// The number of a block among the entries of an array; an axis that may grow without limit is the slowest.
    private func entryNumber(of place: [Int]) -> Int? {
        var number = mostGrid.firstIndex(of: nil).map { place[$0] } ?? 0
        for axis in mostGrid.indices {
            guard let size = mostGrid[axis] else { continue }
            guard let next = product(number, size).flatMap({ sum($0, place[axis]) }) else { return nil }
            number = next
        }
        return number
    }

    private func treeV1(_ address: Int) throws(DataError) -> [Int: Chunk] {
        let keySize = 8 + 8 * (shape.count + 1)
        var table: [Int: Chunk] = [:]
        var left = hdf5.file.count / keySize
        var walk = TreeWalk(hdf5)
        try walk.leaves(of: address, type: 1, keySize: keySize) { (child, key) throws(DataError) in
            var key = key
            let size = try key.u32()
            let mask = try key.u32()
            var place: [Int] = []
            for block in shape { place.append(try key.length(of: 8) / block) }
            left -= 1
            guard left >= 0 else {
                throw hdf5.file.error(at: key.offset, expected: "each block once", found: "more than there is room for")
            }
            if let number = number(at: place) { table[number] = Chunk(address: child, size: size, mask: mask) }
        }
        return table
    }

    private func treeV2(_ address: Int) throws(DataError) -> [Int: Chunk] {
        let tree = try TreeV2(hdf5, at: address)
        let sizeWidth = tree.recordSize - hdf5.offsetSize - 4 - 8 * shape.count
        guard tree.type == 10 || tree.type == 11 && (1...8).contains(sizeWidth) else {
            throw hdf5.error(at: address, expected: "a tree of blocks", found: "one of type \(tree.type)")
        }
        var table: [Int: Chunk] = [:]
        var left = hdf5.file.count / tree.recordSize
        try tree.forEach { (record) throws(DataError) in
            var record = record
            let address = try record.length(of: hdf5.offsetSize)
            let size = tree.type == 11 ? try record.length(of: sizeWidth) : nil
            let mask = tree.type == 11 ? try record.u32() : 0
            var place: [Int] = []
            for _ in shape { place.append(try record.length(of: 8)) }
            left -= 1
            guard left >= 0 else {
                throw hdf5.file.error(at: record.offset, expected: "each block once", found: "more")
            }
            if let number = number(at: place) { table[number] = Chunk(address: address, size: size, mask: mask) }
        }
        return table
    }
}
