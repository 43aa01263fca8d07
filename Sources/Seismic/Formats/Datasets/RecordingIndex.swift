import Foundation

/// Where in a folder of waveform files each station's recordings stand: found once, by reading every record, so that a
/// window of a week can be cut out later without reading the week again.
struct RecordingIndex: Sendable {
    /// A stretch of one channel in one file.
    struct Record: Sendable {
        var file: Int
        var offset: Int
        var start: Instant
        var count: Int
        var rate: Double
        var end: Instant { start.advanced(bySeconds: Double(count) / rate) }
    }

    /// Components of one station that were recorded together: `records[component]` in order of time.
    struct Recording: Sendable {
        var network, station, location: String
        /// Band and instrument, as `HH`.
        var channel: String
        var rate: Double
        var components: String
        var records: [[Record]]
        var start: Instant
        var count: Int
        /// The longest record in seconds.
        var longest = 0.0

        /// The records of a component that may reach into a stretch: found by halves, as a week has many.
        func records(of component: Int, from first: Instant, to end: Instant) -> ArraySlice<Record> {
            let all = records[component]
            func place(_ time: Instant) -> Int {
                var (low, high) = (0, all.count)
                while low < high {
                    let middle = (low + high) / 2
                    if all[middle].start < time { low = middle + 1 } else { high = middle }
                }
                return low
            }
            let (low, high) = (place(first.advanced(bySeconds: -longest - 1)), place(end))
            return all[low..<max(low, high)]
        }
    }

    let files: [FileBytes]
    private(set) var recordings: [Recording]
    /// What the files say of arrivals, by station.
    private(set) var picks: [(network: String, station: String, phase: Phase, time: Instant)] = []

    /// A silence of all components that is longer than this many seconds ends a recording.
    static let longestSilence = 1.0

    init(_ paths: [String]) throws(DataError) {
        var files: [FileBytes] = []
        var channels: [String: [Record]] = [:]
        for path in paths {
            let file = try FileBytes(mapping: path)
            for (segment, offset) in try RecordingIndex.records(of: file) {
                let record = Record(
                    file: files.count, offset: offset, start: segment.start, count: segment.samples.count,
                    rate: segment.rate)
                channels[segment.id, default: []].append(record)
                let names = RecordingIndex.names(segment.id)
                for pick in segment.picks {
                    guard let phase = Phase(catalogue: pick.name == "A" ? "P" : pick.name) else { continue }
                    picks.append((names.network, names.station, phase, pick.time))
                }
            }
            files.append(file)
        }
        self.files = files
        recordings = RecordingIndex.recordings(channels)
    }

    /// Network, station, location and channel of `NET.STA.LOC.CHA`.
    private static func names(_ id: String) -> (network: String, station: String, location: String, channel: String) {
        let parts = id.split(separator: ".", omittingEmptySubsequences: false).map(String.init) + ["", "", "", ""]
        return (parts[0], parts[1], parts[2], parts[3])
    }

    /// Each record with its samples, in the file's order; a SAC file is one.
    private static func records(of file: FileBytes) throws(DataError) -> [(Segment, offset: Int)] {
        guard MiniSEED.isRecord(file, at: 0) else { return [(try SAC.read(file), 0)] }
        var records: [(Segment, Int)] = []
        var offset = 0
        while offset < file.count {
            let (segment, length) = try MiniSEED.record(file, at: offset)
            if var segment {
                // Only where it stands is kept.
                segment.samples = .int32([Int32](repeating: 0, count: segment.samples.count))
                records.append((segment, offset))
            }
            offset += length
        }
        return records
    }

    /// The samples of a record.
    func samples(_ record: Record) throws(DataError) -> [Float] {
        let file = files[record.file]
        guard MiniSEED.isRecord(file, at: 0) else { return try SAC.read(file).samples.floats }
        return try MiniSEED.record(file, at: record.offset).0?.samples.floats ?? []
    }

    private static func recordings(_ channels: [String: [Record]]) -> [Recording] {
        var groups: [String: [(component: Character, records: [Record])]] = [:]
        for (id, records) in channels {
            for (rate, same) in Dictionary(grouping: records, by: { ($0.rate * 1e4).rounded() / 1e4 }) {
                let key = "\(id.dropLast())\n\(rate)"
                let sorted = same.sorted { ($0.start, $0.file, $0.offset) < ($1.start, $1.file, $1.offset) }
                groups[key, default: []].append((id.last ?? "Z", sorted))
            }
        }
        return groups.keys.sorted().flatMap { key -> [Recording] in
            let parts = key.split(separator: "\n")
            let order = Array("ZNE12")
            let components = (groups[key] ?? []).sorted { a, b in
                let (place, other) = (order.firstIndex(of: a.component) ?? 9, order.firstIndex(of: b.component) ?? 9)
                return (place, a.component) < (other, b.component)
            }
            return together(components, names(String(parts[0]) + "?"), rate: Double(parts[1]) ?? 0)
        }
    }

    /// Cuts the components of a station where all of them are silent.
    private static func together(
        _ components: [(component: Character, records: [Record])],
        _ names: (network: String, station: String, location: String, channel: String), rate: Double
    ) -> [Recording] {
        let all = components.enumerated().flatMap { place, entry in entry.records.map { (place, $0) } }
            .sorted { ($0.1.start, $0.0) < ($1.1.start, $1.0) }
        var recordings: [Recording] = []
        var end: Instant?
        for (place, record) in all {
            if end.map({ record.start.seconds(since: $0) > longestSilence }) ?? true {
                recordings.append(
                    Recording(
                        network: names.network, station: names.station, location: names.location,
                        channel: String(names.channel.dropLast()), rate: record.rate,
                        components: String(components.map(\.component)), records: components.map { _ in [] },
                        start: record.start, count: 0))
                end = nil
            }
            let last = recordings.count - 1
            recordings[last].records[place].append(record)
            recordings[last].longest = max(recordings[last].longest, Double(record.count) / record.rate)
            let latest = max(end ?? record.end, record.end)
            end = latest
            recordings[last].count = Int(
                clampingTruncated: (latest.seconds(since: recordings[last].start) * record.rate).rounded())
        }
        return recordings
    }
}
