import Files

/// What became of every second of every instrument, so that an empty answer says why it is empty.
public struct Coverage: Sendable {
    public enum Fate: String, Sendable, CaseIterable {
        case picked
        case tooShort = "too short"
        case gap
        case noVertical = "no Z"
        case rate
        case dead
        case damaged
        case notPreferred = "not preferred"
        case components = "no usable component"
    }
    public struct Row: Sendable, Hashable {
        public var group: StreamGroup
        public var from: Instant
        public var to: Instant
        /// The channels' letters, as `ZNE`.
        public var components: String
        public var fate: Fate
        public var windows: Int
        public var seconds: Double { to.seconds(since: from) }
        public init(
            _ group: StreamGroup, from: Instant, to: Instant, components: String, _ fate: Fate, windows: Int = 0
        ) {
            self.group = group
            self.from = from
            self.to = to
            self.components = components
            self.fate = fate
            self.windows = windows
        }
    }
    public private(set) var rows: [Row] = []
    public init() {}

    /// What follows the last row of the same group without a break and has the same fate makes that row longer.
    public mutating func add(_ row: Row) {
        guard row.from < row.to else { return }
        if let last = rows.last, last.group == row.group, last.fate == row.fate, last.to == row.from,
            last.components == row.components
        {
            rows[rows.count - 1].to = row.to
            rows[rows.count - 1].windows += row.windows
        } else {
            rows.append(row)
        }
    }

    public mutating func add(_ other: Coverage) { rows += other.rows }

    /// Hours by fate, over all instruments.
    public var hours: [Fate: Double] {
        rows.reduce(into: [:]) { hours, row in hours[row.fate, default: 0] += row.seconds / 3600 }
    }

    public var csv: String {
        CSV.text(
            [["network", "station", "location", "channels", "from", "to", "components", "what", "windows"]]
                + rows.map { row in
                    [
                        row.group.network, row.group.station, row.group.location, row.group.band,
                        row.from.description, row.to.description, row.components, row.fate.rawValue,
                        String(row.windows),
                    ]
                })
    }
}
