import Foundation
import GraphIR
import Seismic

/// What came of one instrument.
public struct GroupPicks: Sendable {
    public var picks: [StreamPick] = []
    public var detections: [StreamDetection] = []
    public var coverage = Coverage()
    public var windows = 0
    /// Records that contradicted others of the same time, and the seconds that count as gaps because of them.
    public var contradictedSeconds = 0.0
    public var contradicted: [Range<Instant>] = []
    public var damage: [StreamIndex.Damage] = []
}

/// A stretch in which the network says that an earthquake is under way.
public struct StreamDetection: Sendable, Equatable {
    public var group: StreamGroup
    public var begin: Instant
    public var end: Instant
    public var probability: Double
}

/// Goes through one instrument's recording from its begin to its end: cuts windows, asks the network, puts its answers
/// together, and reads picks off them. It holds some windows and one hop of curves, however long the recording is.
struct GroupPicker {
    let source: any CurveSource
    let settings: StreamSettings
    let reader: StreamReader
    /// Who wants the curves beside the picks.
    private let sink: (any CurveSink)?

    init(
        _ source: any CurveSource, _ settings: StreamSettings, _ reader: StreamReader, sink: (any CurveSink)? = nil
    ) {
        self.sink = sink
        self.source = source
        self.settings = settings
        self.reader = reader
    }

    private var letters: String { String(reader.letters.compactMap { $0 }) }

    private func time(_ sample: Int) -> Instant { reader.grid.time(sample) }

    /// Picks everything in `span` that is not in `without`, both on the clock's grid.
    func pick(
        span: Range<Int>? = nil, without: [Range<Int>] = [],
        progress: (_ picks: Int, _ until: Instant) -> Void = { _, _ in }
    ) throws -> GroupPicks {
        var result = GroupPicks()
        let bridge = Int((settings.bridge * reader.grid.rate).rounded())
        var last: Int?
        for whole in reader.stretches(all: settings.needsAllComponents, bridge: bridge) {
            let wanted = span.map { whole.clamped(to: $0) } ?? whole
            if wanted.isEmpty { continue }
            if let last, last < wanted.lowerBound { addSilence(last..<wanted.lowerBound, without, to: &result) }
            var told = wanted.lowerBound
            for stretch in StreamReader.parts(of: wanted, without: without) where !stretch.isEmpty {
                add(told..<stretch.lowerBound, .notPreferred, to: &result)
                try pick(stretch, into: &result, progress: progress)
                told = stretch.upperBound
            }
            add(told..<wanted.upperBound, .notPreferred, to: &result)
            last = wanted.upperBound
        }
        addDamage(within: span, to: &result)
        result.contradicted = reader.conflicts.map { time($0.lowerBound)..<time($0.upperBound) }
        result.contradictedSeconds = reader.conflicts.reduce(0) { $0 + Double($1.count) } / reader.grid.rate
        result.damage = reader.damage
        result.picks.sort(by: StreamPick.isBefore)
        return result
    }

    /// What lies between two stretches: another instrument's time, damaged records, or nothing.
    private func addSilence(_ range: Range<Int>, _ without: [Range<Int>], to result: inout GroupPicks) {
        let isAnothers = without.contains { $0.overlaps(range) }
        let isDamaged = reader.damaged.values.contains { $0.contains { $0.overlaps(range) } }
        add(range, isAnothers ? .notPreferred : isDamaged ? .damaged : .gap, to: &result)
    }

    /// Of records of single channels that could not be read while others could; these lie over the time that was
    /// picked without them.
    private func addDamage(within span: Range<Int>?, to result: inout GroupPicks) {
        let silent = result.coverage.rows.filter { $0.fate != .picked }.map {
            reader.grid.place($0.from).sample..<reader.grid.place($0.to).sample
        }
        for (letter, ranges) in reader.damaged.sorted(by: { $0.key < $1.key }) {
            for range in ranges {
                for part in StreamReader.parts(of: span.map { range.clamped(to: $0) } ?? range, without: silent) {
                    result.coverage.add(
                        Coverage.Row(
                            reader.group, from: time(part.lowerBound), to: time(part.upperBound),
                            components: String(letter), .damaged))
                }
            }
        }
    }

    private func add(_ range: Range<Int>, _ fate: Coverage.Fate, windows: Int = 0, to result: inout GroupPicks) {
        result.coverage.add(
            Coverage.Row(
                reader.group, from: time(range.lowerBound), to: time(range.upperBound), components: letters, fate,
                windows: windows))
    }

    private func pick(
        _ stretch: Range<Int>, into result: inout GroupPicks, progress: (Int, Instant) -> Void
    ) throws {
        var picker = StretchPicker(source, settings, reader, from: stretch.lowerBound, sink: sink)
        let begins = picker.grid.begins(in: stretch)
        guard !begins.isEmpty else { return add(stretch, .tooShort, to: &result) }
        var separation = Separation(settings.separate)
        var place = 0
        while place < begins.count {
            let batch = Array(begins[place..<min(place + source.batch, begins.count)])
            place += batch.count
            for found in try picker.ask(batch, next: place < begins.count ? begins[place] : nil) {
                result.picks += separation.take(picker.pick(found))
            }
            progress(result.picks.count, time(batch[0]))
        }
        result.picks += separation.finish()
        result.windows += picker.windows
        result.detections += picker.detections()
        for (range, fate, windows) in picker.fates.rows(until: stretch.upperBound) {
            add(range, fate, windows: windows, to: &result)
        }
    }
}
