/// The portable pictures of Netpbm: PBM, PGM and PPM, as text (P1 to P3) and as bytes (P4 to P6).
public enum PNM {
    public static func read(_ file: FileBytes) throws(DataError) -> Picture {
        var text = Words(file: file, place: 2)
        guard file.matches([UInt8(ascii: "P")], at: 0) else {
            throw file.error(at: 0, expected: "P1 to P6", found: "other bytes")
        }
        let kind = Int(try file.byte(1)) - Int(UInt8(ascii: "0"))
        guard (1...6).contains(kind) else { throw file.error(at: 1, expected: "P1 to P6", found: "another kind") }
        let start = text.place
        let width = try text.number(), height = try text.number()
        try Limits.checkPicture(width, height, at: start, in: file)
        let isBits = kind == 1 || kind == 4
        let largest = isBits ? 1 : try text.number()
        guard (1...65535).contains(largest) else {
            throw file.error(at: text.place, expected: "1 to 65535 for white", found: "\(largest)")
        }
        let channels = kind == 3 || kind == 6 ? 3 : 1
        let count = width * height * channels
        if kind <= 3 { return try plain(&text, width, height, channels, largest: largest, isBits: isBits) }
        // One byte that is no word parts the sizes from the pixels.
        let first = text.place + 1
        let values: Picture.Values
        if isBits {
            values = .bytes(try bits(file, from: first, width: width, height: height))
        } else if largest < 256 {
            values = .bytes(try file.bytes(first, count))
        } else {
            let raw = try file.bytes(first, 2 * count)
            values = .words((0..<count).map { UInt16(raw[2 * $0]) << 8 | UInt16(raw[2 * $0 + 1]) })
        }
        return try picture(file, width, height, channels, largest, values)
    }

    /// Numbers as text. Each takes a byte at least, so the file bounds what is asked for.
    private static func plain(
        _ text: inout Words, _ width: Int, _ height: Int, _ channels: Int, largest: Int, isBits: Bool
    ) throws(DataError) -> Picture {
        let count = width * height * channels
        guard count <= text.file.count else {
            throw text.file.error(at: nil, expected: "\(count) numbers", found: "a file of \(text.file.count) bytes")
        }
        var values: [UInt16] = []
        values.reserveCapacity(count)
        for _ in 0..<count {
            let start = text.place
            let value = isBits ? try text.bit() : try text.number()
            guard value <= largest, let word = UInt16(exactly: value) else {
                throw text.file.error(at: start, expected: "0 to \(largest)", found: "\(value)")
            }
            values.append(isBits ? 1 - word : word)
        }
        let held: Picture.Values = largest < 256 ? .bytes(values.map { UInt8(truncatingIfNeeded: $0) }) : .words(values)
        return try picture(text.file, width, height, channels, largest, held)
    }

    /// Eight pixels a byte, rows beginning on a byte; a set bit is black.
    private static func bits(
        _ file: FileBytes, from first: Int, width: Int, height: Int
    ) throws(DataError) -> [UInt8] {
        let row = (width + 7) / 8
        let raw = try file.bytes(first, row * height)
        var values: [UInt8] = []
        values.reserveCapacity(width * height)
        for y in 0..<height {
            for x in 0..<width { values.append(1 - (raw[y * row + x / 8] >> UInt8(7 - x % 8)) & 1) }
        }
        return values
    }

    private static func picture(
        _ file: FileBytes, _ width: Int, _ height: Int, _ channels: Int, _ largest: Int, _ values: Picture.Values
    ) throws(DataError) -> Picture {
        if case .bytes(let bytes) = values, let high = bytes.max(), Int(high) > largest {
            throw file.error(at: nil, expected: "0 to \(largest)", found: "\(high)")
        }
        if case .words(let words) = values, let high = words.max(), Int(high) > largest {
            throw file.error(at: nil, expected: "0 to \(largest)", found: "\(high)")
        }
        guard
            let picture = Picture(
                width: width, height: height, channels: channels, largest: largest, values: values)
        else { throw file.error(at: nil, expected: "\(width) by \(height) pixels", found: "\(values.count) numbers") }
        return picture
    }

    /// Numbers between blanks and comments.
    private struct Words {
        let file: FileBytes
        var place: Int

        private mutating func skipBlanks() throws(DataError) {
            while true {
                let byte = try file.byte(place)
                if byte == UInt8(ascii: "#") {
                    while try file.byte(place) != UInt8(ascii: "\n") { place += 1 }
                } else if byte != 32, !(9...13).contains(byte) {
                    return
                } else {
                    place += 1
                }
            }
        }

        mutating func bit() throws(DataError) -> Int {
            try skipBlanks()
            let byte = try file.byte(place)
            guard byte == UInt8(ascii: "0") || byte == UInt8(ascii: "1") else {
                throw file.error(at: place, expected: "0 or 1", found: "another letter")
            }
            place += 1
            return Int(byte) - Int(UInt8(ascii: "0"))
        }

        mutating func number() throws(DataError) -> Int {
            try skipBlanks()
            let start = place
            var value = 0
            while file.contains(place, 1) {
                let byte = try file.byte(place)
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { break }
                value = value * 10 + Int(byte) - Int(UInt8(ascii: "0"))
                place += 1
                guard place - start <= 9 else { break }
            }
            guard place > start, place - start <= 9 else {
                throw file.error(at: start, expected: "a number of at most nine digits", found: "other letters")
            }
            return value
        }
    }
}
