import Files

/// Writes miniSEED of version 2: whole numbers with Steim's second compression, floats as they are.
extension MiniSEED {
    /// Writes segments one after the other in records of 4096 bytes (512 to 2^16).
    public static func write(
        _ segments: [Segment], to path: String, recordLength: Int = 4096, overwrite: Bool = false
    ) throws(DataError) {
        let file = try Growing(path, recordLength: recordLength, overwrite: overwrite)
        for segment in segments { try file.append(segment) }
        try file.finish()
    }

    /// A file that takes segments one after the other, and appears when it is finished.
    public final class Growing {
        private let file: OutputFile
        private let recordLength: Int
        private var number = 1

        public init(_ path: String, recordLength: Int = 4096, overwrite: Bool = false) throws(DataError) {
            file = try OutputFile(path, overwrite: overwrite)
            self.recordLength = recordLength
        }

        public func append(_ segment: Segment) throws(DataError) {
            for record in try records(of: segment, from: &number, recordLength: recordLength, path: file.path) {
                try file.append(record)
            }
        }

        public func finish() throws(DataError) { try file.finish() }
    }

    static func records(of segment: Segment, from number: inout Int, recordLength: Int, path: String)
        throws(DataError) -> [[UInt8]]
    {
        guard recordLength >= 512, recordLength <= 1 << 16, recordLength & (recordLength - 1) == 0 else {
            throw DataError(
                .access, file: path, expected: "records of 512 to 65536 bytes, a power of two", found: "\(recordLength)"
            )
        }
        let room = recordLength - headerLength
        var records: [[UInt8]] = []
        var done = 0
        var previous: Int32 = 0
        while done < segment.samples.count {
            let (encoding, body, count) = packed(segment.samples, from: done, after: previous, room: room)
            let start = segment.start.advanced(bySeconds: Double(done) / segment.rate)
            let header = try header(
                segment, start: start, number: number, encoding: encoding, count: count, recordLength: recordLength,
                path: path)
            records.append(header + body + [UInt8](repeating: 0, count: room - body.count))
            if case .int32(let values) = segment.samples { previous = values[done + count - 1] }
            done += count
            number = number == 999_999 ? 1 : number + 1
        }
        return records
    }

    private static let headerLength = 128

    /// As many samples as a record has room for. Differences too large for Steim are kept as plain whole numbers.
    private static func packed(_ samples: Segment.Samples, from start: Int, after previous: Int32, room: Int)
        -> (encoding: UInt8, body: [UInt8], count: Int)
    {
        func plain<T, Bits: FixedWidthInteger>(_ values: [T], _ encoding: UInt8, _ bits: (T) -> Bits)
            -> (UInt8, [UInt8], Int)
        {
            let count = min(values.count - start, room / MemoryLayout<Bits>.size)
            let bytes = values[start..<start + count].flatMap { value in
                withUnsafeBytes(of: bits(value).bigEndian) { Array($0) }
            }
            return (encoding, bytes, count)
        }
        switch samples {
        case .int32(let values):
            // A record counts its samples in 16 bits.
            let end = min(values.count, start + 0xFFFF)
            if let (bytes, count) = Steim.encode(values[start..<end], after: previous, frames: room / 64) {
                return (11, bytes, count)
            }
            return plain(values, 3) { UInt32(bitPattern: $0) }
        case .float32(let values): return plain(values, 4) { $0.bitPattern }
        case .float64(let values): return plain(values, 5) { $0.bitPattern }
        }
    }

    private static func header(
        _ segment: Segment, start: Instant, number: Int, encoding: UInt8, count: Int, recordLength: Int, path: String
    ) throws(DataError) -> [UInt8] {
        let parts = segment.id.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        let widths = [2, 5, 2, 3]
        guard parts.count == 4, zip(parts, widths).allSatisfy({ $0.utf8.count <= $1 && $0.allSatisfy(\.isASCII) })
        else {
            throw DataError(
                file: path, trace: segment.id, expected: "a name NET.STA.LOC.CHA of at most 2, 5, 2, 3 letters",
                found: "another")
        }
        guard segment.rate > 0, segment.rate.isFinite else {
            throw DataError(file: path, trace: segment.id, expected: "a rate above 0", found: "\(segment.rate)")
        }
        func field(_ text: String, _ width: Int) -> [UInt8] {
            Array(text.utf8) + [UInt8](repeating: 0x20, count: width - text.utf8.count)
        }
        func big<T: FixedWidthInteger>(_ value: T) -> [UInt8] { littleEndian(value.byteSwapped) }
        // The header tells ten-thousandths of a second, blockette 1001 the microseconds beyond them.
        let microseconds = (start.nanoseconds + 500) / 1000
        let moment = Instant(nanoseconds: microseconds * 1000).calendar
        let inDay = moment.nanosecondOfDay / 1000
        let second = inDay / 1_000_000
        let digits = String(number)
        let sequence = String(repeating: "0", count: max(0, 6 - digits.count)) + digits
        let (factor, multiplier, isExact) = factors(of: segment.rate)
        var bytes = Array("\(sequence)D ".utf8)
        bytes += field(parts[1], 5) + field(parts[2], 2) + field(parts[3], 3) + field(parts[0], 2)
        bytes += big(UInt16(moment.year)) + big(UInt16(moment.dayOfYear))
        bytes += [UInt8(second / 3600), UInt8(second / 60 % 60), UInt8(second % 60), 0]
        bytes += big(UInt16(inDay % 1_000_000 / 100)) + big(UInt16(count)) + big(factor) + big(multiplier)
        bytes += [0, 0, 0, isExact ? 2 : 3] + big(Int32(0)) + big(UInt16(headerLength)) + big(UInt16(48))
        bytes += big(UInt16(1000)) + big(UInt16(56))
        bytes += [encoding, 1, UInt8(recordLength.trailingZeroBitCount), 0]
        bytes += big(UInt16(1001)) + big(UInt16(isExact ? 0 : 64))
        bytes += [100, UInt8(inDay % 100), 0, UInt8(min(255, (recordLength - headerLength) / 64))]
        if !isExact { bytes += big(UInt16(100)) + big(UInt16(0)) + big(Float(segment.rate).bitPattern) + [0, 0, 0, 0] }
        return bytes + [UInt8](repeating: 0, count: headerLength - bytes.count)
    }

    /// The rate as factor and multiplier, exactly where it is a fraction of small numbers, else as near as it comes.
    private static func factors(of rate: Double) -> (factor: Int16, multiplier: Int16, isExact: Bool) {
        if let whole = Int16(exactly: rate) { return (whole, 1, true) }
        if let period = Int16(exactly: 1 / rate) { return (-period, 1, 1 / (1 / rate) == rate) }
        for divisor in 2...Int(Int16.max) {
            if let factor = Int16(exactly: (rate * Double(divisor)).rounded()),
                Double(factor) / Double(divisor) == rate
            {
                return (factor, Int16(-divisor), true)
            }
        }
        let most = Double(Int16.max)
        let divisor = max(1, min(most, (most / rate).rounded(.down)))
        return (Int16(max(1, min(most, (rate * divisor).rounded()))), Int16(-divisor), false)
    }
}
