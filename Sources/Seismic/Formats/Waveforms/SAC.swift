import Files

/// SAC, the format of the Seismic Analysis Code: one channel a file, a header of 632 bytes with times of arrivals, then
/// 32-bit floats. Version 6 and 7, either order of bytes.
public enum SAC {
    private static let undefined: Float = -12345
    private static let headerLength = 632

    /// Reads a file of evenly spaced samples.
    public static func read(_ path: String) throws(DataError) -> Segment { try read(FileBytes(mapping: path)) }

    /// Whether bytes look like SAC: the version of the header is 6 or 7 in one order of bytes.
    static func bigEndian(_ file: FileBytes) -> Bool? {
        guard file.count >= headerLength else { return nil }
        for order in [false, true] {
            if let version: Int32 = try? file.integer(76 * 4, bigEndian: order), (6...7).contains(version) {
                return order
            }
        }
        return nil
    }

    static func read(_ file: FileBytes) throws(DataError) -> Segment {
        guard let bigEndian = bigEndian(file) else {
            throw file.error(
                at: min(304, file.count), expected: "a SAC header of version 6 or 7",
                found: file.count < headerLength ? "\(file.count) bytes" : "another number")
        }
        let header = Header(file: file, bigEndian: bigEndian)
        let count = try header.whole(79)
        guard try header.whole(85) == 1, try header.whole(105) == 1 else {
            throw file.error(at: 85 * 4, expected: "a series of evenly spaced samples", found: "another kind of data")
        }
        guard count >= 0, count <= (file.count - headerLength) / 4 else {
            throw file.error(
                at: 79 * 4, expected: "at most \((file.count - headerLength) / 4) samples", found: "\(count)")
        }
        let isSeven = try header.whole(76) == 7
        let footer = headerLength + 4 * count
        // Version 7 repeats the times behind the samples in double precision.
        let step = isSeven ? try header.double(footer) : Header.decimal(try header.float(0))
        let begin = isSeven ? try header.double(footer + 8) : Header.decimal(try header.float(5))
        guard step > 0, step.isFinite, begin.isFinite else {
            throw file.error(at: 0, expected: "a step between samples above 0", found: "\(step)")
        }
        guard let reference = try header.reference() else {
            throw file.error(at: 70 * 4, expected: "a reference time", found: "one that is none")
        }
        let values = try file.borrow(headerLength, 4 * count) { bytes in
            NumberFormat(.float, 4, bigEndian: bigEndian).decode(bytes, as: Float.self)
        }
        let offset = begin == Double(undefined) ? 0 : begin
        return Segment(
            id: try header.id(), start: reference.advanced(bySeconds: offset), rate: 1 / step,
            samples: .float32(values), picks: try header.picks(from: reference))
    }

    private struct Header {
        let file: FileBytes
        let bigEndian: Bool

        /// Floats stand at 0 to 69, whole numbers at 70 to 109, texts behind.
        func float(_ place: Int) throws(DataError) -> Float {
            Float(bitPattern: try file.integer(4 * place, bigEndian: bigEndian))
        }
        func whole(_ place: Int) throws(DataError) -> Int {
            let value: Int32 = try file.integer(4 * place, bigEndian: bigEndian)
            return Int(value)
        }
        func double(_ offset: Int) throws(DataError) -> Double {
            Double(bitPattern: try file.integer(offset, bigEndian: bigEndian))
        }
        /// The short decimal number that a float was meant to be: 0.01, not 0.009999999776.
        static func decimal(_ value: Float) -> Double { Double("\(value)") ?? Double(value) }

        /// The moment from which all times of the header count.
        func reference() throws(DataError) -> Instant? {
            var parts: [Int] = []
            for place in 70..<76 { parts.append(try whole(place)) }
            guard (0...999).contains(parts[5]) else { return nil }
            return Instant(
                year: parts[0], day: parts[1], hour: parts[2], minute: parts[3], second: parts[4],
                nanosecond: parts[5] * 1_000_000)
        }

        func text(_ offset: Int, _ width: Int) throws(DataError) -> String {
            let text = try file.text(440 + offset, width)
            let trimmed = String(text.reversed().drop { $0 == " " }.reversed()).drop { $0 == " " }
            return trimmed.hasPrefix("-12345") ? "" : String(trimmed)
        }

        func id() throws(DataError) -> String {
            "\(try text(168, 8)).\(try text(0, 8)).\(try text(24, 8)).\(try text(160, 8))"
        }

        /// The first arrival (A) and the ten times T0 to T9, each under the label that the file gives it.
        func picks(from reference: Instant) throws(DataError) -> [Segment.Pick] {
            var picks: [Segment.Pick] = []
            for (name, place, label) in [("A", 8, 40)] + (0..<10).map({ ("T\($0)", 10 + $0, 48 + 8 * $0) }) {
                let time = try float(place)
                guard time != undefined, time.isFinite else { continue }
                let said = try text(label, 8)
                picks.append(
                    .init(
                        name: said.isEmpty ? name : said,
                        time: reference.advanced(bySeconds: Header.decimal(time))))
            }
            return picks
        }
    }

    /// Writes a segment as version 6, least significant byte first. Times of the header are floats, so picks keep some
    /// microseconds only near the start.
    public static func write(_ segment: Segment, to path: String, overwrite: Bool = false) throws(DataError) {
        let file = try OutputFile(path, overwrite: overwrite)
        let samples = segment.samples.floats
        var floats = [Float](repeating: undefined, count: 70)
        var wholes = [Int32](repeating: Int32(undefined), count: 40)
        var texts = Array((0..<24).map { _ in "-12345  " }.joined().utf8)
        func set(_ text: String, _ offset: Int, _ width: Int) {
            let bytes = Array(text.utf8.prefix(width))
            texts.replaceSubrange(
                offset..<offset + width, with: bytes + [UInt8](repeating: 0x20, count: width - bytes.count))
        }
        let milliseconds = Int((Double(segment.start.nanoseconds) / 1e6).rounded(.down))
        let reference = Instant(nanoseconds: milliseconds * 1_000_000)
        let (year, _, _, day, inDay) = reference.calendar
        let second = inDay / 1_000_000_000
        floats[0] = Float(1 / segment.rate)
        floats[1] = samples.min() ?? undefined
        floats[2] = samples.max() ?? undefined
        floats[5] = Float(segment.start.seconds(since: reference))
        floats[6] = floats[5] + Float(Double(max(0, samples.count - 1)) / segment.rate)
        for (number, pick) in segment.picks.prefix(10).enumerated() {
            floats[10 + number] = Float(pick.time.seconds(since: reference))
            set(pick.name, 48 + 8 * number, 8)
        }
        for (place, value) in [year, day, second / 3600, second / 60 % 60, second % 60, inDay / 1_000_000 % 1000]
            .enumerated()
        {
            wholes[place] = Int32(value)
        }
        wholes[6] = 6
        wholes[9] = Int32(clamping: samples.count)
        (wholes[15], wholes[35], wholes[36], wholes[37], wholes[38], wholes[39]) = (1, 1, 1, 1, 1, 0)
        let parts = segment.id.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        if parts.count == 4 {
            set(parts[1], 0, 8)
            if !parts[2].isEmpty { set(parts[2], 24, 8) }
            set(parts[3], 160, 8)
            set(parts[0], 168, 8)
        }
        set("-12345", 8, 16)
        try file.append(raw: floats)
        try file.append(raw: wholes)
        try file.append(texts)
        try file.append(raw: samples)
        try file.finish()
    }
}
