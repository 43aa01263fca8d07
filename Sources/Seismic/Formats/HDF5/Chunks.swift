/// Where the blocks of one array stand in the file, by their number: the place of the block in the grid of blocks,
/// last axis fastest.
struct Chunks {
    struct Chunk {
        var address: Int
        /// Bytes in the file; `nil` where it is that of an unpacked block.
        var size: Int?
        var mask: Int
    }

    private let hdf5: HDF5File
    let shape: [Int]
    /// How many blocks there are along each axis.
    let grid: [Int]
    private var table: [Int: Chunk] = [:]

    subscript(number: Int) -> Chunk? { table[number] }

    /// Reads the index of a chunked array. `isFiltered` says whether the index keeps packed sizes.
    init(
        _ hdf5: HDF5File, _ index: ChunkIndex, shape: [Int], of space: Dataspace, elementSize: Int, isFiltered: Bool
    ) throws(DataError) {
        self.hdf5 = hdf5
        self.shape = shape
        func blocks(_ length: Int, _ block: Int) -> Int { length / block + (length % block == 0 ? 0 : 1) }
        grid = zip(space.shape, shape).map { blocks($0, $1) }
        // Arrays of chunks are numbered by how far the axes may grow; a limitless one counts as slowest.
        let mostGrid = zip(zip(space.limits, space.shape), shape).map { limits, block in
            limits.0.map { blocks(max($0, limits.1), block) }
        }
        guard product(grid) != nil, let bytes = product(shape).flatMap({ product($0, elementSize) }) else {
            throw hdf5.file.error(at: nil, expected: "fewer than 2^63 blocks", found: "a grid of \(grid)")
        }
        switch index {
        case .treeV1(let address): try readTreeV1(address)
        case .single(let address, let size, let mask):
            if let address { table[0] = Chunk(address: address, size: size, mask: mask) }
        case .implicit(let address): try readImplicit(address, bytes: bytes, mostGrid)
        case .fixedArray(let address):
            if let address {
                let array = try FixedArray(hdf5, at: address)
                try add(numbered: mostGrid, count: array.count, isFiltered) { (number) throws(DataError) in
                    try array.entry(number)
                }
            }
        case .extensibleArray(let address):
            if let address {
                let array = try ExtensibleArray(hdf5, at: address)
                try add(numbered: mostGrid, count: array.count, isFiltered) { (number) throws(DataError) in
                    try array.entry(number)
                }
            }
        case .treeV2(let address): try readTreeV2(address)
        }
    }

    /// The number of a block by its place in the grid; `nil` outside, where an array was made smaller.
    private func number(at place: [Int]) -> Int? {
        var number = 0
        for axis in grid.indices {
            guard place[axis] >= 0, place[axis] < grid[axis] else { return nil }
            number = number * grid[axis] + place[axis]
        }
        return number
    }

    private mutating func readTreeV1(_ address: Int?) throws(DataError) {
        guard let address else { return }
        let keySize = 8 + 8 * (shape.count + 1)
        let (shape, hdf5) = (shape, hdf5)
        var found: [(place: [Int], chunk: Chunk)] = []
        var walk = TreeWalk(hdf5)
        try walk.leaves(of: address, type: 1, keySize: keySize) { (child, key) throws(DataError) in
            var key = key
            let size = try key.u32()
            let mask = try key.u32()
            var place: [Int] = []
            for block in shape { place.append(try key.length(of: 8) / block) }
            guard found.count <= hdf5.file.count / keySize else {
                throw hdf5.file.error(at: key.offset, expected: "each block once", found: "more than there is room for")
            }
            found.append((place, Chunk(address: child, size: size, mask: mask)))
        }
        for entry in found { if let number = number(at: entry.place) { table[number] = entry.chunk } }
    }

    private mutating func readTreeV2(_ address: Int?) throws(DataError) {
        guard let address else { return }
        let tree = try TreeV2(hdf5, at: address)
        let (rank, hdf5) = (shape.count, hdf5)
        let sizeWidth = tree.recordSize - hdf5.offsetSize - 4 - 8 * rank
        guard tree.type == 10 || tree.type == 11 && (1...8).contains(sizeWidth) else {
            throw hdf5.error(at: address, expected: "a tree of blocks", found: "one of type \(tree.type)")
        }
        var found: [(place: [Int], chunk: Chunk)] = []
        try tree.forEach { (record) throws(DataError) in
            var record = record
            let address = try record.length(of: hdf5.offsetSize)
            let size = tree.type == 11 ? try record.length(of: sizeWidth) : nil
            let mask = tree.type == 11 ? try record.u32() : 0
            var place: [Int] = []
            for _ in 0..<rank { place.append(try record.length(of: 8)) }
            guard found.count <= hdf5.file.count / tree.recordSize else {
                throw hdf5.file.error(at: record.offset, expected: "each block once", found: "more")
            }
            found.append((place, Chunk(address: address, size: size, mask: mask)))
        }
        for entry in found { if let number = number(at: entry.place) { table[number] = entry.chunk } }
    }

    private mutating func readImplicit(_ address: Int?, bytes: Int, _ mostGrid: [Int?]) throws(DataError) {
        guard let address else { return }
        let count = product(mostGrid.map { $0 ?? 1 }) ?? Int.max
        // All blocks stand in the file, so there are no more than it has room for.
        for number in 0..<min(count, hdf5.file.count / max(1, bytes)) {
            guard let place = place(of: number, in: mostGrid), let own = self.number(at: place),
                let start = sum(address, number * bytes)
            else { continue }
            table[own] = Chunk(address: start, size: nil, mask: 0)
        }
    }

    /// Takes over an array of blocks that are numbered in their own way.
    private mutating func add(
        numbered mostGrid: [Int?], count: Int, _ isFiltered: Bool,
        _ entry: (Int) throws(DataError) -> ByteReader?
    ) throws(DataError) {
        for number in 0..<min(count, hdf5.file.count / hdf5.offsetSize + 1) {
            guard var reader = try entry(number), let address = try reader.size(of: hdf5.offsetSize),
                let place = place(of: number, in: mostGrid), let own = self.number(at: place)
            else { continue }
            let size = isFiltered ? try reader.length(of: max(0, min(8, reader.remaining - 4))) : nil
            table[own] = Chunk(address: address, size: size, mask: isFiltered ? try reader.u32() : 0)
        }
    }

    /// The place of a block by its number in a grid; an axis without limit is the slowest.
    private func place(of number: Int, in grid: [Int?]) -> [Int]? {
        var rest = number
        var place = [Int](repeating: 0, count: grid.count)
        for axis in grid.indices.reversed() {
            guard let size = grid[axis] else { continue }
            guard size > 0 else { return nil }
            place[axis] = rest % size
            rest /= size
        }
        if let limitless = grid.firstIndex(of: nil) {
            place[limitless] = rest
        } else if rest > 0 {
            return nil
        }
        return place
    }
}
