extension PNG {
    /// A file of a picture of eight or sixteen bits, its rows not packed: for small pictures in pages, and for tests.
    /// Where `largest` is neither 255 nor 65535 the numbers are spread to 255.
    public static func bytes(of picture: Picture) -> [UInt8] {
        let isWide = picture.largest == 65535
        var rows: [UInt8] = []
        let row = picture.width * picture.channels
        rows.reserveCapacity(picture.height * (1 + row * (isWide ? 2 : 1)))
        for y in 0..<picture.height {
            rows.append(0)
            for index in y * row..<(y + 1) * row {
                let value = picture.number(index)
                if isWide { rows.append(UInt8(truncatingIfNeeded: value >> 8)) }
                let byte =
                    isWide || picture.largest == 255 ? value : (value * 255 + picture.largest / 2) / picture.largest
                rows.append(UInt8(truncatingIfNeeded: byte))
            }
        }
        let colour = [0, 4, 2, 6][picture.channels - 1]
        var header = bigEndian(picture.width) + bigEndian(picture.height)
        header += [isWide ? 16 : 8, UInt8(colour), 0, 0, 0]
        return signature + chunk("IHDR", header) + chunk("IDAT", stored(rows)) + chunk("IEND", [])
    }

    private static func bigEndian(_ value: Int) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }

    private static func chunk(_ name: String, _ contents: [UInt8]) -> [UInt8] {
        let checked = Array(name.utf8) + contents
        return bigEndian(contents.count) + checked + bigEndian(Int(CRC32.checksum(checked)))
    }

    /// Zlib's frame around blocks that are not packed.
    private static func stored(_ bytes: [UInt8]) -> [UInt8] {
        var out: [UInt8] = [0x78, 0x01]
        var start = 0
        repeat {
            let count = min(65535, bytes.count - start)
            let isLast = start + count == bytes.count
            out += [
                isLast ? 1 : 0, UInt8(count & 255), UInt8(count >> 8), UInt8(~count & 255), UInt8(~count >> 8 & 255),
            ]
            out += bytes[start..<start + count]
            start += count
        } while start < bytes.count
        return out + bigEndian(Int(Inflate.adler32(bytes)))
    }
}

extension Picture {
    /// One of its numbers by its place.
    func number(_ index: Int) -> Int {
        switch values {
        case .bytes(let values): Int(values[index])
        case .words(let values): Int(values[index])
        }
    }
}
