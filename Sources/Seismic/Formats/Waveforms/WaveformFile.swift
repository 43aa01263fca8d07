import Files

/// Any file of recordings without labels: miniSEED 2 and 3 and volumes of full SEED, SAC in bits or in letters, each
/// also packed with gzip. They are told apart by their first bytes.
public enum WaveformFile {
    /// The segments of a file, by channel and time, what was wrong with records that were left out, and what holds no
    /// samples.
    public static func read(_ path: String, skippingBad: Bool = false) throws(DataError) -> MiniSEED.Contents {
        let file = try FileBytes(opening: path)
        guard let sac = SAC.asBits(file) else { return try MiniSEED.read(file, skippingBad: skippingBad) }
        return MiniSEED.Contents(segments: [try SAC.read(sac())])
    }

    /// Whether a file begins as one of these.
    public static func isOne(_ path: String) -> Bool {
        guard let file = try? FileBytes(opening: path) else { return false }
        return MiniSEED.begins(file) || SAC.asBits(file) != nil
    }
}

extension SAC {
    /// How to get at the bits of a SAC file, where it is one; a text is made bits when asked for.
    static func asBits(_ file: FileBytes) -> (() throws(DataError) -> FileBytes)? {
        if MiniSEED.begins(file) { return nil }
        if bigEndian(file) != nil { return { file } }
        return SACText.begins(file) ? { () throws(DataError) in try SACText.binary(file) } : nil
    }
}
