import Files
import Seismic

/// `X_prediction_results.csv` as EQTransformer writes it: a row an event, P and S side by side. A P and the first S
/// within a minute behind it are one event.
public enum EQTransformerPicks: PickFormat {
    public static let name = "eqt"
    public static let summary = "EQTransformer's X_prediction_results.csv: P and S of one event in a row."
    static let columns = [
        "file_name", "network", "station", "instrument_type", "station_lat", "station_lon", "station_elv",
        "event_start_time", "event_end_time", "detection_probability", "detection_uncertainty", "p_arrival_time",
        "p_probability", "p_uncertainty", "p_snr", "s_arrival_time", "s_probability", "s_uncertainty", "s_snr",
    ]
    /// EQTransformer's own window.
    static let longestEvent = 60.0

    public static func files(_ list: PickList) -> [(path: String, text: String)] {
        let rows = events(list.picks).map { event in row(event, list) }
        return [("X_prediction_results.csv", CSV.text([columns] + rows))]
    }

    struct Event {
        var p: StreamPick?
        var s: StreamPick?
        var first: StreamPick? { p ?? s }
    }

    static func events(_ picks: [StreamPick]) -> [Event] {
        var events: [Event] = []
        var open: [StreamGroup: Int] = [:]
        for pick in picks {
            if pick.phase.hasPrefix("P") {
                open[pick.group] = events.count
                events.append(Event(p: pick))
            } else if pick.phase.hasPrefix("S") {
                if let place = open[pick.group], let p = events[place].p, events[place].s == nil,
                    pick.time.seconds(since: p.time) <= longestEvent
                {
                    events[place].s = pick
                } else {
                    events.append(Event(s: pick))
                }
                open[pick.group] = nil
            }
        }
        return events
    }

    private static func row(_ event: Event, _ list: PickList) -> [String] {
        guard let first = event.first else { return [] }
        let site = list.stations?.site(of: first.group, at: first.time)
        let last = event.s ?? first
        func cells(_ pick: StreamPick?) -> [String] {
            guard let pick else { return ["", "", "", ""] }
            return [
                PickText.blank(pick.time), PickText.decimal(pick.probability, 2),
                PickText.optional(pick.probabilityUncertainty, 2), PickText.optional(pick.signalToNoise, 1),
            ]
        }
        return [
            "", first.group.network, first.group.station, first.group.band, PickText.optional(site?.latitude, 5),
            PickText.optional(site?.longitude, 5), PickText.optional(site?.elevation, 1),
            PickText.blank(first.begin), PickText.blank(last.end), PickText.optional(first.detection, 2), "",
        ] + cells(event.p) + cells(event.s)
    }
}

/// PhaseNet's picks.csv.
public enum PhaseNetPicks: PickFormat {
    public static let name = "phasenet"
    public static let summary = "PhaseNet's table of picks; phase_amplitude only where an inventory gives the gain."
    static let columns = [
        "station_id", "begin_time", "phase_index", "phase_time", "phase_score", "phase_type", "file_name",
        "phase_amplitude",
    ]

    public static func files(_ list: PickList) -> [(path: String, text: String)] {
        let rows = list.picks.map { pick in
            // There is no file that a pick is counted from: the day it lies in stands for it.
            let day = pick.time.calendar
            let begin = Instant(nanoseconds: pick.time.nanoseconds - day.nanosecondOfDay)
            return [
                "\(pick.group.place).\(pick.group.band)", PickText.milli(begin),
                PickText.decimal(Double(day.nanosecondOfDay) / 1e7, 0), PickText.milli(pick.time),
                PickText.decimal(pick.probability, 3), String(pick.phase.prefix(1)), "",
                PickText.physicalAmplitude(pick),
            ]
        }
        return [("phasenet_picks.csv", CSV.text([columns] + rows))]
    }
}
