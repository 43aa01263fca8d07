import Files
import Foundation
import Synchronization

/// Where in a folder of waveform files each station's recordings stand: found once, by looking at every record, so that
/// a window of a week can be cut out later without reading the week again.
final class RecordingIndex: Sendable {
    /// A stretch of one channel in one file.
    struct Record: Sendable {
        var file: Int
        var offset: Int
        var start: Instant
        var count: Int
        var rate: Double
        /// Where its first sample stands in its recording.
        var first = 0
        var end: Instant { start.advanced(bySeconds: Double(count) / rate) }
    }

    /// A station's band and instrument: what its components share.
    struct Stream: Hashable, Sendable {
        var network, station, location, band: String
        var name: String { "\(network).\(station).\(location).\(band)" }
    }

    /// Components of one station that were recorded together: `records[component]` in order of time.
    struct Recording: Sendable {
        var stream: Stream
        var rate: Double
        var components: [Character]
        var records: [[Record]]
        var start: Instant
        var count = 0
        /// The longest record, in samples.
        var longest = 0

        /// The records of a component that may reach into a stretch: found by halves, as a week has many.
        func records(of component: Int, in stretch: Range<Int>) -> ArraySlice<Record> {
            let all = records[component]
            func place(_ sample: Int) -> Int {
                var (low, high) = (0, all.count)
                while low < high {
                    let middle = (low + high) / 2
                    if all[middle].first < sample { low = middle + 1 } else { high = middle }
                }
                return low
            }
            let (low, high) = (place(stretch.lowerBound - longest), place(stretch.upperBound))
            return all[low..<max(low, high)]
        }
    }

    let recordings: [Recording]
    /// What the files' headers say of arrivals.
    let picks: [StationPick]
    /// What holds no samples.
    let leftOut: [LeftOut]
    private let files: [(path: String, identity: FileBytes.Identity?, count: Int)]
    /// The files that hold recordings, in the order of the index.
    var paths: [String] { files.map(\.path) }
    /// Files that were looked into lately. A catalogue of event files has more than a process may map at once.
    private let open = Mutex<[Int: FileBytes]>([:])
    private static let mostOpen = 256
    /// What was unpacked takes memory of its own.
    private static let mostUnpacked = 8

    /// A silence of all components that is longer than this many seconds ends a recording.
    static let longestSilence = 1.0
    /// Samples a second; what is outside no seismometer records.
    static let rates = 1e-6...1e6

    /// - Parameter skippingBad: whether damaged records are left out and counted; else the first one is thrown.
    init(_ paths: [String], skippingBad: Bool = false) throws(DataError) {
        var files: [(path: String, identity: FileBytes.Identity?, count: Int)] = []
        var found = Found(skipsBad: skippingBad)
        for path in paths {
            let file = try FileBytes(opening: path)
            let unread = try RecordingIndex.visit(
                file, bad: { error throws(DataError) in try found.leaveOut(error) },
                { (segment, offset) throws(DataError) in
                    do throws(DataError) {
                        try found.add(segment, at: offset, in: file, number: files.count)
                    } catch {
                        try found.leaveOut(error)
                    }
                })
            found.leftOut.add(unread)
            files.append((path, file.identity, file.count))
        }
        leftOut = found.leftOut
        self.files = files
        picks = found.picks
        recordings = found.channels.sorted { $0.key.name < $1.key.name }.flatMap { stream, components in
            RecordingIndex.recordings(stream, components)
        }
    }

    /// What the records say that were looked at so far.
    private struct Found {
        var skipsBad: Bool
        var channels: [Stream: [Character: [Record]]] = [:]
        var picks: [StationPick] = []
        var leftOut: [LeftOut] = []

        mutating func add(_ segment: Segment, at offset: Int, in file: FileBytes, number: Int) throws(DataError) {
            guard RecordingIndex.rates.contains(segment.rate) else {
                throw file.error(
                    at: offset, expected: "a sampling rate from 1e-6 to 1e6 Hz", found: "\(segment.rate) Hz")
            }
            let (stream, component) = try RecordingIndex.names(segment.id, file, offset)
            let record = Record(
                file: number, offset: offset, start: segment.start, count: segment.samples.count, rate: segment.rate)
            if record.count > 0 { channels[stream, default: [:]][component, default: []].append(record) }
            for pick in segment.picks {
                guard let phase = Phase(catalogue: pick.name == "A" ? "P" : pick.name) else { continue }
                picks.append(
                    StationPick(network: stream.network, station: stream.station, phase: phase, time: pick.time))
            }
        }

        /// A damaged record is named by its place. A file that cannot be read at all is no damaged record.
        mutating func leaveOut(_ error: DataError) throws(DataError) {
            guard error.cause == .content else { throw error }
            guard skipsBad else {
                throw error.helped(
                    "--skip-bad (of train, evaluate, compare, plot, data) leaves damaged records out and counts them")
            }
            leftOut.add("damaged records", example: error.file + (error.byte.map { " at byte \($0)" } ?? ""))
        }
    }

    /// The parts of `NET.STA.LOC.CHA`; the channel's last letter is the component.
    private static func names(
        _ id: String, _ file: FileBytes, _ offset: Int
    ) throws(DataError) -> (Stream, component: Character) {
        let parts = id.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 4, let component = parts[3].last else {
            throw file.error(at: offset, expected: "a channel's name, NET.STA.LOC.CHA", found: "'\(id)'")
        }
        let band = String(parts[3].dropLast())
        return (Stream(network: parts[0], station: parts[1], location: parts[2], band: band), component)
    }

    /// Each record in the file's order; a SAC file is one. Those that cannot be read are told.
    private static func visit(
        _ file: FileBytes, bad: (DataError) throws(DataError) -> Void,
        _ body: (Segment, _ offset: Int) throws(DataError) -> Void
    ) throws(DataError) -> [LeftOut] {
        guard let sac = SAC.asBits(file) else { return try MiniSEED.walk(file, bad: bad, body) }
        let segment: Segment
        do throws(DataError) { segment = try SAC.read(sac()) } catch {
            try bad(error)
            return []
        }
        try body(segment, 0)
        return []
    }

    /// The samples of a record.
    func samples(_ record: Record) throws(DataError) -> [Float] {
        let file = try file(record.file)
        let segment: Segment?
        if let sac = SAC.asBits(file) {
            segment = try SAC.read(sac())
        } else {
            segment = try MiniSEED.record(file, at: record.offset).0
        }
        let samples = segment?.samples.floats
        guard let samples, samples.count == record.count else {
            throw file.error(
                at: record.offset, expected: "\(record.count) samples as before", found: "\(samples?.count ?? 0)")
        }
        return samples
    }

    private func file(_ number: Int) throws(DataError) -> FileBytes {
        if let file = open.withLock({ $0[number] }) { return file }
        let known = files[number]
        let file = try FileBytes(opening: known.path)
        guard file.count == known.count, file.identity?.modified == known.identity?.modified else {
            throw file.error(at: nil, expected: "the file that was opened", found: "one that changed since")
        }
        open.withLock { open in
            if open.count >= (file.isMapped ? RecordingIndex.mostOpen : RecordingIndex.mostUnpacked) { open = [:] }
            open[number] = file
        }
        return file
    }

    // MARK: What was recorded together

    private static func recordings(_ stream: Stream, _ channels: [Character: [Record]]) -> [Recording] {
        let order = Array("ZNE12")
        let components = channels.keys.sorted { a, b in
            (order.firstIndex(of: a) ?? 9, a) < (order.firstIndex(of: b) ?? 9, b)
        }
        let all = components.enumerated().flatMap { place, component in
            (channels[component] ?? []).map { (place, $0) }
        }
        // Loggers write measured rates: what differs by less than one in ten thousand is one.
        var recordings: [Recording] = []
        var rest = all.sorted { $0.1.rate < $1.1.rate }[...]
        while let lowest = rest.first?.1.rate {
            let same = rest.prefix { $0.1.rate / lowest - 1 < 1e-4 }
            rest = rest.dropFirst(same.count)
            recordings += together(Array(same), stream, components)
        }
        return recordings.sorted { $0.start < $1.start }
    }

    /// Cuts the components of a station where all of them are silent.
    private static func together(
        _ records: [(component: Int, record: Record)], _ stream: Stream, _ components: [Character]
    ) -> [Recording] {
        let sorted = records.sorted { a, b in
            (a.record.start, a.component, a.record.file, a.record.offset)
                < (b.record.start, b.component, b.record.file, b.record.offset)
        }
        var recordings: [Recording] = []
        var end: Instant?
        for (component, record) in sorted {
            if end.map({ record.start.seconds(since: $0) > longestSilence }) ?? true {
                recordings.append(
                    Recording(
                        stream: stream, rate: record.rate, components: components, records: components.map { _ in [] },
                        start: record.start))
                end = nil
            }
            end = max(end ?? record.end, record.end)
            recordings[recordings.count - 1].add(record, to: component)
        }
        return recordings.map(\.withoutSilentComponents)
    }
}

extension RecordingIndex.Recording {
    /// A record's place is counted once, on the recording's own samples.
    fileprivate mutating func add(_ record: RecordingIndex.Record, to component: Int) {
        var record = record
        record.first = Int(clampingTruncated: (record.start.seconds(since: start) * rate).rounded())
        records[component].append(record)
        count = max(count, record.first + record.count)
        longest = max(longest, record.count)
    }

    fileprivate var withoutSilentComponents: RecordingIndex.Recording {
        var recording = self
        let heard = records.indices.filter { !records[$0].isEmpty }
        recording.components = heard.map { components[$0] }
        recording.records = heard.map { records[$0] }
        return recording
    }
}
