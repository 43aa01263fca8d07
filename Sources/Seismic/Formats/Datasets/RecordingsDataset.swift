import Files
import Foundation
import GraphIR

/// Waveform files as a dataset: what a network recorded, whole or window by window.
public struct RecordingsDataset: Dataset {
    public let path: String
    public let format = "waveforms"
    public var columns: [String] { names.names }
    public var count: Int { pieces.count }
    private let index: RecordingIndex
    private let pieces: [Piece]
    /// By network and station, in order of time.
    private let events: [String: [StationEvent]]
    private let names: ColumnNames
    public let leftOut: [LeftOut]
    private let pickTable: String?

    /// Some samples of a recording.
    private struct Piece: Sendable {
        var recording: Int
        var samples: Range<Int>
    }

    /// What a window may hold at most; a whole week of one station is more than anyone trains on at once.
    private static let mostSamples = 50_000_000

    public init(_ text: String, skippingBad: Bool = false) throws {
        let order = try RecordingsOrder(text)
        path = text
        let (paths, others) = RecordingsReader.contents(of: order.path)
        guard !paths.isEmpty else {
            let isThere = FileManager.default.fileExists(atPath: order.path)
            throw DataError(
                isThere ? .content : .access, file: order.path,
                expected: "a folder with miniSEED or SAC files, or one of them",
                found: isThere ? "none" : "no file or folder of this name")
        }
        let index = try RecordingIndex(paths, skippingBad: skippingBad)
        self.index = index
        leftOut = index.leftOut + others
        guard !index.recordings.isEmpty else {
            throw DataError(
                file: order.path, expected: "recordings",
                found: leftOut.isEmpty ? "none" : "only \(leftOut.map(\.description).joined(separator: "; "))")
        }
        let table = try StationPick.table(in: order.folder)
        pickTable = table.isEmpty ? nil : "\(order.folder)/picks.csv"
        let stations = Set(index.recordings.map { "\($0.stream.network).\($0.stream.station)" })
        if let first = table.first, !table.contains(where: { stations.contains("\($0.network).\($0.station)") }) {
            throw DataError(
                file: "\(order.folder)/picks.csv", expected: "arrivals at \(stations.sorted().prefix(5))",
                found: "only others, as \(first.network).\(first.station)")
        }
        events = Dictionary(grouping: index.picks + table) { "\($0.network).\($0.station)" }
            .mapValues(StationEvent.events)
        pieces = try index.recordings.indices.flatMap { try RecordingsDataset.pieces(of: $0, index, order) }
        var known = Set(RecordingsDataset.fixedColumns)
        var names = RecordingsDataset.fixedColumns
        for piece in pieces {
            for (name, _) in RecordingsDataset.arrivals(piece, index, events) where known.insert(name).inserted {
                names.append(name)
            }
        }
        self.names = ColumnNames(names)
    }

    /// Windows one behind the other, the last one ending where the recording ends; a recording that is shorter than a
    /// window is one piece.
    private static func pieces(of number: Int, _ index: RecordingIndex, _ order: RecordingsOrder) throws -> [Piece] {
        let recording = index.recordings[number]
        let length = order.window.map { Int(clampingTruncated: ($0 * recording.rate).rounded()) } ?? recording.count
        guard (2...mostSamples).contains(length) || order.window == nil && length < 2 else {
            throw DataError(
                .request, file: order.path, expected: "windows of 2 to \(mostSamples) samples (waveforms:…,window=60)",
                found: "\(length) of \(recording.stream.name) at \(recording.rate) Hz")
        }
        guard length < recording.count else { return [Piece(recording: number, samples: 0..<recording.count)] }
        let step = max(1, Int(clampingTruncated: (Double(length) * (1 - order.overlap)).rounded()))
        var firsts = Array(stride(from: 0, through: recording.count - length, by: step))
        if let last = firsts.last, last + length < recording.count { firsts.append(recording.count - length) }
        return firsts.map { Piece(recording: number, samples: $0..<$0 + length) }
    }

    public var files: [String] { index.paths + (pickTable.map { [$0] } ?? []) }

    // MARK: Metadata

    private static let fixedColumns = [
        "trace_name", "trace_start_time", "trace_sampling_rate_hz", "trace_npts", "trace_component_order",
        "trace_channel", "station_network_code", "station_code", "station_location_code", "source_id",
        "trace_category",
    ]

    private static func start(of piece: Piece, _ recording: RecordingIndex.Recording) -> Instant {
        recording.start.advanced(bySeconds: Double(piece.samples.lowerBound) / recording.rate)
    }

    /// The earthquakes under way within a piece.
    private static func events(
        _ piece: Piece, _ recording: RecordingIndex.Recording, _ all: [String: [StationEvent]]
    ) -> [StationEvent] {
        guard let own = all["\(recording.stream.network).\(recording.stream.station)"] else { return [] }
        let start = start(of: piece, recording)
        let end = start.advanced(bySeconds: Double(piece.samples.count) / recording.rate)
        return own.filter { $0.start < end && $0.end >= start }
    }

    /// Arrivals by the names of SeisBench's columns. Those that an earthquake had before the window, or will have
    /// behind it, are known too: they lie outside its samples.
    private static func arrivals(
        _ piece: Piece, _ index: RecordingIndex, _ all: [String: [StationEvent]]
    ) -> [(name: String, sample: Double)] {
        let recording = index.recordings[piece.recording]
        let start = start(of: piece, recording)
        return events(piece, recording, all).enumerated().flatMap { number, event in
            event.picks.map { pick in
                let phase = pick.phase == pick.phase.family ? pick.phase.rawValue.lowercased() : pick.phase.rawValue
                let sample = pick.time.seconds(since: start) * recording.rate
                return ("trace_\(phase)\(number == 0 ? "" : "\(number + 1)")_arrival_sample", sample)
            }
        }
    }

    public func metadata(_ number: Int) -> TraceMetadata {
        let piece = pieces[number]
        let recording = index.recordings[piece.recording]
        let stream = recording.stream
        let start = RecordingsDataset.start(of: piece, recording)
        var row = TraceMetadata(columns: names, values: [])
        row["trace_name"] = "\(stream.name)_\(start)"
        row["trace_start_time"] = start.description
        row.set("trace_sampling_rate_hz", recording.rate)
        row.set("trace_npts", Double(piece.samples.count))
        row["trace_component_order"] = String(recording.components)
        row["trace_channel"] = stream.band
        row["station_network_code"] = stream.network
        row["station_code"] = stream.station
        row["station_location_code"] = stream.location.isEmpty ? nil : stream.location
        let shown = RecordingsDataset.events(piece, recording, events)
        row["source_id"] = shown.first?.name
        row["trace_category"] = shown.isEmpty ? nil : "earthquake_local"
        for (name, sample) in RecordingsDataset.arrivals(piece, index, events) {
            row.set(name, sample.rounded(decimals: 3))
        }
        return row
    }

    // MARK: Samples

    public func trace(_ number: Int) throws -> Trace {
        let piece = pieces[number]
        let recording = index.recordings[piece.recording]
        let metadata = metadata(number)
        let (first, count) = (piece.samples.lowerBound, piece.samples.count)
        // What nobody recorded is no number; preparation fills it.
        var samples = [Float](repeating: .nan, count: recording.records.count * count)
        do throws(DataError) {
            for component in recording.records.indices {
                for record in recording.records(of: component, in: piece.samples) {
                    let shared = (record.first..<record.first + record.count).clamped(to: piece.samples)
                    guard !shared.isEmpty else { continue }
                    let values = try index.samples(record)
                    // Of what was sent twice the first counts.
                    for sample in shared where samples[component * count + sample - first].isNaN {
                        samples[component * count + sample - first] = values[sample - record.first]
                    }
                }
            }
        } catch {
            throw error.about(trace: metadata["trace_name"] ?? "\(number)")
        }
        return Trace(
            name: metadata["trace_name"] ?? "\(number)", start: RecordingsDataset.start(of: piece, recording),
            rate: recording.rate, components: String(recording.components), samples: samples, length: count,
            metadata: metadata)
    }
}
