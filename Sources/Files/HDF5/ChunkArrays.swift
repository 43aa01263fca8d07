/// An index with one entry a block, for arrays that cannot grow (III.A of the file format's version 4 layouts, "Fixed
/// Array"). A long one comes in pages, which are missing while nothing was written into them.
struct FixedArray {
    private let hdf5: HDF5File
    let count: Int
    private let entrySize: Int
    private let pageEntries: Int
    private let isPaged: Bool
    /// The first entry, or the first page.
    private let start: Int
    private let bitmap: Int

    init(_ hdf5: HDF5File, at address: Int) throws(DataError) {
        self.hdf5 = hdf5
        var header = try hdf5.reader(at: address)
        let at = header.offset
        try header.expect("FAHD")
        try header.skip(2)
        entrySize = try header.u8()
        let pageBits = try header.u8()
        count = try header.length(of: hdf5.lengthSize)
        let block = try header.size(of: hdf5.offsetSize)
        try hdf5.verify(at: at, length: header.offset - at, of: "an index of blocks")
        guard entrySize >= hdf5.offsetSize, pageBits < 32 else {
            throw hdf5.file.error(at: at, expected: "entries of an address at least", found: "\(entrySize) bytes")
        }
        pageEntries = 1 << pageBits
        isPaged = count > pageEntries
        guard let block else {
            (start, bitmap) = (-1, -1)
            return
        }
        guard count <= hdf5.file.count / entrySize else {
            throw hdf5.file.error(at: at, expected: "no more entries than the file has room for", found: "\(count)")
        }
        var reader = try hdf5.reader(at: block)
        let blockStart = reader.offset
        try reader.expect("FADB")
        try reader.skip(2 + hdf5.offsetSize)
        bitmap = reader.offset
        if isPaged {
            try reader.skip(((count - 1) / pageEntries + 8) / 8)
            try hdf5.verify(at: blockStart, length: reader.offset - blockStart, of: "an index of blocks")
            try reader.skip(4)
        }
        start = reader.offset
        if !isPaged {
            try reader.skip(count * entrySize)
            try hdf5.verify(at: blockStart, length: reader.offset - blockStart, of: "an index of blocks")
        }
    }

    /// The entry of a block; `nil` where its page was never written.
    func entry(_ number: Int) throws(DataError) -> ByteReader? {
        guard start >= 0 else { return nil }
        guard isPaged else { return try ByteReader(hdf5.file, at: start + number * entrySize, count: entrySize) }
        let page = number / pageEntries
        guard try hdf5.file.byte(bitmap + page / 8) >> UInt8(7 - page % 8) & 1 == 1 else { return nil }
        let pageSize = pageEntries * entrySize + 4
        return try ByteReader(
            hdf5.file, at: start + page * pageSize + number % pageEntries * entrySize, count: entrySize)
    }
}

/// An index with one entry a block, for arrays that can grow along one axis: a few entries in an index block, the next
/// in data blocks, the rest in data blocks below super blocks, each twice as large as those two before it.
struct ExtensibleArray {
    private let hdf5: HDF5File
    /// How many entries were ever set.
    let count: Int
    private let entrySize: Int
    private let indexEntries: Int
    private let minEntries: Int
    private let minPointers: Int
    private let pageEntries: Int
    private let offsetWidth: Int
    private let superBlocks: Int
    /// Offset of the entries in the index block; negative where there is none.
    private let start: Int

    init(_ hdf5: HDF5File, at address: Int) throws(DataError) {
        self.hdf5 = hdf5
        var header = try hdf5.reader(at: address)
        let at = header.offset
        try header.expect("EAHD")
        try header.skip(2)
        entrySize = try header.u8()
        let maxBits = try header.u8()
        indexEntries = try header.u8()
        minEntries = try header.u8()
        minPointers = try header.u8()
        let pageBits = try header.u8()
        try header.skip(4 * hdf5.lengthSize)
        count = try header.length(of: hdf5.lengthSize)
        try header.skip(hdf5.lengthSize)
        let block = try header.size(of: hdf5.offsetSize)
        try hdf5.verify(at: at, length: header.offset - at, of: "an index of blocks")
        guard entrySize >= hdf5.offsetSize, maxBits <= 64, pageBits < 32, minEntries > 0,
            minEntries & (minEntries - 1) == 0, minPointers > 1, minPointers & (minPointers - 1) == 0,
            maxBits >= minEntries.trailingZeroBitCount
        else { throw hdf5.file.error(at: at, expected: "sizes that are powers of two", found: "others") }
        pageEntries = 1 << pageBits
        offsetWidth = (maxBits + 7) / 8
        superBlocks = 1 + maxBits - minEntries.trailingZeroBitCount
        guard let block else {
            start = -1
            return
        }
        var reader = try hdf5.reader(at: block)
        try reader.expect("EAIB")
        try reader.skip(2 + hdf5.offsetSize)
        start = reader.offset
    }

    /// Data blocks of a super block, and entries of each of its data blocks.
    private func blocks(in level: Int) -> Int { 1 << (level / 2) }
    private func entries(in level: Int) -> Int { (1 << ((level + 1) / 2)) * minEntries }

    /// The entry of a block; `nil` where nothing was written near it.
    func entry(_ number: Int) throws(DataError) -> ByteReader? {
        guard start >= 0 else { return nil }
        if number < indexEntries { return try ByteReader(hdf5.file, at: start + number * entrySize, count: entrySize) }
        let rest = number - indexEntries
        let level = Int.bitWidth - 1 - (rest / minEntries + 1).leadingZeroBitCount
        let inLevel = rest - ((1 << level) - 1) * minEntries
        let block = inLevel / entries(in: level)
        let inBlock = inLevel % entries(in: level)
        let directLevels = 2 * minPointers.trailingZeroBitCount
        let pointers = start + indexEntries * entrySize
        if level < directLevels {
            let before = (0..<level).reduce(0) { $0 + blocks(in: $1) }
            return try entry(inBlock, ofBlockAt: pointers + (before + block) * hdf5.offsetSize, level)
        }
        guard level < superBlocks else { return nil }
        let supers = pointers + 2 * (minPointers - 1) * hdf5.offsetSize
        var pointer = try ByteReader(hdf5.file, at: supers + (level - directLevels) * hdf5.offsetSize)
        guard let address = try pointer.size(of: hdf5.offsetSize) else { return nil }
        var reader = try hdf5.reader(at: address)
        try reader.expect("EASB")
        try reader.skip(2 + hdf5.offsetSize + offsetWidth)
        let bitmap = reader.offset
        let pages = entries(in: level) > pageEntries ? entries(in: level) / pageEntries : 0
        let bitmapSize = (pages + 7) / 8
        guard let bitmaps = product(blocks(in: level), bitmapSize), bitmaps <= hdf5.file.count else { return nil }
        if pages > 0 {
            let page = inBlock / pageEntries
            let byte = try hdf5.file.byte(bitmap + block * bitmapSize + page / 8)
            guard byte >> UInt8(7 - page % 8) & 1 == 1 else { return nil }
        }
        let blockPointers = bitmap + bitmaps
        return try entry(inBlock, ofBlockAt: blockPointers + block * hdf5.offsetSize, level)
    }

    private func entry(_ number: Int, ofBlockAt pointer: Int, _ level: Int) throws(DataError) -> ByteReader? {
        var pointer = try ByteReader(hdf5.file, at: pointer)
        guard let address = try pointer.size(of: hdf5.offsetSize) else { return nil }
        var reader = try hdf5.reader(at: address)
        try reader.expect("EADB")
        try reader.skip(2 + hdf5.offsetSize + offsetWidth)
        guard entries(in: level) > pageEntries else {
            return try ByteReader(hdf5.file, at: reader.offset + number * entrySize, count: entrySize)
        }
        let page = number / pageEntries
        let start = reader.offset + 4 + page * (pageEntries * entrySize + 4)
        return try ByteReader(hdf5.file, at: start + number % pageEntries * entrySize, count: entrySize)
    }
}
