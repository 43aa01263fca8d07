import Files

/// Records of version 2: a header of 48 bytes, then blockettes, then samples.
enum MiniSEED2 {
    private struct Blockettes {
        var encoding: Int?
        var isBigEndian: Bool?
        var recordLength: Int?
        var rate: Double?
        var microseconds = 0
    }

    static func record(_ file: FileBytes, at offset: Int) throws(DataError) -> (Segment?, length: Int) {
        guard MiniSEED.isRecord(file, at: offset) else {
            throw file.error(at: offset, expected: "the header of a miniSEED record", found: "other bytes")
        }
        // Nothing says in which order the header's bytes stand, but only one of them gives a year that can be.
        let year: UInt16 = try file.integer(offset + 20, bigEndian: true)
        var reader = try ByteReader(file, at: offset, bigEndian: (1900...2100).contains(year))
        try reader.skip(8)
        let station = try trimmed(&reader, 5)
        let location = try trimmed(&reader, 2)
        let channel = try trimmed(&reader, 3)
        let network = try trimmed(&reader, 2)
        let timeOffset = reader.offset
        let (time, fraction) = try time(&reader)
        let count = try reader.u16()
        let factor = Int(try reader.integer(Int16.self))
        let multiplier = Int(try reader.integer(Int16.self))
        let activity = try reader.u8()
        try reader.skip(3)
        let correction = try reader.i32()
        let dataOffset = try reader.u16()
        let first = try reader.u16()
        let extra = try blockettes(file, record: offset, first: first, bigEndian: reader.bigEndian)
        // Without a blockette 1000 nothing says how long the record is and how its samples are stored.
        let length: Int
        if let stated = extra.recordLength { length = stated } else { length = try guessedLength(file, at: offset) }
        guard file.contains(offset, length) else {
            throw file.error(
                at: offset, expected: "a record of \(length) bytes", found: "\(file.count - offset) up to the end")
        }
        let rate = extra.rate ?? rate(factor, multiplier)
        // Records without samples or rate hold logs and opaque data.
        guard count > 0, extra.encoding != 0, rate > 0, rate.isFinite else { return (nil, length) }
        guard var start = time else {
            throw file.error(at: timeOffset, expected: "a time", found: "one that is none")
        }
        start.nanoseconds += fraction * 100_000 + extra.microseconds * 1000
        if activity & 2 == 0 { start.nanoseconds += correction * 100_000 }
        guard dataOffset >= 48, dataOffset < length else {
            throw file.error(at: offset + 44, expected: "samples within \(length) bytes", found: "at \(dataOffset)")
        }
        let body = try ByteReader(
            file, at: offset + dataOffset, count: length - dataOffset,
            bigEndian: extra.isBigEndian ?? reader.bigEndian)
        let samples = try samples(body, encoding: extra.encoding, count: count)
        let id = "\(network).\(station).\(location).\(channel)"
        return (Segment(id: id, start: start, rate: rate, samples: samples), length)
    }

    /// Old archives say in their volume's headers how samples are stored, and nearly all of them are Steim's: the first
    /// version, or the second where the first does not end where it says that it ends.
    private static func samples(_ body: ByteReader, encoding: Int?, count: Int) throws(DataError) -> Segment.Samples {
        if let encoding { return try MiniSEED.samples(body, encoding: encoding, count: count) }
        do throws(DataError) { return .int32(try Steim.decode(body, count: count, version: .one)) } catch {
            guard let samples = try? Steim.decode(body, count: count, version: .two) else { throw error }
            return .int32(samples)
        }
    }

    /// Up to where the next record stands, or the file ends, as far as records may reach.
    private static func guessedLength(_ file: FileBytes, at offset: Int) throws(DataError) -> Int {
        for exponent in 7...16 {
            let next = offset + (1 << exponent)
            if next == file.count || MiniSEED.isRecord(file, at: next) || FullSEED.isControlHeader(file, at: next) {
                return 1 << exponent
            }
        }
        throw file.error(
            at: offset, expected: "a blockette 1000, or another record 128 to 65536 bytes further on", found: "neither")
    }

    private static func trimmed(_ reader: inout ByteReader, _ width: Int) throws(DataError) -> String {
        try reader.text(width).filter { $0 != " " }
    }

    /// Year, day of the year, hour, minute, second, and ten-thousandths of a second.
    private static func time(_ reader: inout ByteReader) throws(DataError) -> (Instant?, fraction: Int) {
        let year = try reader.u16()
        let day = try reader.u16()
        let hour = try reader.u8()
        let minute = try reader.u8()
        let second = try reader.u8()
        try reader.skip(1)
        let fraction = try reader.u16()
        return (Instant(year: year, day: day, hour: hour, minute: minute, second: second), fraction)
    }

    /// The rate from factor and multiplier, either of which may be a divisor.
    private static func rate(_ factor: Int, _ multiplier: Int) -> Double {
        guard factor != 0 else { return 0 }
        let first = factor > 0 ? Double(factor) : -1 / Double(factor)
        guard multiplier != 0 else { return first }
        return multiplier > 0 ? first * Double(multiplier) : -first / Double(multiplier)
    }

    private static func blockettes(_ file: FileBytes, record: Int, first: Int, bigEndian: Bool) throws(DataError)
        -> Blockettes
    {
        var found = Blockettes()
        var next = first
        while next >= 48 {
            let start = next
            var reader = try ByteReader(file, at: record + start, bigEndian: bigEndian)
            let kind = try reader.u16()
            next = try reader.u16()
            switch kind {
            case 100: found.rate = Double(try reader.f32())
            case 1000:
                found.encoding = try reader.u8()
                found.isBigEndian = try reader.u8() != 0
                let exponent = try reader.u8()
                guard (6...30).contains(exponent) else {
                    throw file.error(
                        at: reader.offset - 1, expected: "a record of 64 bytes or more", found: "2^\(exponent)")
                }
                found.recordLength = 1 << exponent
            case 1001:
                try reader.skip(1)
                found.microseconds = Int(try reader.integer(Int8.self))
            default: break
            }
            // Each blockette stands behind the one before, so the list ends.
            guard next == 0 || next > start else {
                throw file.error(at: record + start + 2, expected: "a blockette further on", found: "one at \(next)")
            }
        }
        if let rate = found.rate, !(rate > 0 && rate.isFinite) { found.rate = nil }
        return found
    }
}
