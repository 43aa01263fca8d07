/// Where the elements of an array stand (IV.A.2.i).
enum Layout {
    /// In the object header itself.
    case compact(ByteReader)
    /// In one stretch; no address where nothing was ever written.
    case contiguous(address: Int?)
    /// In blocks of equal shape, found by an index.
    case chunked(shape: [Int], index: ChunkIndex, filtersEdges: Bool)

    init(_ hdf5: HDF5File, _ body: ByteReader) throws(DataError) {
        var reader = body
        let at = reader.offset
        let version = try reader.u8()
        switch version {
        case 1, 2: self = try Layout.early(hdf5, &reader)
        // Version 5 (HDF5 2.0) differs in how wide the sizes of packed blocks are, which their index says itself.
        case 3, 4, 5: self = try Layout.late(hdf5, &reader, version)
        default: throw hdf5.file.error(at: at, expected: "a layout of version 1 to 5", found: "version \(version)")
        }
    }

    private static func early(_ hdf5: HDF5File, _ reader: inout ByteReader) throws(DataError) -> Layout {
        let at = reader.offset
        let rank = try reader.u8()
        let kind = try reader.u8()
        try reader.skip(5)
        guard rank <= Limits.dimensions + 1, kind <= 2 else {
            throw hdf5.file.error(
                at: at, expected: "a known layout of at most 33 axes", found: "layout \(kind), \(rank)")
        }
        let address = kind == 0 ? nil : try reader.size(of: hdf5.offsetSize)
        var sizes: [Int] = []
        for _ in 0..<rank { sizes.append(try reader.u32()) }
        switch kind {
        case 0: return .compact(try reader.part(try reader.u32()))
        case 1: return .contiguous(address: address)
        default: return .chunked(shape: Array(sizes.dropLast()), index: .treeV1(address), filtersEdges: true)
        }
    }

    private static func late(_ hdf5: HDF5File, _ reader: inout ByteReader, _ version: Int) throws(DataError) -> Layout {
        let at = reader.offset
        switch try reader.u8() {
        case 0: return .compact(try reader.part(try reader.u16()))
        case 1: return .contiguous(address: try reader.size(of: hdf5.offsetSize))
        case 2 where version == 3:
            let rank = try reader.u8()
            let address = try reader.size(of: hdf5.offsetSize)
            guard (1...Limits.dimensions + 1).contains(rank) else {
                throw hdf5.file.error(at: at, expected: "1 to 33 axes", found: "\(rank)")
            }
            var shape: [Int] = []
            for _ in 0..<rank - 1 { shape.append(try reader.u32()) }
            return .chunked(shape: shape, index: .treeV1(address), filtersEdges: true)
        case 2:
            let flags = try reader.u8()
            let rank = try reader.u8()
            let width = try reader.u8()
            guard (1...Limits.dimensions + 1).contains(rank), (1...8).contains(width) else {
                throw hdf5.file.error(at: at, expected: "1 to 33 axes", found: "\(rank)")
            }
            var shape: [Int] = []
            for _ in 0..<rank - 1 { shape.append(try reader.length(of: width)) }
            try reader.skip(width)
            let index = try ChunkIndex(hdf5, &reader, isSingleFiltered: flags & 2 != 0)
            return .chunked(shape: shape, index: index, filtersEdges: flags & 1 == 0)
        case let kind:
            let name = kind == 3 ? "virtual storage" : "layout \(kind)"
            throw hdf5.file.error(
                at: at, expected: "an array whose elements stand in this file", found: name)
        }
    }
}

/// How the blocks of a chunked array are found.
enum ChunkIndex {
    case treeV1(Int?)
    /// One block is the whole array; its packed size and its filter mask where it is filtered.
    case single(Int?, size: Int?, mask: Int)
    /// All blocks one after the other.
    case implicit(Int?)
    case fixedArray(Int?)
    case extensibleArray(Int?)
    case treeV2(Int?)

    fileprivate init(_ hdf5: HDF5File, _ reader: inout ByteReader, isSingleFiltered: Bool) throws(DataError) {
        let at = reader.offset
        switch try reader.u8() {
        case 1:
            let size = isSingleFiltered ? try reader.length(of: hdf5.lengthSize) : nil
            let mask = isSingleFiltered ? try reader.u32() : 0
            self = .single(try reader.size(of: hdf5.offsetSize), size: size, mask: mask)
        case 2: self = .implicit(try reader.size(of: hdf5.offsetSize))
        case 3:
            try reader.skip(1)
            self = .fixedArray(try reader.size(of: hdf5.offsetSize))
        case 4:
            try reader.skip(5)
            self = .extensibleArray(try reader.size(of: hdf5.offsetSize))
        case 5:
            try reader.skip(6)
            self = .treeV2(try reader.size(of: hdf5.offsetSize))
        case let kind:
            throw hdf5.file.error(at: at, expected: "a chunk index of kind 1 to 5", found: "kind \(kind)")
        }
    }
}
