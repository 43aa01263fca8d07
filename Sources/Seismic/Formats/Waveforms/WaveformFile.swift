import Files

/// Any file of recordings without labels: miniSEED 2 and 3, or SAC, told apart by their first bytes.
public enum WaveformFile {
    /// The segments of a file, by channel and time, and what was wrong with records that were left out.
    public static func read(_ path: String, skippingBad: Bool = false) throws(DataError) -> (
        segments: [Segment], bad: [DataError]
    ) {
        let file = try FileBytes(mapping: path)
        if SAC.bigEndian(file) != nil, !MiniSEED.isRecord(file, at: 0) { return ([try SAC.read(file)], []) }
        return try MiniSEED.read(file, skippingBad: skippingBad)
    }

    /// Whether a file begins as one of these.
    public static func isOne(_ path: String) -> Bool {
        guard let file = try? FileBytes(mapping: path) else { return false }
        return MiniSEED.isRecord(file, at: 0) || SAC.bigEndian(file) != nil
    }
}
