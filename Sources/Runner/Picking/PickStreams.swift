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
    /// Whether instruments at one place are one.
    var joinsBands = false
    /// Where curves go, if anybody wants them.
    var curves: (folder: String, format: CurveFormat)?
    /// How many of the clearest and of the most doubtful picks are cut out for looking at.
    var viewed = 0
    /// The standard input's records, where they were asked for.
    var input: String?
    /// What decides a group's picks beside its records: a kept group counts only for the same.
    var signature: String = ""

    /// The order in which instruments of one place are taken where nobody says: broad bands before short periods before
    /// strong motion.
    private static let customary = ["HH", "BH", "EH", "SH", "HN", "HL", "HG"]

    /// The lower, the rather an instrument is taken.
    func rank(_ band: String) -> Int {
        let order = prefer + Self.customary.filter { !prefer.contains($0) }
        return order.firstIndex(of: band) ?? order.count
    }
}

extension StreamSettings {
    /// Why an instrument with such channels cannot be picked from at all.
    func problem(with components: Set<Character>, rate: Double, _ source: any CurveSource) -> Coverage.Fate? {
        if abs(rate / source.rate - 1) > 1e-4,
            !resamples || !StreamReader.canResample(from: rate, to: source.rate)
        {
            return .rate
        }
        let letters = StreamReader.letters(of: components, wanted: source.components)
        if letters.allSatisfy({ $0 == nil }) { return .components }
        if needsAllComponents, letters.contains(where: { $0 == nil }) { return .components }
        if source.components.contains("Z"), !components.contains("Z") { return .noVertical }
        return nil
    }
}

/// What came of all instruments.
public struct PickSummary: Sendable {
    public var files = 0
    public var skippedFiles: [(path: String, reason: String)] = []
    public var groups = 0
    /// Whether records came from a server and not from files.
    public var isLive = false
    public var resumedGroups = 0
    public var windows = 0
    public var picks: [StreamPick] = []
    public var detections: [StreamDetection] = []
    public var coverage = Coverage()
    public var damage: [StreamIndex.Damage] = []
    public var notes: [String] = []
    public var seconds = 0.0
    /// Whether something was left out that makes an answer doubtful: damage, or instruments of another rate.
    public var isPartial = false
    /// How it was picked.
    public var settings: StreamSettings?
    /// What there is to look at of the clearest and of the most doubtful picks.
    public var views: (clear: [PickView], doubtful: [PickView]) = ([], [])
    /// Picks by phase.
    public var counts: [String: Int] = [:]
}

/// Picks every instrument that is found, places side by side; each is kept when it is done, so that a killed night goes
/// on where it was.
struct PickStreams {
    let source: any CurveSource
    let settings: StreamSettings
    let request: PickRequest
    /// As many sources as are of use for so many places.
    var sources: (_ places: Int) throws -> [any CurveSource]

    /// - Parameter sources: for places side by side; the one source for all where nothing is said.
    init(
        source: any CurveSource, settings: StreamSettings, request: PickRequest,
        sources: ((_ places: Int) throws -> [any CurveSource])? = nil
    ) {
        (self.source, self.settings, self.request) = (source, settings, request)
        self.sources = sources ?? { _ in [source] }
    }

    func run(progress: (String) -> Void = { _ in }) throws -> PickSummary {
        let begun = secondsNow()
        let words = request.words.map { $0 == StreamFiles.standardInput ? request.input ?? $0 : $0 }
        let files = StreamFiles(words, span: request.span, stations: request.stations)
        var summary = PickSummary(files: files.paths.count, skippedFiles: files.skipped)
        summary.notes += files.fruitless.map { "\($0): no waveforms found" }
        guard !files.paths.isEmpty else {
            throw RunError(
                .badData, "no file holds waveforms: \(files.fruitless.joined(separator: ", "))",
                help: "files, folders, quoted patterns or sds:ROOT; miniSEED and SAC are told by their first bytes")
        }
        let index = StreamIndex(
            files.paths, span: request.span, stations: request.stations, joinsBands: request.joinsBands)
        try refuseStations(without: index, words: words)
        summary.damage = index.damage
        summary.notes += lacking(index.channels)
        let places = Self.byPlace(index.channels)
        let usable = places.count { $0.contains { isUsable($0) == nil } }
        let cache = PickCache(folder: request.out, signature: request.signature + fingerprint(files.paths))
        let sources = try sources(usable)
        let parts = try withoutActuallyEscaping(progress) { progress in
            try PickShift(self, index, places: places, cache: cache, sources: sources, progress: progress).run()
        }
        for part in parts { summary.add(part) }
        summary.picks.sort(by: StreamPick.isBefore)
        summary.counts = summary.picks.reduce(into: [:]) { $0[$1.phase, default: 0] += 1 }
        if request.viewed > 0 { try look(in: index, at: &summary) }
        summary.seconds = secondsNow() - begun
        return summary
    }

    func curveFiles() throws -> CurveFiles? {
        let names = source.phases + (source.hasDetection ? ["detection"] : [])
        return try request.curves.map { try CurveFiles(folder: $0.folder, format: $0.format, names: names) }
    }

    private static func byPlace(_ channels: [StreamIndex.Channels]) -> [[StreamIndex.Channels]] {
        var places: [String: [StreamIndex.Channels]] = [:]
        for entry in channels { places[entry.group.place, default: []].append(entry) }
        return places.sorted { $0.key < $1.key }.map(\.value)
    }

    func inOrder(_ place: [StreamIndex.Channels]) -> [StreamIndex.Channels] {
        place.sorted {
            (request.rank($0.group.band), $0.group.band, $0.rate)
                < (request.rank($1.group.band), $1.group.band, $1.rate)
        }
    }

    /// Which instrument of several was taken, and for how long.
    func note(_ ordered: [StreamIndex.Channels], into summary: inout PickSummary) {
        let usable = ordered.filter { isUsable($0) == nil }
        let bands = usable.map(\.group.band)
        guard bands.count > 1, request.prefer.isEmpty, let first = ordered.first else { return }
        let hours = usable.map { channels in
            let rows = summary.coverage.rows.filter { $0.fate == .picked && $0.group == channels.group }
            return "\(channels.group.band) for \(PickText.decimal(rows.reduce(0) { $0 + $1.seconds } / 3600, 2)) h"
        }
        summary.notes.append(
            "\(first.group.place) has \(bands.joined(separator: " and ")): \(bands[0]) is taken wherever it recorded "
                + "(\(hours.joined(separator: ", "))); --prefer says which")
    }

    /// Says why an instrument cannot be picked from, where no other at its place can.
    func noteProblem(
        _ channels: StreamIndex.Channels, among place: [StreamIndex.Channels], _ index: StreamIndex,
        into summary: inout PickSummary
    ) {
        guard let fate = isUsable(channels), !place.contains(where: { isUsable($0) == nil }) else { return }
        let letters = String(channels.letters.sorted())
        let file = index.firstFile(of: channels)
        switch fate {
        case .rate:
            summary.isPartial = true
            summary.notes.append(
                "\(channels.group) is at \(PickText.rate(channels.rate)) Hz, the network wants "
                    + "\(PickText.rate(source.rate)); --resample adds it to the preparation, unlike in training")
        case .noVertical:
            summary.notes.append("\(channels.group) has no Z, only \(letters) (\(file)): nothing is picked of it")
        case .components where settings.needsAllComponents:
            summary.notes.append(
                "\(channels.group) has only \(letters) (\(file)), and --components all wants \(source.components)")
        default:
            summary.notes.append(
                "\(channels.group) has no component that the network knows, only \(letters) (\(file)): it wants "
                    + "\(source.components); nothing is picked of it")
        }
    }

    /// Instruments that are picked from without some of the network's components, the first few by name.
    private func lacking(_ channels: [StreamIndex.Channels]) -> [String] {
        var groups: [(missing: String, names: [String])] = []
        for entry in channels where isUsable(entry) == nil {
            let letters = StreamReader.letters(of: entry.letters, wanted: source.components)
            let missing = zip(source.components, letters).filter { $0.1 == nil }.map { String($0.0) }
            guard !missing.isEmpty else { continue }
            let (words, name) = (missing.joined(separator: " and "), "\(entry.group)")
            let place = groups.firstIndex { $0.missing == words } ?? groups.endIndex
            if place == groups.endIndex { groups.append((words, [])) }
            if !groups[place].names.contains(name) { groups[place].names.append(name) }
        }
        return groups.map { missing, names in
            let more = names.count > Self.mostNamed ? " and \(names.count - Self.mostNamed) more" : ""
            return names.prefix(Self.mostNamed).joined(separator: ", ") + more + ": \(missing) missing, taken as zero"
        }
    }
    private static let mostNamed = 3

    /// A pattern that no recorded station fits is a slip of the pen.
    private func refuseStations(without index: StreamIndex, words: [String]) throws {
        let known = index.channels.map { $0.group.description }
        for pattern in request.stations where !known.contains(where: { StreamFiles.isWanted($0, among: [pattern]) }) {
            // What there is, to name the nearest: some files are enough.
            let files = StreamFiles(words, span: request.span)
            let all = StreamIndex(Array(files.paths.prefix(200)), joinsBands: request.joinsBands)
            let stations = Set(all.channels.map { "\($0.group.network).\($0.group.station)" }).sorted()
            let near = nearestName(to: pattern.text, among: stations).map { "did you mean '\($0)'?" }
            let some = stations.prefix(12).joined(separator: ", ") + (stations.count > 12 ? ", …" : "")
            throw RunError(
                .request, "--stations: nothing was recorded by '\(pattern.text)'" + (near.map { "; \($0)" } ?? ""),
                help: stations.isEmpty ? nil : "there are \(some)")
        }
    }

    /// Why an instrument cannot be picked from at all.
    func isUsable(_ channels: StreamIndex.Channels) -> Coverage.Fate? {
        settings.problem(with: channels.letters, rate: channels.rate, source)
    }

    func pick(
        _ channels: StreamIndex.Channels, in index: StreamIndex, by other: (any CurveSource)? = nil,
        without: [Range<Instant>], sink: (any CurveSink)? = nil, span: Range<Instant>? = nil,
        progress: (Int, Instant) -> Void
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
        let reader = reader(channels, index)
        let picker = GroupPicker(other ?? source, settings, reader, sink: sink)
        let own = reader.grid
        func samples(_ range: Range<Instant>) -> Range<Int> {
            let first = own.place(range.lowerBound).sample
            return first..<max(first, own.place(range.upperBound).sample)
        }
        var result = try picker.pick(
            span: (span ?? request.span).map(samples), without: without.map(samples), progress: progress)
        if let inventory = request.inventory {
            for place in result.picks.indices { result.picks[place].calibrate(by: inventory) }
        }
        return result
    }

    func reader(_ channels: StreamIndex.Channels, _ index: StreamIndex) -> StreamReader {
        StreamReader(
            channels, wanted: source.components, in: index, rate: settings.resamples ? source.rate : nil)
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
    mutating func calibrate(by inventory: Inventory) {
        guard let counts = amplitude, let letter = components.first,
            let (gain, unit) = inventory.gain(of: group, component: letter, at: time)
        else { return }
        amplitude = counts / abs(gain)
        amplitudeUnit = unit
    }
}

extension PickSummary {
    /// What came of another place.
    fileprivate mutating func add(_ part: PickSummary) {
        groups += part.groups
        resumedGroups += part.resumedGroups
        windows += part.windows
        picks += part.picks
        detections += part.detections
        coverage.add(part.coverage)
        damage += part.damage
        notes += part.notes
        isPartial = isPartial || part.isPartial
    }

    mutating func add(_ result: GroupPicks) {
        windows += result.windows
        picks += result.picks
        detections += result.detections
        coverage.add(result.coverage)
        damage += result.damage
        if result.contradictedSeconds > 0, let group = result.coverage.rows.first?.group {
            let first = result.contradicted.first.map { ", first from \($0.lowerBound) to \($0.upperBound)" } ?? ""
            notes.append(
                "\(group): records of the same time differ during "
                    + "\(PickText.decimal(result.contradictedSeconds, 2)) s\(first); these count as gaps")
        }
    }
}
