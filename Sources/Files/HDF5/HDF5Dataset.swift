import Synchronization

/// An array in an HDF5 file: its shape and type are at hand, its elements are read by the box.
public final class HDF5Dataset: Sendable {
    public let hdf5: HDF5File
    public let address: Int
    public let shape: [Int]
    public let type: HDF5Type
    private let storage: Storage
    /// One element's bytes for what was never written.
    private let fill: [UInt8]

    private enum Storage: Sendable {
        case stretch(offset: Int)
        case blocks(Blocks)
        /// Nothing was ever written.
        case nothing
    }

    private struct Blocks: @unchecked Sendable {
        let chunks: Chunks
        let filters: BlockFilters
        let filtersEdges: Bool
    }

    public init(_ hdf5: HDF5File, at address: Int) throws(DataError) {
        self.hdf5 = hdf5
        self.address = address
        let header = try ObjectHeader(hdf5, at: address)
        func body(_ kind: ObjectHeader.Kind, _ what: String) throws(DataError) -> ByteReader {
            guard let message = header.first(kind) else {
                throw hdf5.error(at: address, expected: "an array with \(what)", found: "an object without")
            }
            return try hdf5.body(of: message)
        }
        var spaceBody = try body(.dataspace, "a shape")
        let space = try Dataspace(&spaceBody, lengthSize: hdf5.lengthSize)
        var typeBody = try body(.datatype, "a type")
        type = try HDF5Type(&typeBody)
        shape = space.isNull ? [0] : space.shape
        fill = try HDF5Dataset.fill(header, hdf5, type)
        guard header.first(.external) == nil else {
            throw hdf5.error(at: address, expected: "an array that stands in this file", found: "one in other files")
        }
        let layoutBody = try body(.layout, "a layout")
        storage = try HDF5Dataset.storage(hdf5, header, layoutBody, space, type)
    }

    private static func storage(
        _ hdf5: HDF5File, _ header: ObjectHeader, _ body: ByteReader, _ space: Dataspace, _ type: HDF5Type
    ) throws(DataError) -> Storage {
        switch try Layout(hdf5, body) {
        case .compact(let bytes):
            guard let size = product(space.count, type.size), size <= bytes.remaining else {
                throw hdf5.file.error(
                    at: bytes.offset, expected: "\(space.count) elements", found: "\(bytes.remaining) bytes")
            }
            return .stretch(offset: bytes.offset)
        case .contiguous(let address):
            guard let address else { return .nothing }
            let offset = try hdf5.offset(address)
            guard let size = product(space.count, type.size), hdf5.file.contains(offset, size) else {
                throw hdf5.file.error(
                    at: offset, expected: "an array of shape \(space.shape)",
                    found: "the end of the file at \(hdf5.file.count)")
            }
            return .stretch(offset: offset)
        case .chunked(let shape, let index, let filtersEdges):
            guard shape.count == space.shape.count, shape.allSatisfy({ $0 > 0 }) else {
                throw hdf5.file.error(
                    at: body.offset, expected: "blocks of \(space.shape.count) axes", found: "blocks of shape \(shape)")
            }
            var filters = BlockFilters()
            if let message = header.first(.filters) {
                filters = try BlockFilters(try hdf5.body(of: message), elementSize: type.size)
            }
            let chunks = try Chunks(
                hdf5, index, shape: shape, of: space, elementSize: type.size, isFiltered: !filters.isEmpty)
            return .blocks(Blocks(chunks: chunks, filters: filters, filtersEdges: filtersEdges))
        }
    }

    /// The value that stands for what was never written: zeros unless the file says another.
    private static func fill(_ header: ObjectHeader, _ hdf5: HDF5File, _ type: HDF5Type) throws(DataError) -> [UInt8] {
        let zeros = [UInt8](repeating: 0, count: type.size)
        guard let message = header.first(.fill) else { return zeros }
        var reader = try hdf5.body(of: message)
        let version = try reader.u8()
        let isDefined: Bool
        if version == 3 {
            isDefined = try reader.u8() & 0x20 != 0
        } else {
            try reader.skip(2)
            isDefined = try reader.u8() != 0 || version == 1
        }
        guard isDefined, reader.remaining >= 4, try reader.u32() == type.size else { return zeros }
        return try reader.bytes(type.size)
    }

    // MARK: Reading

    /// The whole array.
    public func read() throws(DataError) -> NumberArray {
        try read(start: [Int](repeating: 0, count: shape.count), count: shape)
    }

    /// A box of numbers: so many along each axis from a corner on.
    public func read(start: [Int], count: [Int]) throws(DataError) -> NumberArray {
        guard case .number(let format) = type else { throw notNumbers() }
        guard let array = NumberArray(shape: count, format: format, bytes: try bytes(start: start, count: count)) else {
            throw hdf5.error(at: address, expected: "a box of shape \(count)", found: "another count of bytes")
        }
        return array
    }

    /// The numbers of a box as floats, without a copy in between where they stand in one stretch.
    public func floats(start: [Int], count: [Int]) throws(DataError) -> [Float] {
        guard case .number(let format) = type else { throw notNumbers() }
        if case .stretch(let offset) = storage, let place = try stretch(start, count) {
            return try hdf5.file.borrow(offset + place.first * type.size, place.count * type.size) { raw in
                format.decode(raw, as: Float.self)
            }
        }
        return try bytes(start: start, count: count).withUnsafeBytes { format.decode($0, as: Float.self) }
    }

    /// One row of an array `[row, channels, samples]` that stands in one stretch; `nil` where it is not so, or the row
    /// is not of this size. The short way for what is read most.
    public func plane(_ row: Int, channels: Int, samples: Int) throws(DataError) -> [Float]? {
        guard case .stretch(let offset) = storage, case .number(let format) = type, shape.count == 3,
            (0..<shape[0]).contains(row), channels == shape[1], samples == shape[2]
        else { return nil }
        let size = channels * samples * type.size
        return try hdf5.file.borrow(offset + row * size, size) { raw in format.decode(raw, as: Float.self) }
    }

    /// Texts or numbers, whatever the array holds.
    public func value() throws(DataError) -> HDF5Value {
        if case .number = type { return .numbers(try read()) }
        guard let count = product(shape), count <= max(Limits.texts, hdf5.file.count) else {
            throw hdf5.error(at: address, expected: "at most \(Limits.texts) texts", found: "the shape \(shape)")
        }
        let bytes = try bytes(start: [Int](repeating: 0, count: shape.count), count: shape)
        let part = FileBytes(bytes, name: "\(hdf5.file.name) (the array at byte \(address))")
        return try hdf5.value(try ByteReader(part, at: 0), type, shape)
    }

    private func notNumbers() -> DataError {
        let found = if case .other(_, let name) = type { name } else { "texts" }
        return hdf5.error(at: address, expected: "an array of numbers", found: found)
    }

    /// Checks a box; where its elements stand one after the other in the array, the first one and their count.
    private func stretch(_ start: [Int], _ count: [Int]) throws(DataError) -> (first: Int, count: Int)? {
        guard start.count == shape.count, count.count == shape.count,
            zip(zip(start, count), shape).allSatisfy({ $0.0 >= 0 && $0.1 >= 0 && $0.0 <= $1 && $0.1 <= $1 - $0.0 })
        else {
            throw hdf5.error(
                at: address, expected: "a box within the shape \(shape)", found: "\(count) elements from \(start) on")
        }
        var first = 0
        var isWhole = true
        for axis in shape.indices.reversed() where count[axis] != shape[axis] {
            isWhole = count[..<axis].allSatisfy { $0 == 1 }
            break
        }
        guard isWhole else { return nil }
        for axis in shape.indices { first = first * shape[axis] + start[axis] }
        return (first, count.reduce(1, *))
    }

    private func bytes(start: [Int], count: [Int]) throws(DataError) -> [UInt8] {
        let place = try stretch(start, count)
        guard let elements = product(count), let size = product(elements, type.size),
            size <= Limits.array(in: hdf5.file)
        else {
            throw hdf5.error(
                at: address, expected: "at most \(Limits.array(in: hdf5.file)) bytes", found: "the shape \(count)")
        }
        switch storage {
        case .nothing: return filled(elements)
        case .stretch(let offset):
            if let place { return try hdf5.file.bytes(offset + place.first * type.size, size) }
            return try hdf5.file.borrow(offset, shape.reduce(1, *) * type.size) { source in
                var out = [UInt8](repeating: 0, count: size)
                Box.copy(
                    source, Box(shape: shape, start: start), &out,
                    Box(shape: count, start: count.map { _ in 0 }), count: count, elementSize: type.size)
                return out
            }
        case .blocks(let blocks):
            var out = filled(elements)
            try gather(blocks, start, count, &out)
            return out
        }
    }

    private func filled(_ elements: Int) -> [UInt8] {
        if fill.allSatisfy({ $0 == 0 }) { return [UInt8](repeating: 0, count: elements * fill.count) }
        return Array(repeatElement(fill, count: elements).joined())
    }

    /// Copies from every block that the box touches.
    private func gather(_ blocks: Blocks, _ start: [Int], _ count: [Int], _ out: inout [UInt8]) throws(DataError) {
        let chunks = blocks.chunks
        let blockBytes = chunks.bytes
        if out.isEmpty { return }
        guard blockBytes <= Limits.array(in: hdf5.file) else {
            throw hdf5.error(
                at: address, expected: "blocks of at most \(Limits.array(in: hdf5.file)) bytes",
                found: "blocks of shape \(chunks.shape)")
        }
        var unpackedLeft = Limits.work(in: hdf5.file)
        let first = zip(start, chunks.shape).map { $0 / $1 }
        let last = zip(zip(start, count), chunks.shape).map { ($0.0 + $0.1 - 1) / $1 }
        var place = first
        while true {
            if let chunk = try chunks.chunk(at: place) {
                let origin = zip(place, chunks.shape).map { $0 * $1 }
                let low = zip(start, origin).map { max($0, $1) }
                let end = zip(origin, chunks.shape).map { sum($0, $1) ?? Int.max }
                let high = shape.indices.map { min(start[$0] + count[$0], end[$0]) }
                let isEdge = zip(end, shape).contains { $0 > $1 }
                let from = Box(shape: chunks.shape, start: zip(low, origin).map { $0 - $1 })
                let to = Box(shape: count, start: zip(low, start).map { $0 - $1 })
                let size = zip(high, low).map { $0 - $1 }
                let offset = try hdf5.offset(chunk.address)
                if blocks.filters.isEmpty || isEdge && !blocks.filtersEdges {
                    try hdf5.file.borrow(offset, blockBytes) { source in
                        Box.copy(source, from, &out, to, count: size, elementSize: type.size)
                    }
                } else {
                    unpackedLeft -= blockBytes
                    guard unpackedLeft >= 0 else {
                        throw hdf5.error(
                            at: address, expected: "blocks that unpack to less than 64 times the file",
                            found: "blocks of shape \(chunks.shape)")
                    }
                    let bytes = try blocks.filters.undo(
                        hdf5.file, at: offset, size: chunk.size ?? blockBytes, mask: chunk.mask,
                        expecting: blockBytes)
                    bytes.withUnsafeBytes { Box.copy($0, from, &out, to, count: size, elementSize: type.size) }
                }
            }
            var axis = place.count - 1
            while axis >= 0, place[axis] == last[axis] {
                place[axis] = first[axis]
                axis -= 1
            }
            if axis < 0 { return }
            place[axis] += 1
        }
    }
}

/// A corner in an array of some shape.
struct Box {
    var shape: [Int]
    var start: [Int]

    /// Copies a box of so many elements from one array to another, row by row. Both corners leave room for it.
    static func copy(
        _ source: UnsafeRawBufferPointer, _ from: Box, _ out: inout [UInt8], _ to: Box, count: [Int], elementSize: Int
    ) {
        guard count.allSatisfy({ $0 > 0 }) else { return }
        let rank = count.count
        let rowBytes = (count.last ?? 1) * elementSize
        var place = [Int](repeating: 0, count: rank)
        out.withUnsafeMutableBytes { out in
            while true {
                var (a, b) = (0, 0)
                for axis in 0..<rank {
                    a = a * from.shape[axis] + from.start[axis] + place[axis]
                    b = b * to.shape[axis] + to.start[axis] + place[axis]
                }
                let row = UnsafeRawBufferPointer(rebasing: source[a * elementSize..<a * elementSize + rowBytes])
                UnsafeMutableRawBufferPointer(rebasing: out[b * elementSize..<b * elementSize + rowBytes])
                    .copyMemory(from: row)
                var axis = rank - 2
                while axis >= 0, place[axis] == count[axis] - 1 {
                    place[axis] = 0
                    axis -= 1
                }
                if axis < 0 { return }
                place[axis] += 1
            }
        }
    }
}
