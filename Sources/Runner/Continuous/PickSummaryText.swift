import Files
import GraphIR
import Seismic

extension PickSummary {
    /// Stretches in which the network says that an earthquake is under way.
    var detectionsCSV: String { CSV.text([Self.detectionColumns] + detections.map(Self.detectionRow)) }

    static let detectionColumns = ["network", "station", "location", "channels", "begin", "end", "probability"]
    static func detectionRow(_ run: StreamDetection) -> [String] {
        [
            run.group.network, run.group.station, run.group.location, run.group.band,
            PickText.iso(run.begin), PickText.iso(run.end), PickText.decimal(run.probability, 4),
        ]
    }

    /// What came of it, line by line, for the end of a night.
    public var lines: [String] {
        var lines = notes
        let hours = coverage.hours
        let looked = hours[.picked] ?? 0
        let missed = Coverage.Fate.allCases.filter { $0 != .picked }.compactMap { fate in
            hours[fate].map { "\($0 < 0.095 ? "<0.1" : PickText.decimal($0, 1)) h \(fate.rawValue)" }
        }
        let resumed = resumedGroups > 0 ? " (\(resumedGroups) from before)" : ""
        lines.append(
            "\(groups) instruments\(resumed)\(isLive ? "" : " in \(files) files"): "
                + "\(PickText.decimal(looked, 1)) hours looked at in \(windows) windows"
                + (missed.isEmpty ? "" : "; left out: " + missed.joined(separator: ", ")))
        if !skippedFiles.isEmpty { lines.append("\(skippedFiles.count) files hold no waveforms") }
        if !damage.isEmpty {
            lines.append("\(damage.count) damaged records left out, the first: \(damage[0].reason)")
        }
        let phases = counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
        lines.append(
            counts.isEmpty
                ? "no picks: \(whyEmpty)"
                : "\(counts.values.reduce(0, +)) picks: \(phases.joined(separator: ", "))")
        return lines
    }

    /// Whether all that was there could be looked at, as far as it fits the network.
    public var isComplete: Bool { damage.isEmpty && !isPartial && (windows > 0 || groups == 0 || isOnlyShort) }
    /// What is too short or silent is nobody's mistake.
    private var isOnlyShort: Bool {
        coverage.rows.allSatisfy { [.tooShort, .gap, .dead, .picked, .notPreferred].contains($0.fate) }
    }

    private var whyEmpty: String {
        if isLive, groups == 0 { return "no records came that could be picked from" }
        if files == 0, !isLive { return "no file holds waveforms" }
        if groups == 0 { return "nothing was recorded by these stations in this time" }
        if windows == 0 {
            let fate = coverage.hours.max { $0.value < $1.value }?.key.rawValue ?? "nothing recorded"
            return "nothing could be looked at (\(fate)); coverage.csv tells of every second"
        }
        return "no curve reaches its threshold; --thresholds lowers them"
    }
}
