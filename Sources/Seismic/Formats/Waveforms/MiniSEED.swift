import Files
import GraphIR

/// miniSEED, the format in which observatories keep their recordings: records of one channel each, of version 2 (SEED
/// manual, 2012) or 3 (FDSN, 2023).
public enum MiniSEED {
    /// Reads all channels of a file. Records may come in any order; they are sorted and joined. Where records are bad,
    /// `skippingBad` leaves them out and says of each what is wrong; otherwise the first one ends the reading.
    public static func read(_ path: String, skippingBad: Bool = false) throws(DataError) -> (
        segments: [Segment], bad: [DataError]
    ) {
        try read(FileBytes(mapping: path), skippingBad: skippingBad)
    }

    static func read(_ file: FileBytes, skippingBad: Bool) throws(DataError) -> (segments: [Segment], bad: [DataError])
    {
        var records: [Segment] = []
        var bad: [DataError] = []
        var offset = 0
        guard file.count > 0 else { throw file.error(at: 0, expected: "a record of miniSEED", found: "an empty file") }
        while offset < file.count {
            do {
                let (record, length) = try record(file, at: offset)
                if let record { records.append(record) }
                offset += length
            } catch {
                guard skippingBad else { throw error }
                bad.append(error)
                offset = nextRecord(file, after: offset)
            }
        }
        return (Segment.joined(records), bad)
    }

    /// One record and its length; no segment where the record holds no samples.
    static func record(_ file: FileBytes, at offset: Int) throws(DataError) -> (Segment?, length: Int) {
        file.matches([0x4D, 0x53, 3], at: offset)
            ? try MiniSEED3.record(file, at: offset) : try MiniSEED2.record(file, at: offset)
    }

    /// Whether a record may begin here.
    static func isRecord(_ file: FileBytes, at offset: Int) -> Bool {
        if file.matches([0x4D, 0x53, 3], at: offset) { return true }
        guard let head = try? file.bytes(offset, 8) else { return false }
        let digits = head[..<6].allSatisfy { (0x30...0x39).contains($0) || $0 == 0x20 || $0 == 0 }
        return digits && [UInt8]("DRQM".utf8).contains(head[6]) && (head[7] == 0x20 || head[7] == 0)
    }

    /// Records of version 2 begin at multiples of 64 behind one another.
    private static func nextRecord(_ file: FileBytes, after offset: Int) -> Int {
        var next = offset + 64
        while next < file.count, !isRecord(file, at: next) { next += 64 }
        return min(next, file.count)
    }

    /// The samples of a record in the type of its encoding.
    static func samples(_ body: ByteReader, encoding: Int, count: Int) throws(DataError) -> Segment.Samples {
        switch encoding {
        case 1:
            return .int32(try numbers(body, count, 2) { (bits: UInt16) in Int32(Int16(bitPattern: bits)) })
        case 3: return .int32(try numbers(body, count, 4) { (bits: UInt32) in Int32(bitPattern: bits) })
        case 4: return .float32(try numbers(body, count, 4) { (bits: UInt32) in Float(bitPattern: bits) })
        case 5: return .float64(try numbers(body, count, 8) { (bits: UInt64) in Double(bitPattern: bits) })
        case 10: return .int32(try Steim.decode(body, count: count, version: .one))
        case 11: return .int32(try Steim.decode(body, count: count, version: .two))
        default:
            throw body.file.error(
                at: body.offset, expected: "whole numbers, floats or Steim's compression (1, 3, 4, 5, 10, 11)",
                found: "encoding \(encoding)")
        }
    }

    private static func numbers<Bits: FixedWidthInteger, Number>(
        _ body: ByteReader, _ count: Int, _ width: Int, _ number: (Bits) -> Number
    ) throws(DataError) -> [Number] {
        var reader = body
        guard count <= body.remaining / width else {
            throw body.file.error(
                at: body.offset, expected: "\(count) samples of \(width) bytes", found: "\(body.remaining) bytes")
        }
        var values: [Number] = []
        values.reserveCapacity(count)
        for _ in 0..<count { values.append(number(try reader.integer(Bits.self))) }
        return values
    }
}

/// Records of version 2: a header of 48 bytes, then blockettes, then samples.
enum MiniSEED2 {
    private struct Blockettes {
        var encoding: Int?
        var isBigEndian = true
        var recordLength = 0
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
        guard let encoding = extra.encoding, extra.recordLength >= 64 else {
            throw file.error(at: offset, expected: "a blockette 1000 that says how samples are stored", found: "none")
        }
        guard file.contains(offset, extra.recordLength) else {
            throw file.error(
                at: offset, expected: "a record of \(extra.recordLength) bytes",
                found: "\(file.count - offset) up to the end")
        }
        let rate = extra.rate ?? rate(factor, multiplier)
        // Records without samples or rate hold logs and opaque data.
        guard count > 0, encoding != 0, rate > 0, rate.isFinite else { return (nil, extra.recordLength) }
        guard var start = time else {
            throw file.error(at: timeOffset, expected: "a time", found: "one that is none")
        }
        start.nanoseconds += fraction * 100_000 + extra.microseconds * 1000
        if activity & 2 == 0 { start.nanoseconds += correction * 100_000 }
        guard dataOffset >= 48, dataOffset < extra.recordLength else {
            throw file.error(
                at: offset + 44, expected: "samples within \(extra.recordLength) bytes", found: "at \(dataOffset)")
        }
        let body = try ByteReader(
            file, at: offset + dataOffset, count: extra.recordLength - dataOffset, bigEndian: extra.isBigEndian)
        let samples = try MiniSEED.samples(body, encoding: encoding, count: count)
        let id = "\(network).\(station).\(location).\(channel)"
        return (Segment(id: id, start: start, rate: rate, samples: samples), extra.recordLength)
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

/// Records of version 3: least significant byte first, of any length, with a checksum.
enum MiniSEED3 {
    static func record(_ file: FileBytes, at offset: Int) throws(DataError) -> (Segment?, length: Int) {
        var reader = try ByteReader(file, at: offset)
        try reader.skip(4)
        let nanosecond = try reader.u32()
        let year = try reader.u16()
        let day = try reader.u16()
        let hour = try reader.u8()
        let minute = try reader.u8()
        let second = try reader.u8()
        let encoding = try reader.u8()
        let rateOrPeriod = try reader.f64()
        let count = try reader.u32()
        let checksum = try reader.integer(UInt32.self)
        try reader.skip(1)
        let nameLength = try reader.u8()
        let extraLength = try reader.u16()
        let payload = try reader.u32()
        let name = try reader.text(nameLength)
        try reader.skip(extraLength)
        let start = reader.offset
        try reader.skip(payload)
        let length = reader.offset - offset
        guard try self.checksum(file, offset, length) == checksum else {
            throw file.error(at: offset + 28, expected: "the checksum of the record", found: "another")
        }
        let rate = rateOrPeriod < 0 ? -1 / rateOrPeriod : rateOrPeriod
        guard count > 0, encoding != 0, encoding != 100, rate > 0, rate.isFinite else { return (nil, length) }
        guard
            let time = Instant(
                year: year, day: day, hour: hour, minute: minute, second: second, nanosecond: nanosecond)
        else { throw file.error(at: offset + 4, expected: "a time", found: "one that is none") }
        // Steim's frames keep their own order of bytes.
        let body = try ByteReader(file, at: start, count: payload, bigEndian: encoding == 10 || encoding == 11)
        let samples = try MiniSEED.samples(body, encoding: encoding, count: count)
        return (Segment(id: id(name), start: time, rate: rate, samples: samples), length)
    }

    /// CRC-32C over the record with the checksum itself as zeros.
    private static func checksum(_ file: FileBytes, _ offset: Int, _ length: Int) throws(DataError) -> UInt32 {
        var bytes = try file.bytes(offset, length)
        for place in 28..<32 { bytes[place] = 0 }
        return CRC32C.checksum(bytes)
    }

    /// `FDSN:NET_STA_LOC_B_S_SS` as `NET.STA.LOC.BSS`; other names stay as they are.
    static func id(_ name: String) -> String {
        guard name.hasPrefix("FDSN:") else { return name }
        let parts = name.dropFirst(5).split(separator: "_", omittingEmptySubsequences: false)
        guard parts.count == 6 else { return name }
        return parts[..<3].joined(separator: ".") + "." + parts[3...].joined()
    }
}
