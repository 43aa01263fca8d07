import Files
import GraphIR

/// Segments as the arrays that a network takes.
extension Segment {
    /// What a script is told of a segment.
    public var json: JSON {
        var members: [JSON.Member] = [
            .init("id", .string(id)), .init("start", .string(start.description)), .init("rate_hz", .number(rate)),
            .init("samples", .int(samples.count)),
        ]
        if !picks.isEmpty {
            members.append(
                .init("picks", .array(picks.map { ["name": .string($0.name), "time": .string($0.time.description)] })))
        }
        return .object(members)
    }

    /// The channel's name without its last letter, which is the component.
    private var station: Substring { id.dropLast() }

    /// Segments of equal length as one array `[batch, channel, time]`: the components of one station over the same time
    /// as the channels of one window, anything else as a window of one channel each.
    public static func array(of segments: [Segment], for path: String) throws(DataError) -> NumberArray {
        guard let first = segments.first else {
            throw DataError(file: path, expected: "a segment to write", found: "none")
        }
        guard segments.allSatisfy({ $0.samples.count == first.samples.count }) else {
            let counts = segments.map { "\($0.samples.count)" }.joined(separator: ", ")
            throw DataError(
                file: path, expected: "segments of one length, or a name in .npz to keep each for itself",
                found: "\(counts) samples")
        }
        let isOneStation = segments.allSatisfy {
            $0.station == first.station && $0.start == first.start && $0.rate == first.rate
        }
        let isWindow = isOneStation && Set(segments.map(\.id)).count == segments.count
        let shape = isWindow ? [1, segments.count, first.samples.count] : [segments.count, 1, first.samples.count]
        return NumberArray(shape: shape, floats: segments.flatMap { $0.samples.floats })
    }

    /// Writes segments as floats: one array in a `.npy` file, one each by name in a `.npz` file.
    public static func write(_ segments: [Segment], asArraysIn path: String, overwrite: Bool) throws(DataError) {
        guard path.hasSuffix(".npz") else {
            return try NPY.write(try array(of: segments, for: path), to: path, overwrite: overwrite)
        }
        var entries: [NPZ.Entry] = []
        var uses: [String: Int] = [:]
        for segment in segments {
            let use = uses[segment.id, default: 0]
            uses[segment.id] = use + 1
            let array = NumberArray(shape: [1, 1, segment.samples.count], floats: segment.samples.floats)
            entries.append(.init(use == 0 ? segment.id : "\(segment.id) \(use + 1)", array))
        }
        try NPZ.write(entries, to: path, overwrite: overwrite)
    }

    /// How many samples a float cannot hold exactly.
    public static func roundedSamples(of segments: [Segment]) -> Int {
        segments.reduce(0) { total, segment in
            total + (segment.samples.int32 ?? []).count { Int64(Float($0)) != Int64($0) }
                + (segment.samples.float64 ?? []).count { Double(Float($0)) != $0 && !$0.isNaN }
        }
    }
}
