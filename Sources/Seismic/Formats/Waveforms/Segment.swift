/// A stretch of one channel's recording without a gap, as waveform files hold it.
public struct Segment: Sendable {
    /// `NET.STA.LOC.CHA`
    public var id: String
    public var start: Instant
    /// Samples a second.
    public var rate: Double
    public var samples: Samples
    /// Arrival times that the file gives, by the name it gives them (`P`, `S`, `A`).
    public var picks: [Pick] = []

    public struct Pick: Hashable, Sendable {
        public var name: String
        public var time: Instant
        public init(name: String, time: Instant) {
            self.name = name
            self.time = time
        }
    }

    /// Samples in the type in which the file keeps them.
    public enum Samples: Hashable, Sendable {
        case int32([Int32])
        case float32([Float])
        case float64([Double])

        public var count: Int {
            switch self {
            case .int32(let values): values.count
            case .float32(let values): values.count
            case .float64(let values): values.count
            }
        }
        public var floats: [Float] {
            switch self {
            case .int32(let values): values.map(Float.init)
            case .float32(let values): values
            case .float64(let values): values.map { Float($0) }
            }
        }
        var int32: [Int32]? { if case .int32(let values) = self { values } else { nil } }
        var float32: [Float]? { if case .float32(let values) = self { values } else { nil } }
        var float64: [Double]? { if case .float64(let values) = self { values } else { nil } }
        fileprivate func isSameType(as other: Samples) -> Bool {
            switch (self, other) {
            case (.int32, .int32), (.float32, .float32), (.float64, .float64): true
            default: false
            }
        }
    }

    public init(id: String, start: Instant, rate: Double, samples: Samples, picks: [Pick] = []) {
        self.id = id
        self.start = start
        self.rate = rate
        self.samples = samples
        self.picks = picks
    }

    /// When the sample after the last would be taken.
    public var end: Instant { start.advanced(bySeconds: Double(samples.count) / rate) }

    /// Puts records together: sorted by channel and time, joined where one begins within half a sample of where another
    /// ends, at the same rate (to one in ten thousand) and in the same type. What overlaps or leaves a gap stays apart.
    static func joined(_ records: [Segment]) -> [Segment] {
        let order = records.indices.sorted {
            (records[$0].id, records[$0].start.nanoseconds, $0) < (records[$1].id, records[$1].start.nanoseconds, $1)
        }
        // Each group is the records of one segment; samples are copied once, at the end.
        var groups: [(members: [Int], end: Instant)] = []
        for index in order {
            let record = records[index]
            let recent = groups.indices.suffix(8).reversed().first { place in
                let first = records[groups[place].members[0]]
                return first.id == record.id && abs(1 - first.rate / record.rate) < 1e-4
                    && first.samples.isSameType(as: record.samples)
                    && abs(record.start.seconds(since: groups[place].end)) <= 0.5 / record.rate
            }
            if let recent {
                groups[recent].members.append(index)
                groups[recent].end = record.end
            } else {
                groups.append(([index], record.end))
            }
        }
        return groups.map { group in
            var segment = records[group.members[0]]
            segment.samples = concatenated(group.members.map { records[$0].samples })
            return segment
        }
    }

    private static func concatenated(_ parts: [Samples]) -> Samples {
        if parts.count == 1 { return parts[0] }
        switch parts[0] {
        case .int32: return .int32(parts.flatMap { part in part.int32 ?? [] })
        case .float32: return .float32(parts.flatMap { part in part.float32 ?? [] })
        case .float64: return .float64(parts.flatMap { part in part.float64 ?? [] })
        }
    }
}
