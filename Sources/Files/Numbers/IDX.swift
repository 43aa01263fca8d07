/// IDX, as MNIST's pictures and labels come: two zeros, the kind of number, how many sizes, the sizes, the numbers.
public enum IDX {
    public static func recognises(_ file: FileBytes) -> Bool {
        guard file.matches([0, 0], at: 0), let kind = try? file.byte(2), let rank = try? file.byte(3) else {
            return false
        }
        return formats[kind] != nil && (1...8).contains(rank)
    }

    private static let formats: [UInt8: NumberFormat] = [
        0x08: NumberFormat(.unsigned, 1), 0x09: NumberFormat(.signed, 1),
        0x0B: NumberFormat(.signed, 2, bigEndian: true), 0x0C: NumberFormat(.signed, 4, bigEndian: true),
        0x0D: NumberFormat(.float, 4, bigEndian: true), 0x0E: NumberFormat(.float, 8, bigEndian: true),
    ]

    /// Where the numbers begin, of what sizes and kind they are; all of them are there.
    public static func header(_ file: FileBytes) throws(DataError) -> (shape: [Int], format: NumberFormat, start: Int) {
        var reader = try ByteReader(file, at: 0, bigEndian: true)
        guard try reader.u16() == 0, let format = formats[UInt8(truncatingIfNeeded: try reader.u8())] else {
            throw file.error(at: 0, expected: "two zeros and a kind of number", found: "other bytes")
        }
        let rank = try reader.u8()
        guard (1...8).contains(rank) else {
            throw file.error(at: 3, expected: "1 to 8 sizes", found: "\(rank)")
        }
        var shape: [Int] = []
        for _ in 0..<rank { shape.append(try reader.u32()) }
        guard let count = product(shape), let bytes = product(count, format.size), bytes == reader.remaining else {
            throw file.error(
                at: 4, expected: "numbers for \(shape)", found: "\(reader.remaining) bytes of them")
        }
        return (shape, format, reader.offset)
    }

    public static func read(_ file: FileBytes) throws(DataError) -> NumberArray {
        let (shape, format, start) = try header(file)
        guard
            let array = NumberArray(
                shape: shape, format: format, bytes: try file.bytes(start, file.count - start))
        else { throw file.error(at: 4, expected: "numbers for \(shape)", found: "others") }
        return array
    }
}
