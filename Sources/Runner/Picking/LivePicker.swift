import Foundation
import GraphIR
import Seismic

/// Picks all instruments whose records arrive, in whatever order they do. It knows of no line and no clock: records
/// come in, picks come out.
final class LivePicker {
    /// What there is to be told.
    struct News {
        var picks: [StreamPick] = []
        var detections: [StreamDetection] = []
        var notes: [String] = []
    }
    private struct Key: Hashable, Comparable {
        var group: StreamGroup
        var rate: Double
        static func < (a: Key, b: Key) -> Bool { a.group == b.group ? a.rate < b.rate : a.group < b.group }
    }

    private let source: any CurveSource
    private let settings: StreamSettings
    private let request: PickRequest
    /// Seconds that a channel may lag behind another of its instrument.
    private let patience: Double
    private var groups: [Key: LiveGroup] = [:]
    /// The instrument that is picked of a place, once it is known which there are.
    private var chosen: [String: Key] = [:]
    private var touched: Set<Key> = []
    private var rates: [StreamGroup: [Double]] = [:]
    private var told: Set<String> = []
    private var notes: [String] = []

    init(source: any CurveSource, settings: StreamSettings, request: PickRequest, patience: Double) {
        self.source = source
        self.settings = settings
        self.request = request
        self.patience = patience
    }

    /// The next record.
    func take(_ segment: Segment) {
        guard case (var group, let component)? = StreamGroup.of(channel: segment.id), segment.samples.count > 0,
            segment.rate > 0
        else { return }
        if let span = request.span, segment.start >= span.upperBound || segment.end <= span.lowerBound { return }
        guard StreamFiles.isWanted(group.description, among: request.stations) else { return }
        if request.joinsBands { group.band = "" }
        let key = Key(group: group, rate: StreamIndex.nominal(segment.rate, among: &rates[group, default: []]))
        if let other = chosen[group.place], other != key { return }
        if settings.problem(with: [component], rate: key.rate, source) == .rate {
            let other = "\(group) is at \(PickText.rate(key.rate)) Hz, the network wants \(PickText.rate(source.rate))"
            return note("\(other): nothing is picked of it")
        }
        let known = groups[key] ?? LiveGroup(source, settings, recording(key), span: request.span)
        groups[key] = known
        let recording = known.recording
        let (late, doubled) = (recording.tooLate, recording.doubled)
        recording.take(segment, component: component)
        if recording.tooLate > late { tooLate += 1 }
        self.doubled += recording.doubled - doubled
        touched.insert(key)
    }

    private func recording(_ key: Key) -> LiveRecording {
        LiveRecording(key.group, rate: key.rate, wanted: source.components, patience: patience)
    }

    private func note(_ text: String) { if told.insert(text).inserted { notes.append(text) } }

    /// Records that came for a time that was settled, and such as had come before.
    private(set) var tooLate = 0
    private(set) var doubled = 0
    var windows: Int { groups.values.reduce(0) { $0 + $1.windows } }
    var instruments: Int { chosen.count }
    var contradictedSeconds: Double {
        groups.values.reduce(0) { sum, group in
            sum + group.recording.conflicts.reduce(0) { $0 + Double($1.count) } / group.recording.grid.rate
        }
    }

    /// Asks whatever became ready by the last records.
    func advance() throws -> News { try advance(touched.sorted(), isLast: false) }

    /// Nothing comes any more.
    func finish() throws -> News { try advance(groups.keys.sorted(), isLast: true) }

    /// Whether all that can come lies behind the span that was asked for.
    var isOver: Bool { !chosen.isEmpty && chosen.values.allSatisfy { groups[$0]?.isOver ?? true } }

    private func advance(_ keys: [Key], isLast: Bool) throws -> News {
        touched = []
        var news = News()
        for key in keys {
            guard let group = groups[key] else { continue }
            if isLast { group.recording.end() } else { group.recording.settle() }
            choose(key, group)
            guard chosen[key.group.place] == key else {
                if let horizon = group.recording.horizon {
                    group.recording.forget(before: horizon - LiveGroup.memory)
                }
                continue
            }
            let found = try group.advance()
            news.picks += found.picks
            news.detections += found.detections
        }
        if let inventory = request.inventory {
            for place in news.picks.indices { news.picks[place].calibrate(by: inventory) }
        }
        news.picks.sort(by: StreamPick.isBefore)
        news.notes = notes
        notes = []
        return news
    }

    /// Of several instruments at a place the first in order that can be picked from, once one of them is settled.
    private func choose(_ key: Key, _ group: LiveGroup) {
        let place = key.group.place
        guard chosen[place] == nil, group.recording.horizon != nil else { return }
        let all = groups.filter { $0.key.group.place == place }
        let usable = all.filter {
            settings.problem(with: $0.value.recording.components, rate: $0.key.rate, source) == nil
        }
        let order = usable.keys.sorted {
            let (a, b) = (request.rank($0.group.band), request.rank($1.group.band))
            return a == b ? $0 < $1 : a < b
        }
        guard let first = order.first else {
            let heard = String(group.recording.components.sorted())
            return note("\(key.group) has only \(heard) so far, the network wants \(source.components)")
        }
        chosen[place] = first
        for other in all.keys where other != first { groups[other] = nil }
        let bands = order.map(\.group.band)
        if bands.count > 1, request.prefer.isEmpty {
            note("\(place) has \(bands.joined(separator: " and ")): \(bands[0]) is picked; --prefer says which")
        }
    }

    /// What became of every second so far.
    var coverage: Coverage {
        var all = Coverage()
        for key in chosen.values.sorted() { if let group = groups[key] { all.add(group.coverageSoFar) } }
        return all
    }

    /// No pick that is still to be told of an instrument stands before this moment, by the instrument's name.
    var floors: [String: Instant] {
        var floors: [String: Instant] = [:]
        for key in chosen.values {
            guard let group = groups[key], let floor = group.floor else { continue }
            floors[key.group.description] = group.recording.grid.time(floor)
        }
        return floors
    }
}
