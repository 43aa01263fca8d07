import Files
import Seismic

/// GaMMA (AI4EPS): `id, timestamp, type, prob, amp`. Amplitudes stand there only in metres or metres a second; without
/// an inventory the column is empty, and GaMMA wants `use_amplitude: False`.
public enum GammaPicks: PickFormat {
    public static let name = "gamma"
    public static let summary = "GaMMA's table of picks; amplitudes only where an inventory gives the gain."

    public static func files(_ list: PickList) -> [(path: String, text: String)] {
        let rows = list.picks.map { pick in
            [
                "\(pick.group.place).\(pick.group.band)", PickText.milli(pick.time), pick.phase.lowercased(),
                PickText.decimal(pick.probability, 4), PickText.physicalAmplitude(pick),
            ]
        }
        return [("gamma_picks.csv", CSV.text([["id", "timestamp", "type", "prob", "amp"]] + rows))]
    }
}

/// PyOcto: `station, phase, time` in seconds since 1970; other columns are kept by it.
public enum PyOctoPicks: PickFormat {
    public static let name = "pyocto"
    public static let summary = "PyOcto's table of picks, with the probability beside."

    public static func files(_ list: PickList) -> [(path: String, text: String)] {
        let rows = list.picks.map { pick in
            [
                pick.group.place, String(pick.phase.prefix(1)).uppercased(), PickText.decimal(pick.time.seconds, 6),
                PickText.decimal(pick.probability, 4),
            ]
        }
        return [("pyocto_picks.csv", CSV.text([["station", "phase", "time", "probability"]] + rows))]
    }
}

/// REAL (Zhang and others 2019): a folder a day, a file a station and phase, seconds of the day, weight, amplitude.
public enum RealPicks: PickFormat {
    public static let name = "real"
    public static let summary = "REAL's folders of days; amplitude 0.0 where no inventory gives the gain."

    public static func files(_ list: PickList) -> [(path: String, text: String)] {
        var files: [String: String] = [:]
        for pick in list.picks where "PS".contains(pick.phase.prefix(1)) && !pick.phase.isEmpty {
            let day = pick.time.calendar
            let folder = "real/\(day.year)\(PickText.two(day.month))\(PickText.two(day.day))"
            let path = "\(folder)/\(pick.group.network).\(pick.group.station).\(pick.phase.prefix(1)).txt"
            let amplitude = PickText.physicalAmplitude(pick)
            files[path, default: ""] +=
                "\(PickText.decimal(Double(day.nanosecondOfDay) / 1e9, 4)) \(PickText.decimal(pick.probability, 4)) "
                + "\(amplitude.isEmpty ? "0.0" : amplitude)\n"
        }
        return files.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}

/// NonLinLoc's phase file: station, instrument, component, onset, phase, first motion, date, hour and minute, seconds,
/// kind and size of the error.
public enum NonLinLocPicks: PickFormat {
    public static let name = "nonlinloc"
    public static let summary = "NonLinLoc's observation file; the error is the width of the curve, or 0.1 s."

    public static func files(_ list: PickList) -> [(path: String, text: String)] {
        let lines = list.picks.map { pick in
            let day = pick.time.calendar
            let minute = day.nanosecondOfDay / 60_000_000_000
            let second = Double(day.nanosecondOfDay % 60_000_000_000) / 1e9
            let station = pick.group.station.padding(to: 6)
            let error = scientific(pick.timeUncertainty ?? 0.1)
            return "\(station) ?    \(String(pick.channel.suffix(1)).padding(to: 4)) ? \(pick.phase.padding(to: 6)) ? "
                + "\(day.year)\(PickText.two(day.month))\(PickText.two(day.day)) "
                + "\(PickText.two(minute / 60))\(PickText.two(minute % 60)) "
                + "\(second < 10 ? " " : "")\(PickText.decimal(min(second, 59.9999), 4)) GAU \(error) "
                + "-1.00e+00 -1.00e+00 -1.00e+00"
        }
        return [("nonlinloc.obs", lines.joined(separator: "\n") + "\n")]
    }

    /// `5.00e-02`
    static func scientific(_ value: Double) -> String {
        guard value > 0, value.isFinite else { return "0.00e+00" }
        var (mantissa, exponent) = (value, 0)
        while mantissa >= 9.995 { (mantissa, exponent) = (mantissa / 10, exponent + 1) }
        while mantissa < 0.9995 { (mantissa, exponent) = (mantissa * 10, exponent - 1) }
        return "\(PickText.decimal(mantissa, 2))e\(exponent < 0 ? "-" : "+")\(PickText.two(abs(exponent)))"
    }
}

extension String {
    fileprivate func padding(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}

extension PickText {
    /// In metres or metres a second; nothing where only counts are known.
    static func physicalAmplitude(_ pick: StreamPick) -> String {
        guard let amplitude = pick.amplitude, let unit = pick.amplitudeUnit, unit != "counts" else { return "" }
        return PicksCSV.shortest(amplitude)
    }
}
