import Seismic

/// Picks one stretch of a recording from its first window to its last, as they are handed to it: cuts windows, asks the
/// network, puts its answers together, and reads picks off them. It holds some windows and one hop of curves, however
/// long the stretch is, and nothing that it says depends on how many windows are asked at once.
struct StretchPicker {
    private let source: any CurveSource
    private let settings: StreamSettings
    private let recording: any Recording
    private let sink: (any CurveSink)?
    private let blind: Int
    let grid: WindowGrid

    private var stack: CurveStack
    private var spreads: CurveStack
    private var hasSpread = false
    private var curves: CurveReader
    /// Windows that are counted from a stretch's first sample need not lie on the steps that curves are counted in.
    private let shift: Int
    /// Of what windows speak that reach into what was not recorded.
    private var filled: [Range<Int>] = []
    private(set) var fates: StretchFates
    private(set) var windows = 0
    /// Where the last window that was asked begins.
    private(set) var last: Int?

    init(
        _ source: any CurveSource, _ settings: StreamSettings, _ recording: any Recording, from begin: Int,
        sink: (any CurveSink)? = nil
    ) {
        self.source = source
        self.settings = settings
        self.recording = recording
        self.sink = sink
        let hop = settings.hop ?? source.length / 2
        grid = WindowGrid(settings.anchor, length: source.length, hop: hop, step: source.step)
        blind = (settings.blind ?? 0) / source.step
        let first = grid.first(from: begin)
        let place = floorDivide(first, source.step)
        shift = first - place * source.step + source.lead
        let count = source.phases.count + (source.hasDetection ? 1 : 0)
        stack = CurveStack(settings.stack, outputs: count, blind: blind, begin: place)
        spreads = CurveStack(.mean, outputs: count, blind: blind, begin: place)
        curves = CurveReader(
            phases: source.phases, hasDetection: source.hasDetection, rule: settings.rule,
            thresholds: settings.thresholds, rate: source.rate / Double(source.step))
        fates = StretchFates(from: begin)
    }

    /// Asks the next windows, in order of their begin; what they settle.
    ///
    /// - Parameter next: no window to come begins before it; `nil` behind the last one.
    mutating func ask(_ begins: [Int], next: Int?) throws -> [CurveReader.Found] {
        let cut = begins.map { cutWindow($0) }
        let asked = zip(begins, cut).compactMap { begin, cut in cut.window.map { (begin, $0) } }
        let answers = try source.curves(of: asked.map { $0.1 })
        for (begin, cut) in zip(begins, cut) {
            fates.window(begin..<begin + source.length, cut.fate)
            if cut.isFilled { markFilled(begin) }
        }
        for ((begin, _), answer) in zip(asked, answers) {
            stack.add(answer.curves, at: floorDivide(begin, source.step))
            if let spread = answer.spread {
                spreads.add(spread, at: floorDivide(begin, source.step))
                hasSpread = true
            }
            windows += 1
        }
        last = begins.last ?? last
        // The first samples of a window say nothing.
        try take(before: next.map { floorDivide($0, source.step) + blind })
        if next == nil { curves.finish() }
        return curves.collect()
    }

    private mutating func take(before end: Int?) throws {
        let begin = stack.begin
        let values = end.map { stack.finished(before: $0) } ?? stack.rest()
        let spread = end.map { spreads.finished(before: $0) } ?? spreads.rest()
        guard values.first?.isEmpty == false else { return }
        try sink?.take(values, of: recording, first: begin * source.step + shift, step: source.step)
        curves.take(values, spread: hasSpread ? spread : nil, at: begin)
    }

    private mutating func markFilled(_ begin: Int) {
        let edge = min(blind * source.step, source.length / 2)
        let range = begin + edge..<begin + source.length - edge
        if let last = filled.last, range.lowerBound <= last.upperBound {
            filled[filled.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
        } else {
            filled.append(range)
        }
    }

    // MARK: One window

    private struct Cut {
        var window: Window?
        var fate: Coverage.Fate
        var isFilled: Bool
    }

    /// A window's samples as a trace of their own; none where it is not worth asking.
    private func cutWindow(_ begin: Int) -> Cut {
        var samples = recording.samples(begin..<begin + source.length, keep: 2 * source.length)
        let present = samples.indices.filter { recording.letters[$0] != nil }
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

    private func place(_ sample: Double) -> Double { sample * Double(source.step) + Double(shift) }

    /// The sample of the recording at or before a pick.
    func sample(of found: CurveReader.Found) -> Int { Int(place(found.pick.sample).rounded(.down)) }

    /// The sample before which nothing that is still to come stands.
    var floor: Int? { curves.floor.map { Int(place(Double($0)).rounded(.down)) } }

    func pick(_ found: CurveReader.Found) -> StreamPick {
        let near = sample(of: found)
        let late = recording.late(at: near)
        func moment(_ sample: Double) -> Instant {
            Instant(nanoseconds: recording.grid.time(place(sample)).nanoseconds + late)
        }
        var pick = StreamPick(
            group: recording.group, components: String(recording.letters.compactMap { $0 }), phase: found.phase,
            time: moment(found.pick.sample), probability: found.pick.probability,
            begin: moment(Double(found.pick.begin)), end: moment(Double(found.pick.end)), model: source.model)
        pick.timeUncertainty = found.timeUncertainty
        pick.probabilityUncertainty = found.probabilityUncertainty
        pick.detection = found.detection
        pick.isAtGap = filled.contains { $0.contains(near) }
        let ground = GroundMotionAtPick(recording, at: near)
        pick.amplitude = ground.amplitude
        pick.amplitudeUnit = ground.amplitude == nil ? nil : "counts"
        pick.signalToNoise = ground.signalToNoise
        return pick
    }

    /// Stretches in which the network says that an earthquake is under way, as far as they are over.
    func detections(from first: Int = 0) -> [StreamDetection] {
        curves.detected.dropFirst(first).map { run in
            let begin = Int(place(Double(run.begin)))
            let late = recording.late(at: begin)
            func moment(_ sample: Int) -> Instant {
                Instant(nanoseconds: recording.grid.time(place(Double(sample))).nanoseconds + late)
            }
            return StreamDetection(
                group: recording.group, begin: moment(run.begin), end: moment(run.end), probability: run.probability)
        }
    }
}
