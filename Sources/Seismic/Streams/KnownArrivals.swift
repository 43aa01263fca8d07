import Files
import Foundation

/// An arrival that somebody knows of: the truth that picks of a continuous recording are held against.
public struct KnownArrival: Sendable, Hashable {
    public var network, station: String
    public var phase: Phase
    public var time: Instant
    /// The earthquake's name; where the table gives none, one made of the station and its first arrival.
    public var event: String

    public init(network: String, station: String, phase: Phase, time: Instant, event: String) {
        (self.network, self.station, self.phase, self.time, self.event) = (network, station, phase, time, event)
    }

    /// `NET.STA`
    public var place: String { "\(network).\(station)" }
}

/// What is known of a folder of continuous recordings: `picks.csv`, the arrivals that a picker should find, and, if it
/// is there, `faint.csv`, those that nobody is asked to find, where a pick is neither right nor wrong.
public struct KnownArrivals: Sendable {
    /// In order of time.
    public var wanted: [KnownArrival]
    public var faint: [KnownArrival]

    public init(wanted: [KnownArrival], faint: [KnownArrival] = []) {
        self.wanted = wanted
        self.faint = faint
    }

    public static let fileName = "picks.csv"
    static let faintName = "faint.csv"

    public init(in folder: String) throws {
        wanted = try Self.read("\(folder)/\(Self.fileName)")
        faint =
            FileManager.default.fileExists(atPath: "\(folder)/\(Self.faintName)")
            ? try Self.read("\(folder)/\(Self.faintName)") : []
    }

    private static func read(_ path: String) throws -> [KnownArrival] {
        try arrivals(of: StationPick.table(file: path))
    }

    static func arrivals(of picks: [StationPick]) -> [KnownArrival] {
        let places = Dictionary(grouping: picks) { "\($0.network).\($0.station)" }
        return places.values.flatMap { picks in
            StationEvent.events(of: picks).flatMap { event in
                event.picks.map {
                    KnownArrival(
                        network: $0.network, station: $0.station, phase: $0.phase, time: $0.time, event: event.name)
                }
            }
        }.sorted { ($0.time, $0.place, $0.phase.rawValue) < ($1.time, $1.place, $1.phase.rawValue) }
    }
}
