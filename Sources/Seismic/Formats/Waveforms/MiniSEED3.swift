import Files
import GraphIR

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
