/// What the elements of an array are (IV.A.2.d). Types that seismograms and their metadata do not come in are refused
/// by name.
public enum HDF5Type: Hashable, Sendable {
    public enum Padding: Hashable, Sendable { case nul, space }

    case number(NumberFormat)
    /// Texts of so many bytes each.
    case text(size: Int, Padding)
    /// Texts that stand in a heap; the element says where.
    case heapText(size: Int)
    /// Anything else: how wide an element is, and what it is called.
    case other(size: Int, String)

    /// Bytes an element takes.
    public var size: Int {
        switch self {
        case .number(let format): format.size
        case .text(let size, _), .heapText(let size), .other(let size, _): size
        }
    }

    public init(_ reader: inout ByteReader, depth: Int = 0) throws(DataError) {
        let at = reader.offset
        let classAndVersion = try reader.u8()
        let bits = [try reader.u8(), try reader.u8(), try reader.u8()]
        let size = try reader.u32()
        guard size > 0, size <= Limits.text, depth < Limits.depth else {
            throw reader.file.error(at: at, expected: "elements of 1 byte to 16 MiB", found: "\(size)")
        }
        switch classAndVersion & 15 {
        case 0: self = try HDF5Type.wholeNumber(&reader, bits, size)
        case 1: self = try HDF5Type.float(&reader, bits, size)
        case 3: self = .text(size: size, bits[0] & 15 == 2 ? .space : .nul)
        case 8: self = try HDF5Type.enumeration(&reader, size, depth)
        case 9: self = bits[0] & 15 == 1 ? .heapText(size: size) : .other(size: size, "lists of varying length")
        case let kind:
            let names = [2: "times", 4: "bit fields", 5: "opaque bytes", 6: "records", 7: "references", 10: "arrays"]
            self = .other(size: size, names[kind] ?? "class \(kind)")
        }
    }

    private static func wholeNumber(_ reader: inout ByteReader, _ bits: [Int], _ size: Int) throws(DataError)
        -> HDF5Type
    {
        let offset = try reader.u16()
        let precision = try reader.u16()
        let format = NumberFormat(bits[0] & 8 != 0 ? .signed : .unsigned, size, bigEndian: bits[0] & 1 != 0)
        guard format.isKnown, offset == 0, precision == 8 * size else {
            return .other(size: size, "whole numbers of \(precision) bits in \(size) bytes")
        }
        return .number(format)
    }

    private static func float(_ reader: inout ByteReader, _ bits: [Int], _ size: Int) throws(DataError) -> HDF5Type {
        let offset = try reader.u16()
        let precision = try reader.u16()
        let layout = [try reader.u8(), try reader.u8(), try reader.u8(), try reader.u8()]
        let bias = try reader.u32()
        let standard: [Int: ([Int], Int)] = [
            2: ([10, 5, 0, 10], 15), 4: ([23, 8, 0, 23], 127), 8: ([52, 11, 0, 52], 1023),
        ]
        guard let (fields, standardBias) = standard[size], offset == 0, precision == 8 * size, layout == fields,
            bias == standardBias, bits[0] & 0x40 == 0, bits[1] == 8 * size - 1
        else { return .other(size: size, "floating-point numbers that are not of IEEE 754") }
        return .number(NumberFormat(.float, size, bigEndian: bits[0] & 1 != 0))
    }

    /// An enumeration, as h5py makes of booleans, is read as its numbers.
    private static func enumeration(_ reader: inout ByteReader, _ size: Int, _ depth: Int) throws(DataError)
        -> HDF5Type
    {
        let base = try HDF5Type(&reader, depth: depth + 1)
        guard case .number(let format) = base, format.size == size else { return .other(size: size, "enumerations") }
        return base
    }
}

/// How many elements an array has along each axis (IV.A.2.b).
struct Dataspace {
    /// Empty for a single value.
    var shape: [Int]
    /// How far each axis may grow; `nil` without limit.
    var limits: [Int?]
    /// No element at all, not even one.
    var isNull = false

    init(_ reader: inout ByteReader, lengthSize: Int) throws(DataError) {
        let at = reader.offset
        let version = try reader.u8()
        let rank = try reader.u8()
        let flags = try reader.u8()
        let type = try reader.u8()
        guard version == 1 || version == 2, rank <= Limits.dimensions else {
            throw reader.file.error(
                at: at, expected: "a shape of version 1 or 2 with at most 32 axes", found: "version \(version), \(rank)"
            )
        }
        if version == 1 { try reader.skip(4) }
        isNull = version == 2 && type == 2
        shape = []
        for _ in 0..<rank { shape.append(try reader.length(of: lengthSize)) }
        limits = shape.map { $0 }
        if flags & 1 != 0 {
            for axis in 0..<rank { limits[axis] = try reader.size(of: lengthSize) }
        }
        guard product(shape) != nil else {
            throw reader.file.error(at: at, expected: "fewer than 2^63 elements", found: "the shape \(shape)")
        }
    }

    var count: Int { isNull ? 0 : product(shape) ?? 0 }
}
