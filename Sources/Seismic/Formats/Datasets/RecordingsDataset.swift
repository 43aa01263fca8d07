import Foundation
import GraphIR

/// Waveform files as a dataset: what a network recorded, whole or window by window.
struct RecordingsDataset: Dataset {
    /// `waveforms:FOLDER[,window=SECONDS][,overlap=SHARE]`, or the folder or file alone.
    struct Order: Hashable {
        var path: String
        /// In seconds; recordings are whole where it is not given.
        var window: Double?
        var overlap = 0.0
    }

    let path: String
    let format = "waveforms"
    let columns: [String]
    var count: Int { pieces.count }
    private let index: RecordingIndex
    private let pieces: [Piece]
    private let rows: [TraceMetadata]

    /// Some samples of a recording.
    private struct Piece: Sendable {
        var recording: Int
        var first: Int
        var count: Int
    }

    init(_ text: String) throws {
        let order = try Order(text)
        path = text
        let paths = RecordingsReader.files(in: order.path)
        guard !paths.isEmpty else {
            throw DataError(
                .access, file: order.path, expected: "a folder with miniSEED or SAC files, or one of them",
                found: FileManager.default.fileExists(atPath: order.path) ? "none" : "no file or folder of this name")
        }
        let index = try RecordingIndex(paths)
        self.index = index
        pieces = index.recordings.indices.flatMap { RecordingsDataset.pieces(of: $0, index, order) }
        let picks = try index.picks + PickTable.read(beside: order.path)
        let byStation = Dictionary(grouping: picks) { "\($0.network).\($0.station)" }
        rows = pieces.map { piece in
            let recording = index.recordings[piece.recording]
            return RecordingsDataset.row(piece, recording, byStation["\(recording.network).\(recording.station)"] ?? [])
        }
        var known: Set<String> = []
        columns = rows.flatMap(\.columns).filter { known.insert($0).inserted }
    }

    /// Windows one behind the other, the last one ending where the recording ends; a recording that is shorter than a
    /// window is one piece.
    private static func pieces(of number: Int, _ index: RecordingIndex, _ order: Order) -> [Piece] {
        let recording = index.recordings[number]
        let length = order.window.map { max(1, Int(clampingTruncated: ($0 * recording.rate).rounded())) }
        guard let length, length < recording.count else {
            return [Piece(recording: number, first: 0, count: recording.count)]
        }
        let step = max(1, Int(clampingTruncated: (Double(length) * (1 - order.overlap)).rounded()))
        var firsts = Array(stride(from: 0, through: recording.count - length, by: step))
        if let last = firsts.last, last + length < recording.count { firsts.append(recording.count - length) }
        return firsts.map { Piece(recording: number, first: $0, count: length) }
    }

    private static func row(
        _ piece: Piece, _ recording: RecordingIndex.Recording, _ picks: [PickTable.Pick]
    ) -> TraceMetadata {
        let start = recording.start.advanced(bySeconds: Double(piece.first) / recording.rate)
        let stream = "\(recording.network).\(recording.station).\(recording.location).\(recording.channel)"
        var row = TraceMetadata([
            ("trace_name", "\(stream)_\(start)"), ("trace_start_time", start.description),
            ("station_network_code", recording.network), ("station_code", recording.station),
            ("station_location_code", recording.location.isEmpty ? nil : recording.location),
            ("trace_channel", recording.channel), ("trace_component_order", recording.components),
        ])
        row.set("trace_sampling_rate_hz", recording.rate)
        row.set("trace_npts", Double(piece.count))
        var uses: [Phase: Int] = [:]
        for pick in picks.sorted(by: { ($0.time, $0.phase.rawValue) < ($1.time, $1.phase.rawValue) }) {
            let sample = pick.time.seconds(since: start) * recording.rate
            guard sample >= 0, sample < Double(piece.count) else { continue }
            let use = uses[pick.phase, default: 0] + 1
            uses[pick.phase] = use
            let name = pick.phase == pick.phase.family ? pick.phase.rawValue.lowercased() : pick.phase.rawValue
            row.set("trace_\(name)\(use == 1 ? "" : "\(use)")_arrival_sample", sample.rounded(decimals: 3))
        }
        if !uses.isEmpty { row["trace_category"] = "earthquake_local" }
        return row
    }

    func metadata(_ index: Int) -> TraceMetadata { rows[index] }

    func trace(_ number: Int) throws -> Trace {
        let piece = pieces[number]
        let recording = index.recordings[piece.recording]
        let start = recording.start.advanced(bySeconds: Double(piece.first) / recording.rate)
        // What nobody recorded is no number; preparation fills it.
        var samples = [Float](repeating: .nan, count: recording.records.count * piece.count)
        do throws(DataError) {
            let end = start.advanced(bySeconds: Double(piece.count) / recording.rate)
            for component in recording.records.indices {
                for record in recording.records(of: component, from: start, to: end) {
                    let offset = Int(clampingTruncated: (record.start.seconds(since: start) * recording.rate).rounded())
                    guard offset < piece.count, offset + record.count > 0 else { continue }
                    let values = try index.samples(record)
                    let into = max(0, offset)..<min(piece.count, offset + values.count)
                    // Of what was sent twice the first counts.
                    for place in into where samples[component * piece.count + place].isNaN {
                        samples[component * piece.count + place] = values[place - offset]
                    }
                }
            }
        } catch {
            throw error.about(trace: name(number))
        }
        return Trace(
            name: name(number), start: start, rate: recording.rate, components: recording.components, samples: samples,
            length: piece.count, metadata: rows[number])
    }
}

extension RecordingsDataset.Order {
    static let prefix = "waveforms:"

    init(_ text: String) throws {
        guard text.hasPrefix(Self.prefix) else {
            path = text
            return
        }
        var parts = text.dropFirst(Self.prefix.count).split(separator: ",", omittingEmptySubsequences: false)
        path = String(parts.removeFirst())
        for part in parts {
            let pair = part.split(separator: "=", maxSplits: 1)
            let number = pair.count == 2 ? Double(pair[1]) : nil
            switch (pair.first ?? "", number) {
            case ("window", let seconds?) where seconds > 0 && seconds <= 1e6: window = seconds
            case ("overlap", let share?) where share >= 0 && share <= 0.95: overlap = share
            default:
                throw DataError(
                    .access, file: text, expected: "waveforms:FOLDER[,window=SECONDS][,overlap=0…0.95]",
                    found: "'\(part)'")
            }
        }
    }
}

/// `picks.csv` beside waveform files: who picked which phase when.
enum PickTable {
    typealias Pick = (network: String, station: String, phase: Phase, time: Instant)

    static func read(beside path: String) throws -> [Pick] {
        let file = "\(path)/picks.csv"
        guard FileManager.default.fileExists(atPath: file) else { return [] }
        let table = try CSVTable(FileBytes(mapping: file))
        for name in ["network", "station", "phase", "time"] where table.columnNames.index(of: name) == nil {
            throw table.file.error(at: 0, expected: "the columns network, station, phase, time", found: "no '\(name)'")
        }
        return try (0..<table.count).map { number in
            if let error = table.error(ofRow: number) { throw error }
            let row = TraceMetadata(row: number, of: table)
            guard let phase = row["phase"].flatMap({ Phase(catalogue: $0) }) else {
                throw table.file.error(
                    at: nil, expected: "a phase (\(Phase.allCases.map(\.rawValue).joined(separator: ", ")))",
                    found: "'\(row["phase"] ?? "")' in row \(number + 1)")
            }
            guard let time = row.instant("time") else {
                throw table.file.error(
                    at: nil, expected: "a time as 2020-01-31T12:00:00.00Z",
                    found: "'\(row["time"] ?? "")' in row \(number + 1)")
            }
            return (row["network"] ?? "", row["station"] ?? "", phase, time)
        }
    }
}

/// Recognises folders of waveform files, and single ones.
enum RecordingsReader: DatasetReader {
    static let signature = Signature(
        .reader, "waveforms",
        """
        miniSEED and SAC files, alone or in a folder and the folders in it, as a dataset.
        The components of a station that recorded together are one trace, until all are silent for more than a second; \
        gaps of some are no numbers. waveforms:FOLDER,window=60,overlap=0.3 cuts windows of a minute, each beginning \
        0.7 minutes after the one before. Arrivals come from SAC's headers (A, T0 to T9 by their labels) and from a \
        table picks.csv in the folder, with the columns network, station, phase and time.
        """)

    static func recognises(_ path: String) -> Bool {
        path.hasPrefix(RecordingsDataset.Order.prefix) || !files(in: path, most: 1).isEmpty
    }

    static func open(_ path: String) throws -> any Dataset { try RecordingsDataset(path) }

    /// The waveform files of a folder by their first bytes, in the order of their paths.
    static func files(in path: String, most: Int = .max) -> [String] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { return [] }
        if !isFolder.boolValue { return WaveformFile.isOne(path) ? [path] : [] }
        guard let walk = FileManager.default.enumerator(atPath: path) else { return [] }
        var found: [String] = []
        for case let name as String in walk where found.count < most {
            let file = "\(path)/\(name)"
            if WaveformFile.isOne(file) { found.append(file) }
        }
        return found.sorted()
    }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(RecordingsReader.self, $0) }
