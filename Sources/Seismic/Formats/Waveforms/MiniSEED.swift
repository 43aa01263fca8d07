import Files
import GraphIR

/// miniSEED, the format in which observatories keep their recordings: records of one channel each, of version 2 (SEED
/// manual, 2012) or 3 (FDSN, 2023).
public enum MiniSEED {
    /// What was read of a file, and what was not.
    public struct Contents: Sendable {
        public var segments: [Segment] = []
        /// What is wrong with records that were left out.
        public var bad: [DataError] = []
        /// What holds no samples: logs, headers of a volume.
        public var leftOut: [LeftOut] = []
    }

    /// Reads all channels of a file. Records may come in any order; they are sorted and joined. Where records are bad,
    /// `skippingBad` leaves them out and says of each what is wrong; otherwise the first one ends the reading.
    public static func read(_ path: String, skippingBad: Bool = false) throws(DataError) -> Contents {
        try read(FileBytes(opening: path), skippingBad: skippingBad)
    }

    static func read(_ file: FileBytes, skippingBad: Bool) throws(DataError) -> Contents {
        var records: [Segment] = []
        var contents = Contents()
        contents.leftOut = try walk(
            file,
            bad: { error throws(DataError) in
                guard skippingBad else { throw error }
                contents.bad.append(error)
            }, { record, _ in records.append(record) })
        contents.segments = Segment.joined(records)
        return contents
    }

    /// Each record with samples in the file's order, with its place; answers what has none. A bad record is told, and
    /// the walk goes on at the next one unless that throws.
    static func walk(
        _ file: FileBytes, bad: (DataError) throws(DataError) -> Void = { error throws(DataError) in throw error },
        _ body: (Segment, _ offset: Int) throws(DataError) -> Void
    ) throws(DataError) -> [LeftOut] {
        guard file.count > 0 else { throw file.error(at: 0, expected: "a record of miniSEED", found: "an empty file") }
        var leftOut: [LeftOut] = []
        var offset = 0
        while offset < file.count {
            if FullSEED.isControlHeader(file, at: offset) {
                leftOut.add("control headers of a SEED volume")
                offset += FullSEED.recordLength(file, at: offset)
                continue
            }
            let found: (segment: Segment?, length: Int)
            do throws(DataError) { found = try record(file, at: offset) } catch {
                try bad(error)
                offset = nextRecord(file, after: offset)
                continue
            }
            if let segment = found.segment {
                try body(segment, offset)
            } else {
                leftOut.add("records without samples (logs, opaque data)")
            }
            offset += found.length
        }
        return leftOut
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

    /// Whether a file begins as one of these, or as a volume of SEED that may hold some.
    static func begins(_ file: FileBytes) -> Bool { isRecord(file, at: 0) || FullSEED.isControlHeader(file, at: 0) }

    /// Records of version 2 begin at multiples of 64 behind one another.
    static func nextRecord(_ file: FileBytes, after offset: Int) -> Int {
        var next = offset + 64
        while next < file.count, !isRecord(file, at: next), !FullSEED.isControlHeader(file, at: next) { next += 64 }
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
        case 12: return .float32(try OldEncodings.geoscope24(body, count))
        case 13: return .float32(try numbers(body, count, 2) { OldEncodings.geoscope(word: $0, exponentBits: 3) })
        case 14: return .float32(try numbers(body, count, 2) { OldEncodings.geoscope(word: $0, exponentBits: 4) })
        case 16: return .int32(try numbers(body, count, 2) { OldEncodings.cdsn(word: $0) })
        case 30: return .int32(try OldEncodings.sro(body, numbers(body, count, 2) { (bits: UInt16) in bits }))
        // Of the Digital World-Wide Standardized Seismograph Network: whole numbers of 16 bits.
        case 32: return .int32(try numbers(body, count, 2) { (bits: UInt16) in Int32(Int16(bitPattern: bits)) })
        case 10: return .int32(try Steim.decode(body, count: count, version: .one))
        case 11: return .int32(try Steim.decode(body, count: count, version: .two))
        default:
            throw body.file.error(
                at: body.offset, expected: "an encoding of samples (1, 3 to 5, 10 to 14, 16, 30, 32)",
                found: "encoding \(encoding)")
        }
    }

    static func numbers<Bits: FixedWidthInteger, Number>(
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
