import Files
import Foundation
import GraphIR
import Seismic

/// What `strata pick` was asked for, as values.
struct PickRequest {
    var words: [String]
    var out: String
    var span: Range<Instant>?
    var stations: [NamePattern] = []
    /// Bands and instruments in the order in which one of several at a place is taken.
    var prefer: [String] = []
    var inventory: Inventory?
    var resumes = false
    /// What decides a group's picks beside its records: a kept group counts only for the same.
    var signature: String = ""
}

/// What came of all instruments.
public struct PickSummary: Sendable {
    public var files = 0
    public var skippedFiles: [(path: String, reason: String)] = []
    public var groups = 0
    public var resumedGroups = 0
    public var windows = 0
    public var picks: [StreamPick] = []
    public var detections: [StreamDetection] = []
    public var coverage = Coverage()
    public var damage: [StreamIndex.Damage] = []
    public var notes: [String] = []
    public var seconds = 0.0
    public var counts: [String: Int] { picks.reduce(into: [:]) { $0[$1.phase, default: 0] += 1 } }
}

/// Picks every instrument that is found, one after the other; each is kept when it is done, so that a killed night goes
/// on where it was.
struct PickStreams {
    let source: any CurveSource
    let settings: StreamSettings
    let request: PickRequest
    /// The order in which instruments of one place are taken where nobody says: broad bands before short periods before
    /// strong motion.
    static let customary = ["HH", "BH", "EH", "SH", "HN", "HL", "HG"]

    func run(progress: (String) -> Void = { _ in }) throws -> PickSummary {
        let begun = secondsNow()
        let files = StreamFiles(request.words, span: request.span, stations: request.stations)
        var summary = PickSummary(files: files.paths.count, skippedFiles: files.skipped)
        summary.notes += files.fruitless.map { "\($0): no waveforms found" }
        guard !files.paths.isEmpty else {
            throw RunError(
                .badData, "no file holds waveforms: \(files.fruitless.joined(separator: ", "))",
                help: "files, folders, quoted patterns or sds:ROOT; miniSEED and SAC are told by their first bytes")
        }
        let index = StreamIndex(files.paths, span: request.span, stations: request.stations)
        summary.damage = index.damage
        let cache = PickCache(folder: request.out, signature: request.signature + fingerprint(files.paths))
        for place in Self.byPlace(index.channels) {
            var taken: [Range<Instant>] = []
            let ordered = inOrder(place)
            note(ordered, into: &summary)
            for channels in ordered {
                summary.groups += 1
                let kept = request.resumes ? cache.load(channels.group, rate: channels.rate) : nil
                let result = try kept ?? pick(channels, in: index, without: taken, progress: progress)
                if kept == nil { try cache.keep(result, of: channels.group, rate: channels.rate) }
                summary.resumedGroups += kept == nil ? 0 : 1
                taken += result.coverage.rows.filter { $0.fate == .picked }.map { $0.from..<$0.to }
                summary.add(result)
            }
        }
        summary.picks.sort(by: StreamPick.isBefore)
        summary.seconds = secondsNow() - begun
        return summary
    }

    private static func byPlace(_ channels: [StreamIndex.Channels]) -> [[StreamIndex.Channels]] {
        var places: [String: [StreamIndex.Channels]] = [:]
        for entry in channels { places[entry.group.place, default: []].append(entry) }
        return places.sorted { $0.key < $1.key }.map(\.value)
    }

    private func inOrder(_ place: [StreamIndex.Channels]) -> [StreamIndex.Channels] {
        let order = request.prefer + Self.customary.filter { !request.prefer.contains($0) }
        func rank(_ entry: StreamIndex.Channels) -> Int { order.firstIndex(of: entry.group.band) ?? order.count }
        return place.sorted { (rank($0), $0.group.band, $0.rate) < (rank($1), $1.group.band, $1.rate) }
    }

    private func note(_ ordered: [StreamIndex.Channels], into summary: inout PickSummary) {
        let bands = ordered.filter { isUsable($0) == nil }.map(\.group.band)
        guard bands.count > 1, request.prefer.isEmpty, let first = ordered.first else { return }
        summary.notes.append(
            "\(first.group.place) has \(bands.joined(separator: " and ")): \(bands[0]) is taken wherever it recorded; "
                + "--prefer says which")
    }

    /// Why an instrument cannot be picked from at all.
    private func isUsable(_ channels: StreamIndex.Channels) -> Coverage.Fate? {
        if abs(channels.rate / source.rate - 1) > 1e-4 { return .rate }
        let letters = StreamReader.letters(of: channels.letters, wanted: source.components)
        if letters.allSatisfy({ $0 == nil }) { return .components }
        if settings.needsAllComponents, letters.contains(where: { $0 == nil }) { return .components }
        if source.components.contains("Z"), !channels.letters.contains("Z") { return .noVertical }
        return nil
    }

    private func pick(
        _ channels: StreamIndex.Channels, in index: StreamIndex, without: [Range<Instant>],
        progress: (String) -> Void
    ) throws -> GroupPicks {
        let grid = Grid(rate: channels.rate)
        if let fate = isUsable(channels) {
            var result = GroupPicks()
            for range in channels.stretches {
                result.coverage.add(
                    Coverage.Row(
                        channels.group, from: grid.time(range.lowerBound), to: grid.time(range.upperBound),
                        components: String(channels.letters.sorted()), fate))
            }
            return result
        }
        let reader = StreamReader(channels, wanted: source.components, in: index)
        let picker = GroupPicker(source, settings, reader)
        func samples(_ range: Range<Instant>) -> Range<Int> {
            grid.place(range.lowerBound)
                .sample..<max(
                    grid.place(range.lowerBound).sample, grid.place(range.upperBound).sample)
        }
        var windows = 0
        var result = try picker.pick(span: request.span.map(samples), without: without.map(samples)) { count, until in
            windows += count
            progress("\(channels.group)  \(until.description.prefix(16))  \(windows) windows")
        }
        if let inventory = request.inventory {
            for place in result.picks.indices { result.picks[place].calibrate(by: inventory) }
        }
        return result
    }

    /// Files by path, size and time: another file is another night.
    private func fingerprint(_ paths: [String]) -> String {
        paths.map { path in
            let facts = try? FileManager.default.attributesOfItem(atPath: path)
            let time = (facts?[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0
            return "\(path)\n\(facts?[.size] as? Int ?? 0)\n\(time)\n"
        }.joined()
    }
}

extension StreamPick {
    /// Counts become ground motion where the gain is known.
    fileprivate mutating func calibrate(by inventory: Inventory) {
        guard let counts = amplitude, let letter = components.first,
            let (gain, unit) = inventory.gain(of: group, component: letter, at: time)
        else { return }
        amplitude = counts / abs(gain)
        amplitudeUnit = unit
    }
}

extension PickSummary {
    fileprivate mutating func add(_ result: GroupPicks) {
        windows += result.windows
        picks += result.picks
        detections += result.detections
        coverage.add(result.coverage)
        damage += result.damage
        if result.contradictedSeconds > 0, let group = result.coverage.rows.first?.group {
            notes.append(
                "\(group): records of the same time differ during "
                    + "\(PickText.decimal(result.contradictedSeconds, 2)) s; these count as gaps")
        }
    }
}
