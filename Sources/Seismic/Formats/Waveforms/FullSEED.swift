import Files

/// The headers of a full SEED volume (SEED manual, 2012, chapter 4): texts about the volume, its stations and their
/// instruments, before the records of data. They are known, so that they can be passed over.
enum FullSEED {
    /// Whether a control header stands here: six digits, then its kind (volume, dictionary, station, time span).
    static func isControlHeader(_ file: FileBytes, at offset: Int) -> Bool {
        guard let head = try? file.bytes(offset, 8) else { return false }
        return head[..<6].allSatisfy { (0x30...0x39).contains($0) } && [UInt8]("VAST".utf8).contains(head[6])
            && (head[7] == 0x20 || head[7] == UInt8(ascii: "*"))
    }

    /// How long the header that stands here is: as the volume's first one says, else up to the next that begins at a
    /// power of two, else up to the end.
    static func recordLength(_ file: FileBytes, at offset: Int) -> Int {
        if let length = statedLength(file) { return min(length, file.count - offset) }
        for exponent in 8...16 {
            let next = offset + (1 << exponent)
            if isControlHeader(file, at: next) || MiniSEED.isRecord(file, at: next) { return 1 << exponent }
        }
        return file.count - offset
    }

    /// The exponent of two in the blockette 5, 8 or 10 of the volume's first header.
    private static func statedLength(_ file: FileBytes) -> Int? {
        guard isControlHeader(file, at: 0) else { return nil }
        var place = 8
        // Kind and length of a blockette stand in its first seven letters.
        while let kind = number(file, place, 3), let length = number(file, place + 3, 4), length >= 7 {
            if [5, 8, 10].contains(kind) {
                return number(file, place + 11, 2).flatMap { (8...16).contains($0) ? 1 << $0 : nil }
            }
            place += length
        }
        return nil
    }

    private static func number(_ file: FileBytes, _ offset: Int, _ width: Int) -> Int? {
        guard let text = try? file.text(offset, width) else { return nil }
        return Int(text.drop { $0 == " " })
    }
}
