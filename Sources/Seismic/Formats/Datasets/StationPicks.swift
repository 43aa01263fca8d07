import Files
import Foundation

/// An arrival at a station, from a header or a table.
struct StationPick: Hashable, Sendable {
    var network, station: String
    var phase: Phase
    var time: Instant
    /// The earthquake's name, where the table gives one.
    var event: String?
}

/// The arrivals of one earthquake at one station.
struct StationEvent: Sendable {
    private(set) var picks: [StationPick]
    var name: String { picks.lazy.compactMap(\.event).first ?? "\(picks[0].network).\(picks[0].station) \(start)" }
    var start: Instant { picks[0].time }

    /// As long as `event` labels last with EQTransformer's tail.
    var end: Instant {
        let last = picks[picks.count - 1].time
        guard let p = first(.P), let s = first(.S), s > p else { return last }
        return max(last, s.advanced(bySeconds: 0.4 * s.seconds(since: p)))
    }
    private func first(_ family: Phase) -> Instant? { picks.first { $0.phase.family == family }?.time }

    /// How long after its P an S may still belong to it.
    private static let longest = 600.0

    /// Sorts a station's arrivals into earthquakes. What is named twice within a twentieth of a second (the headers of
    /// three components, a table beside them) is one arrival. Where the table does not say which event, an S belongs to
    /// the latest that has none yet, and another P before the first S is another phase of the same.
    static func events(of picks: [StationPick]) -> [StationEvent] {
        var events: [StationEvent] = []
        for pick in picks.sorted(by: { ($0.time, $0.phase.rawValue) < ($1.time, $1.phase.rawValue) }) {
            let isKnown = events.suffix(8).contains { event in
                event.picks.contains { $0.phase == pick.phase && pick.time.seconds(since: $0.time) < 0.05 }
            }
            if isKnown { continue }
            let home = events.indices.suffix(8).last { events[$0].takes(pick) }
            if let home { events[home].picks.append(pick) } else { events.append(StationEvent(picks: [pick])) }
        }
        return events
    }

    private func takes(_ pick: StationPick) -> Bool {
        if let name = pick.event, let own = picks.lazy.compactMap(\.event).first { return name == own }
        guard !picks.contains(where: { $0.phase == pick.phase }), pick.time.seconds(since: start) < Self.longest
        else { return false }
        return pick.phase.family == .S || first(.S) == nil
    }
}

extension StationPick {
    /// `picks.csv` beside waveform files: who recorded which phase when, and of which earthquake.
    static func table(in folder: String) throws -> [StationPick] {
        let file = "\(folder)/picks.csv"
        return FileManager.default.fileExists(atPath: file) ? try table(file: file) : []
    }

    /// Such a table, wherever it lies.
    static func table(file: String) throws -> [StationPick] { try table(FileBytes(mapping: file)) }

    static func table(_ file: FileBytes) throws -> [StationPick] {
        let table = try CSVTable(file)
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
            return StationPick(
                network: row["network"] ?? "", station: row["station"] ?? "", phase: phase, time: time,
                event: row["event"])
        }
    }
}
