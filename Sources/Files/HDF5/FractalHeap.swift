/// A heap of objects of any size (III.G), in blocks that double in size row by row. Its objects are found by an
/// identifier, which holds a place in the heap's own line of addresses.
struct FractalHeap {
    private let hdf5: HDF5File
    let idLength: Int
    private let width: Int
    private let startSize: Int
    private let maxDirectSize: Int
    private let offsetWidth: Int
    private let lengthWidth: Int
    private let root: Int?
    /// Rows of the indirect block at the root; 0 where the root is a direct block.
    private let rootRows: Int
    private let hugeTree: Int?

    init(_ hdf5: HDF5File, at address: Int) throws(DataError) {
        self.hdf5 = hdf5
        var reader = try hdf5.reader(at: address)
        let at = reader.offset
        try reader.expect("FRHP")
        try reader.skip(1)
        idLength = try reader.u16()
        let filterLength = try reader.u16()
        try reader.skip(1)
        let maxObject = try reader.u32()
        try reader.skip(hdf5.lengthSize)
        hugeTree = try reader.size(of: hdf5.offsetSize)
        try reader.skip(hdf5.lengthSize + hdf5.offsetSize + 8 * hdf5.lengthSize)
        width = try reader.u16()
        startSize = try reader.length(of: hdf5.lengthSize)
        maxDirectSize = try reader.length(of: hdf5.lengthSize)
        let bits = try reader.u16()
        try reader.skip(2)
        root = try reader.size(of: hdf5.offsetSize)
        rootRows = try reader.u16()
        guard filterLength == 0 else {
            throw hdf5.file.error(at: at, expected: "a heap that is not packed", found: "one with filters")
        }
        try hdf5.verify(at: at, length: reader.offset - at, of: "a heap")
        guard width > 0, width <= 1024, startSize > 0, startSize & (startSize - 1) == 0,
            maxDirectSize >= startSize, maxDirectSize & (maxDirectSize - 1) == 0, maxDirectSize <= 1 << 40, bits <= 64
        else { throw hdf5.file.error(at: at, expected: "block sizes that are powers of two", found: "others") }
        offsetWidth = (bits + 7) / 8
        lengthWidth = min(
            (FractalHeap.log2(maxDirectSize) + 7) / 8, FractalHeap.log2(max(1, maxObject)) / 8 + 1)
    }

    private static func log2(_ value: Int) -> Int { Int.bitWidth - 1 - value.leadingZeroBitCount }

    /// The bytes of the object with this identifier.
    func object(_ id: ByteReader) throws(DataError) -> ByteReader {
        var id = id
        let at = id.offset
        let flags = try id.u8()
        switch flags >> 4 & 3 {
        case 0:
            let place = try id.length(of: offsetWidth)
            return try managed(place, length: try id.length(of: lengthWidth), at)
        case 1: return try huge(&id)
        case 2:
            // Small enough to stand in the identifier itself.
            if idLength - 1 <= 16 { return try id.part(flags & 15 + 1) }
            let length = (flags & 15) << 8 | (try id.u8())
            return try id.part(length + 1)
        default: throw hdf5.file.error(at: at, expected: "an object of a known kind", found: "kind 3")
        }
    }

    /// Size of the blocks of a row: the first two rows alike, each further one twice as large; `nil` beyond all sense.
    private func blockSize(row: Int) -> Int? {
        let doublings = max(0, row - 1)
        return doublings < 48 ? product(startSize, 1 << doublings) : nil
    }

    private func managed(_ place: Int, length: Int, _ at: Int) throws(DataError) -> ByteReader {
        guard var block = root else {
            throw hdf5.file.error(at: at, expected: "an object of the heap", found: "an empty heap")
        }
        var rows = rootRows
        var start = 0
        for _ in 0..<Limits.depth {
            if rows == 0 {
                // A direct block's line of addresses begins with its own header.
                guard place >= start, length >= 0, let inBlock = sum(block, place - start) else { break }
                return try hdf5.reader(at: inBlock, count: length)
            }
            guard let child = try child(of: block, rows: rows, start: start, holding: place) else { break }
            (block, rows, start) = child
        }
        throw hdf5.file.error(at: at, expected: "a place within the heap", found: "\(place)")
    }

    /// The block below an indirect block in whose stretch of the line a place is.
    private func child(of block: Int, rows: Int, start: Int, holding place: Int) throws(DataError)
        -> (block: Int, rows: Int, start: Int)?
    {
        let directRows = FractalHeap.log2(maxDirectSize) - FractalHeap.log2(startSize) + 2
        var reader = try hdf5.reader(at: block)
        try reader.expect("FHIB")
        try reader.skip(1 + hdf5.offsetSize + offsetWidth)
        var rowStart = start
        for row in 0..<rows {
            guard let size = blockSize(row: row), let rowSize = product(size, width),
                let rowEnd = sum(rowStart, rowSize)
            else { return nil }
            guard place >= rowEnd else {
                let column = (place - rowStart) / size
                guard column >= 0 else { return nil }
                try reader.skip((row * width + column) * hdf5.offsetSize)
                guard let address = try reader.size(of: hdf5.offsetSize) else { return nil }
                let childRows =
                    row < directRows ? 0 : FractalHeap.log2(size) - FractalHeap.log2(startSize * width) + 1
                guard childRows >= 0 else { return nil }
                return (address, childRows, rowStart + column * size)
            }
            rowStart = rowEnd
        }
        return nil
    }

    /// An object too large for a block: its address stands in the identifier, or in a tree by number.
    private func huge(_ id: inout ByteReader) throws(DataError) -> ByteReader {
        let at = id.offset
        if idLength - 1 >= hdf5.offsetSize + hdf5.lengthSize {
            let address = try id.length(of: hdf5.offsetSize)
            return try hdf5.reader(at: address, count: try id.length(of: hdf5.lengthSize))
        }
        let number = try id.length(of: min(8, idLength - 1, hdf5.lengthSize))
        var found: ByteReader?
        if let hugeTree {
            try TreeV2(hdf5, at: hugeTree).forEach { (record) throws(DataError) in
                var record = record
                let address = try record.length(of: hdf5.offsetSize)
                let length = try record.length(of: hdf5.lengthSize)
                if try record.length(of: hdf5.lengthSize) == number {
                    found = try hdf5.reader(at: address, count: length)
                }
            }
        }
        guard let found else {
            throw hdf5.file.error(at: at, expected: "a large object of the heap", found: "none with number \(number)")
        }
        return found
    }
}
