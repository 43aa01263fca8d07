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
    let grid: WindowGrid
    private let blind: Int
    /// Who wants the curves beside the picks.
    private let sink: (any CurveSink)?

    init(
        _ source: any CurveSource, _ settings: StreamSettings, _ reader: StreamReader, sink: (any CurveSink)? = nil
    ) {
        self.sink = sink
        self.source = source
        self.settings = settings
        self.reader = reader
        let hop = settings.hop ?? source.length / 2
        grid = WindowGrid(settings.anchor, length: source.length, hop: hop, step: source.step)
        blind = (settings.blind ?? 0) / source.step
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
            for stretch in StreamReader.parts(of: wanted, without: without) where !stretch.isEmpty {
                if let last, last < stretch.lowerBound { addSilence(last..<stretch.lowerBound, without, to: &result) }
                try pick(stretch, into: &result, progress: progress)
                last = stretch.upperBound
            }
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

    // MARK: One stretch

    private func pick(
        _ stretch: Range<Int>, into result: inout GroupPicks, progress: (Int, Instant) -> Void
    ) throws {
        let begins = grid.begins(in: stretch)
        guard let first = begins.first else { return add(stretch, .tooShort, to: &result) }
        let count = source.phases.count + (source.hasDetection ? 1 : 0)
        var stack = CurveStack(settings.stack, outputs: count, blind: blind, begin: floorDivide(first, source.step))
        var spreads = CurveStack(.mean, outputs: count, blind: blind, begin: floorDivide(first, source.step))
        var curves = CurveReader(
            phases: source.phases, hasDetection: source.hasDetection, rule: settings.rule,
            thresholds: settings.thresholds, rate: source.rate / Double(source.step))
        // Windows that are counted from a stretch's first sample need not lie on the steps that curves are counted in.
        let shift = first - floorDivide(first, source.step) * source.step + source.lead
        var fates = StretchFates(stretch)
        var filled: [Int] = []
        var separation = Separation(settings.separate)
        var place = 0
        while place < begins.count {
            let group = Array(begins[place..<min(place + source.batch, begins.count)])
            place += group.count
            let cut = group.map { cutWindow($0) }
            let asked = zip(group, cut).compactMap { begin, cut in cut.window.map { (begin, $0) } }
            let answers = try source.curves(of: asked.map { $0.1 })
            for (begin, cut) in zip(group, cut) {
                fates.window(begin..<begin + source.length, cut.fate)
                if cut.isFilled { filled.append(begin) }
            }
            for ((begin, _), answer) in zip(asked, answers) {
                stack.add(answer.curves, at: floorDivide(begin, source.step))
                if let spread = answer.spread { spreads.add(spread, at: floorDivide(begin, source.step)) }
                result.windows += 1
            }
            let until = place < begins.count ? floorDivide(begins[place], source.step) : nil
            try take(
                &stack, &spreads, until: until, hasSpread: answers.first?.spread != nil, shift: shift, into: &curves)
            if until == nil { curves.finish() }
            for found in curves.collect() {
                for kept in separation.take(pick(found, filled: filled, shift: shift)) { result.picks.append(kept) }
            }
            filled.removeAll { $0 + 4 * source.length < (group.first ?? 0) }
            progress(result.picks.count, time(group.last ?? first))
        }
        result.picks += separation.finish()
        result.detections += curves.detected.map { detection($0, shift: shift) }
        for (range, fate, windows) in fates.finish() { add(range, fate, windows: windows, to: &result) }
    }

    private func take(
        _ stack: inout CurveStack, _ spreads: inout CurveStack, until: Int?, hasSpread: Bool, shift: Int,
        into curves: inout CurveReader
    ) throws {
        let begin = stack.begin
        let values = until.map { stack.finished(before: $0) } ?? stack.rest()
        let spread = until.map { spreads.finished(before: $0) } ?? spreads.rest()
        try sink?.take(values, of: reader, first: begin * source.step + shift, step: source.step)
        curves.take(values, spread: hasSpread ? spread : nil, at: begin)
    }

    // MARK: One window

    private struct Cut {
        var window: Window?
        var fate: Coverage.Fate
        var isFilled: Bool
    }

    /// A window's samples as a trace of their own; none where it is not worth asking.
    private func cutWindow(_ begin: Int) -> Cut {
        var samples = reader.samples(begin..<begin + source.length, keep: 2 * source.length)
        let present = samples.indices.filter { reader.letters[$0] != nil }
        let recorded = present.map { channel in samples[channel].count { !$0.isNaN } }
        let isFilled = recorded.contains { $0 < source.length }
        guard Double(recorded.max() ?? 0) >= settings.leastShare * Double(source.length) else {
            return Cut(fate: .gap, isFilled: isFilled)
        }
        let isDead = present.allSatisfy { channel in
            let values = samples[channel].lazy.filter { !$0.isNaN }
            return values.allSatisfy { $0 == values.first }
        }
        if isDead { return Cut(fate: .dead, isFilled: isFilled) }
        for channel in samples.indices where settings.fillsWithZeros || samples[channel].allSatisfy(\.isNaN) {
            // A channel that says nothing at all has no mean to be filled with.
            for index in samples[channel].indices where samples[channel][index].isNaN { samples[channel][index] = 0 }
        }
        let window = Window(samples: samples, components: source.components, rate: source.rate)
        return Cut(window: window, fate: .picked, isFilled: isFilled)
    }

    // MARK: One pick

    private func pick(_ found: CurveReader.Found, filled: [Int], shift: Int) -> StreamPick {
        func place(_ sample: Double) -> Double { sample * Double(source.step) + Double(shift) }
        let sample = place(found.pick.sample)
        let near = Int(sample.rounded(.down))
        let late = reader.late(at: near)
        func moment(_ sample: Double) -> Instant {
            Instant(nanoseconds: reader.grid.time(sample).nanoseconds + late)
        }
        var pick = StreamPick(
            group: reader.group, components: letters, phase: found.phase, time: moment(sample),
            probability: found.pick.probability, begin: moment(place(Double(found.pick.begin))),
            end: moment(place(Double(found.pick.end))), model: source.model)
        pick.timeUncertainty = found.timeUncertainty
        pick.probabilityUncertainty = found.probabilityUncertainty
        pick.detection = found.detection
        pick.isAtGap = filled.contains { $0 <= near && near < $0 + source.length }
        let ground = GroundMotionAtPick(reader, at: near)
        pick.amplitude = ground.amplitude
        pick.amplitudeUnit = ground.amplitude == nil ? nil : "counts"
        pick.signalToNoise = ground.signalToNoise
        return pick
    }

    private func detection(_ run: CurvePick, shift: Int) -> StreamDetection {
        let (begin, end) = (run.begin * source.step + shift, run.end * source.step + shift)
        let late = reader.late(at: begin)
        func moment(_ sample: Int) -> Instant { Instant(nanoseconds: time(sample).nanoseconds + late) }
        return StreamDetection(
            group: reader.group, begin: moment(begin), end: moment(end), probability: run.probability)
    }
}

/// What became of a stretch, told window by window.
struct StretchFates {
    private var told: Int
    private let end: Int
    private var rows: [(Range<Int>, Coverage.Fate, Int)] = []
    /// Of the last window that was not asked.
    private var reason = Coverage.Fate.gap

    init(_ stretch: Range<Int>) {
        told = stretch.lowerBound
        end = stretch.upperBound
    }

    mutating func window(_ range: Range<Int>, _ fate: Coverage.Fate) {
        guard fate == .picked else {
            reason = fate
            return
        }
        // Windows flush with an end leave less than a step out; it lies within what the network sees.
        let begin = rows.isEmpty && range.lowerBound - told < 64 ? told : range.lowerBound
        if begin > told { rows.append((told..<begin, reason, 0)) }
        let upper = max(told, range.upperBound)
        if let last = rows.last, last.1 == .picked, last.0.upperBound == told, begin <= told {
            rows[rows.count - 1] = (last.0.lowerBound..<upper, .picked, last.2 + 1)
        } else {
            rows.append((max(begin, told)..<upper, .picked, 1))
        }
        told = upper
    }

    mutating func finish() -> [(Range<Int>, Coverage.Fate, Int)] {
        if told < end {
            if end - told < 64, let last = rows.last, last.1 == .picked {
                rows[rows.count - 1].0 = last.0.lowerBound..<end
            } else {
                rows.append((told..<end, reason, 0))
            }
        }
        return rows.filter { !$0.0.isEmpty }
    }
}

/// Of picks of one phase that stand closer together than some seconds only the likelier is let through.
struct Separation {
    private let seconds: Double?
    private var held: [String: StreamPick] = [:]
    init(_ seconds: Double?) { self.seconds = seconds }

    mutating func take(_ pick: StreamPick) -> [StreamPick] {
        guard let seconds else { return [pick] }
        guard let before = held[pick.phase] else {
            held[pick.phase] = pick
            return []
        }
        if abs(pick.time.seconds(since: before.time)) < seconds {
            if pick.probability > before.probability { held[pick.phase] = pick }
            return []
        }
        held[pick.phase] = pick
        return [before]
    }

    mutating func finish() -> [StreamPick] {
        defer { held = [:] }
        return held.values.sorted(by: StreamPick.isBefore)
    }
}

/// How strongly the ground moved at a pick: the largest deviation within two seconds behind it from the mean of the
/// five
/// before, and, as EQTransformer has it, 95 % of what five seconds behind it hold over 95 % of what five before do.
struct GroundMotionAtPick {
    var amplitude: Double?
    var signalToNoise: Double?
    private static let before = 5.0
    private static let behind = 5.0
    private static let peak = 2.0

    init(_ reader: StreamReader, at sample: Int) {
        let rate = reader.grid.rate
        let (lead, tail) = (Int(Self.before * rate), Int(Self.behind * rate))
        let channels = reader.samples(sample - lead..<sample + tail, keep: 1 << 16)
        var ratios: [Double] = []
        for channel in channels {
            let noise = channel[..<lead].filter { !$0.isNaN }.map(Double.init)
            let signal = channel[lead...].filter { !$0.isNaN }.map(Double.init)
            guard noise.count > lead / 2, signal.count > tail / 2 else { continue }
            let mean = noise.reduce(0, +) / Double(noise.count)
            let largest = signal.prefix(Int(Self.peak * rate)).map { abs($0 - mean) }.max() ?? 0
            amplitude = max(amplitude ?? 0, largest)
            let (quiet, loud) = (Self.high(noise, mean), Self.high(signal, mean))
            if quiet > 0, loud > 0 { ratios.append(20 * log10(loud / quiet)) }
        }
        signalToNoise = ratios.max()
    }

    private static func high(_ values: [Double], _ mean: Double) -> Double {
        let sorted = values.map { abs($0 - mean) }.sorted()
        return sorted[min(sorted.count - 1, Int(0.95 * Double(sorted.count)))]
    }
}
