import Files
import Seismic

/// Our own table, with everything that is known.
public enum PicksCSV: PickFormat {
    public static let name = "csv"
    public static let summary = "Strata's own table, picks.csv, with everything that is known of a pick."
    static let columns = [
        "network", "station", "location", "channels", "phase", "time", "probability", "begin", "end",
        "time_uncertainty", "probability_uncertainty", "at_gap", "detection", "model", "amplitude", "amplitude_unit",
        "snr",
    ]

    public static func files(_ list: PickList) -> [(path: String, text: String)] {
        [("picks.csv", CSV.text([columns] + list.picks.map(row)))]
    }

    static func row(_ pick: StreamPick) -> [String] {
        [
            pick.group.network, pick.group.station, pick.group.location, pick.channels, pick.phase,
            PickText.iso(pick.time), PickText.decimal(pick.probability, 4), PickText.iso(pick.begin),
            PickText.iso(pick.end), PickText.optional(pick.timeUncertainty, 4),
            PickText.optional(pick.probabilityUncertainty, 4), pick.isAtGap ? "true" : "false",
            PickText.optional(pick.detection, 4), pick.model,
            pick.amplitude.map { shortest($0) } ?? "", pick.amplitudeUnit ?? "",
            PickText.optional(pick.signalToNoise, 2),
        ]
    }

    /// Amplitudes go over many decades: the shortest text that reads back as the same single-precision number.
    static func shortest(_ value: Double) -> String { value.isFinite ? "\(Float(value))" : "" }
}
