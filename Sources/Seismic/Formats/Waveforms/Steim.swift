import Files

/// Steim's compression of whole numbers: differences from sample to sample in frames of 64 bytes, each with a word that
/// says how the other fifteen are cut (SEED manual, appendix B).
enum Steim {
    enum Version { case one, two }

    /// Unpacks so many samples. Both ends that the frames state must come out.
    static func decode(_ body: ByteReader, count: Int, version: Version) throws(DataError) -> [Int32] {
        // A frame holds at most 15 words of 7 differences.
        guard count <= body.remaining / 64 * 105 else {
            throw body.file.error(
                at: body.offset, expected: "frames for \(count) samples", found: "\(body.remaining) bytes")
        }
        var samples = [Int32](repeating: 0, count: count)
        let (value, last) = try samples.withUnsafeMutableBufferPointer { (samples) throws(DataError) in
            try unpack(body, version, into: samples)
        }
        guard count == 0 || value == last else {
            throw body.file.error(at: body.offset + 8, expected: "the last sample \(last)", found: "\(value)")
        }
        return samples
    }

    /// Fills all samples; the last one, and what the frames say it is.
    private static func unpack(
        _ body: ByteReader, _ version: Version, into samples: UnsafeMutableBufferPointer<Int32>
    ) throws(DataError) -> (value: Int32, last: Int32) {
        var reader = body
        var (first, last, value): (Int32, Int32, Int32) = (0, 0, 0)
        var filled = 0
        var isFirstFrame = true
        while filled < samples.count {
            guard reader.remaining >= 64 else {
                throw body.file.error(
                    at: reader.offset, expected: "frames for \(samples.count) samples", found: "\(filled)")
            }
            let control = try reader.integer(UInt32.self)
            for word in 1..<16 {
                var bits = try reader.integer(UInt32.self)
                if isFirstFrame, word <= 2 {
                    if word == 1 { first = Int32(bitPattern: bits) } else { last = Int32(bitPattern: bits) }
                    continue
                }
                let kind = control &>> UInt32(truncatingIfNeeded: 30 &- 2 &* word) & 3
                guard let (size, parts) = Steim.cut(kind, bits, version) else {
                    throw body.file.error(at: reader.offset - 4, expected: "a word of differences", found: "none")
                }
                if !body.bigEndian {
                    // Bytes and halves stand in the order of their differences, whatever the order within a number.
                    if size == 8 { bits = bits.byteSwapped }
                    if size == 16 { bits = bits << 16 | bits >> 16 }
                }
                let spare = 32 &- size
                var shift = (parts &- 1) &* size
                for _ in 0..<min(parts, samples.count &- filled) {
                    let left = (bits &>> UInt32(truncatingIfNeeded: shift)) &<< UInt32(truncatingIfNeeded: spare)
                    let difference = Int32(bitPattern: left) &>> Int32(truncatingIfNeeded: spare)
                    value = filled == 0 ? first : value &+ difference
                    samples[filled] = value
                    filled &+= 1
                    shift &-= size
                }
            }
            isFirstFrame = false
        }
        return (value, last)
    }

    /// How wide the differences of a word are, and how many there are.
    private static func cut(_ kind: UInt32, _ word: UInt32, _ version: Version) -> (size: Int, parts: Int)? {
        switch (kind, version, word >> 30) {
        case (0, _, _): (32, 0)
        case (1, _, _): (8, 4)
        case (2, .one, _): (16, 2)
        case (3, .one, _): (32, 1)
        case (2, .two, 1): (30, 1)
        case (2, .two, 2): (15, 2)
        case (2, .two, 3): (10, 3)
        case (3, .two, 0): (6, 5)
        case (3, .two, 1): (5, 6)
        case (3, .two, 2): (4, 7)
        default: nil
        }
    }

    /// The ways to cut a word of version 2, most differences first: how many, how wide, the kind, the word's own two
    /// bits where it has them.
    private static let cuts: [(parts: Int, size: Int, kind: UInt32, mark: UInt32)] = [
        (7, 4, 3, 2), (6, 5, 3, 1), (5, 6, 3, 0), (4, 8, 1, 0), (3, 10, 2, 3), (2, 15, 2, 2), (1, 30, 2, 1),
    ]

    /// Packs samples into at most so many frames of version 2, most significant byte first. `nil` where a difference
    /// needs more than 30 bits; else the frames and how many samples they hold.
    static func encode(_ samples: ArraySlice<Int32>, after previous: Int32, frames: Int) -> (
        bytes: [UInt8], count: Int
    )? {
        var words: [UInt32] = []
        var next = samples.startIndex
        var last = previous
        while next < samples.endIndex, words.count < frames * 16 {
            let place = words.count % 16
            if place == 0 {
                words.append(0)
                continue
            }
            if words.count == 1 || words.count == 2 {
                words.append(0)
                continue
            }
            var differences: [Int64] = []
            var before = last
            for index in next..<min(next + 7, samples.endIndex) {
                differences.append(Int64(samples[index]) - Int64(before))
                before = samples[index]
            }
            let cut = cuts.first { cut in
                cut.parts <= differences.count
                    && differences[..<cut.parts].allSatisfy { $0 >= -(1 << (cut.size - 1)) && $0 < 1 << (cut.size - 1) }
            }
            guard let cut else { return nil }
            var word = cut.kind == 1 ? 0 : cut.mark << 30
            for part in 0..<cut.parts {
                let mask = UInt32(1) << UInt32(cut.size) - 1
                word |=
                    (UInt32(truncatingIfNeeded: differences[part]) & mask) << UInt32((cut.parts - 1 - part) * cut.size)
            }
            words[words.count - place] |= cut.kind << UInt32(30 - 2 * place)
            words.append(word)
            next += cut.parts
            last = samples[next - 1]
        }
        guard next > samples.startIndex else { return ([], 0) }
        words[1] = UInt32(bitPattern: samples[samples.startIndex])
        words[2] = UInt32(bitPattern: last)
        words += repeatElement(0, count: frames * 16 - words.count)
        return (words.flatMap { word in withUnsafeBytes(of: word.bigEndian) { Array($0) } }, next - samples.startIndex)
    }
}
