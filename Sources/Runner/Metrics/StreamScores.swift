import GraphIR

/// What a judged stream tells beside picks one by one: earthquakes that were found, at a station and in the network,
/// and alarms where there was nothing.
struct StreamMetric<Score: StreamScore>: Metric {
    static var group: MetricGroup { .detection }
    static var signature: Signature { Signature(.metric, Score.name, Score.definition) }

    init(_ arguments: Arguments) {}
    var better: Better { Score.better }
    var unit: String { Score.unit }
    var isHeadline: Bool { Score.isHeadline }

    func measure(_ predictions: Predictions) -> Measurement? {
        StreamTable(predictions).map(Score.measure)
    }
}

/// Rows of a judged stream, added up.
public struct StreamTable: Sendable {
    /// Hours of a row.
    public static let hours = "stream_hours"
    /// The earthquake of each arrival, by number; a phase's name stands before.
    public static let events = "_arrival_events"
    /// Wrong picks closer than this, in seconds, are one alarm.
    public static let alarm = 10.0
    /// A location has four unknowns: so many arrivals are what it takes.
    public static let enough = 4

    /// Of each row.
    public let hours: [Double]
    /// Earthquakes recorded in it, and those of which an arrival was picked within half a second.
    public private(set) var recorded: [Double]
    public private(set) var found: [Double]
    /// Groups of picks that belong to no arrival.
    public private(set) var alarms: [Double]
    /// An earthquake of the network is counted at the first of its rows.
    public private(set) var happened: [Double]
    public private(set) var located: [Double]

    public static func isOne(_ predictions: Predictions) -> Bool { predictions.numbers(hours) != nil }

    /// `nil` for windows that are no stream.
    public init?(_ predictions: Predictions) {
        guard let hours = predictions.numbers(Self.hours) else { return nil }
        self.hours = hours
        let none = [Double](repeating: 0, count: predictions.count)
        (recorded, found, alarms, happened, located) = (none, none, none, none, none)
        var present = hours.map { _ in Set<Int>() }
        var picked = hours.map { _ in Set<Int>() }
        var wrong = hours.map { _ in [Double]() }
        var arrivals: [Int: (row: Int, all: Int, picked: Int)] = [:]
        for phase in predictions.phases {
            guard
                let table = PickRule.allCases.lazy.compactMap({ PickTable(predictions, phase: phase, rule: $0) }).first,
                let events = predictions.lists(phase + Self.events)
            else { continue }
            for (row, match) in table.matches(within: PickSettings.tolerance).enumerated() {
                let hits = Set(match.pairs.map(\.arrival))
                for (place, number) in events[row].enumerated() {
                    guard let event = Int(exactly: number) else { continue }
                    present[row].insert(event)
                    if hits.contains(place) { picked[row].insert(event) }
                    let known = arrivals[event] ?? (row, 0, 0)
                    arrivals[event] = (
                        min(known.row, row), known.all + 1, known.picked + (hits.contains(place) ? 1 : 0)
                    )
                }
                let right = Set(match.pairs.map(\.pick))
                wrong[row] += table.picks[row].indices.filter { !right.contains($0) }.map { table.picks[row][$0] }
            }
        }
        for row in hours.indices {
            recorded[row] = Double(present[row].count)
            found[row] = Double(picked[row].count)
            alarms[row] = Double(Self.groups(wrong[row].sorted()))
        }
        for (row, all, picked) in arrivals.values {
            happened[row] += 1
            located[row] += picked >= min(all, Self.enough) ? 1 : 0
        }
    }

    private static func groups(_ times: [Double]) -> Int {
        var count = times.isEmpty ? 0 : 1
        for (a, b) in zip(times, times.dropFirst()) where b - a > alarm { count += 1 }
        return count
    }
}

protocol StreamScore: Sendable {
    static var name: String { get }
    static var definition: String { get }
    static var unit: String { get }
    static var better: Better { get }
    static var isHeadline: Bool { get }
    static func measure(_ table: StreamTable) -> Measurement
}
extension StreamScore {
    static var unit: String { "" }
    static var better: Better { .higher }
    static var isHeadline: Bool { false }
}

enum EventRecall: StreamScore {
    static let name = "event_recall"
    static let definition =
        """
        The share of earthquakes of which at least four arrivals in the network (all, where there are fewer) have a \
        pick within 0.5 s: what it takes to locate one. Only of streams.
        """
    static let isHeadline = true
    static func measure(_ table: StreamTable) -> Measurement {
        .sums(terms: [table.located, table.happened]) { $0[0] / $0[1] }
    }
}
enum RecordingRecall: StreamScore {
    static let name = "recording_recall"
    static let definition =
        "The share of earthquakes at a station of which at least one arrival has a pick within 0.5 s. Only of streams."
    static func measure(_ table: StreamTable) -> Measurement {
        .sums(terms: [table.found, table.recorded]) { $0[0] / $0[1] }
    }
}
enum RecordingPrecision: StreamScore {
    static let name = "recording_precision"
    static let definition =
        """
        Earthquakes found at a station over those and false alarms: picks that match no arrival within 0.5 s, where \
        those closer than 10 s to one another are one alarm. Only of streams.
        """
    static func measure(_ table: StreamTable) -> Measurement {
        .sums(terms: [table.found, table.alarms]) { $0[0] / ($0[0] + $0[1]) }
    }
}
enum FalseAlarmRate: StreamScore {
    static let name = "false_alarms_per_hour"
    static let definition =
        """
        False alarms an hour of one station: picks that match no arrival within 0.5 s, where those closer than 10 s \
        to one another are one alarm. Only of streams.
        """
    static let unit = "1/h"
    static let better = Better.lower
    static let isHeadline = true
    static func measure(_ table: StreamTable) -> Measurement {
        .sums(terms: [table.alarms, table.hours]) { $0[0] / $0[1] }
    }
}

@section("strata_plugins") @used private let events: PluginEntry = {
    Registry.enter(StreamMetric<EventRecall>.self, $0)
}
@section("strata_plugins") @used private let recall: PluginEntry = {
    Registry.enter(StreamMetric<RecordingRecall>.self, $0)
}
@section("strata_plugins") @used private let precision: PluginEntry = {
    Registry.enter(StreamMetric<RecordingPrecision>.self, $0)
}
@section("strata_plugins") @used private let alarms: PluginEntry = {
    Registry.enter(StreamMetric<FalseAlarmRate>.self, $0)
}
