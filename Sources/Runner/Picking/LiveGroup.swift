import Seismic

/// Picks one instrument while it records: a window is asked as soon as what it spans is settled, and what comes of it
/// is what `GroupPicker` reads off files of the same records.
final class LiveGroup {
    let recording: LiveRecording
    private let source: any CurveSource
    private let settings: StreamSettings
    private let span: Range<Int>
    private let bridge: Int
    private var open: Open?
    /// Up to where stretches are over.
    private var closed: Int?
    /// What waits for the ground's motion behind it, in the order in which it was found.
    private var queue: [Waiting] = []
    /// How many windows were asked.
    var windows: Int { closedWindows + (open?.picker.windows ?? 0) }
    private var closedWindows = 0
    private(set) var coverage = Coverage()

    private struct Open {
        var begin: Int
        var picker: StretchPicker
        /// How many of its detections were told.
        var detections = 0
    }
    private enum Waiting {
        case pick(near: Int, make: () -> StreamPick)
        /// The end of a stretch: what stands close to one another does so within one.
        case end
    }
    private var separation: Separation

    /// What came of the last records.
    struct News {
        var picks: [StreamPick] = []
        var detections: [StreamDetection] = []
    }

    init(_ source: any CurveSource, _ settings: StreamSettings, _ recording: LiveRecording, span: Range<Instant>?) {
        self.source = source
        self.settings = settings
        self.recording = recording
        let grid = recording.grid
        self.span =
            span.map {
                let first = grid.place($0.lowerBound).sample
                return first..<max(first, grid.place($0.upperBound).sample)
            } ?? Int.min / 4..<Int.max / 4
        bridge = Int((settings.bridge * grid.rate).rounded())
        separation = Separation(settings.separate)
    }

    /// Whether nothing that comes can change anything.
    var isOver: Bool { (recording.horizon ?? .min) >= span.upperBound }

    /// Asks what can be asked by now.
    func advance() throws -> News {
        recording.settle()
        var news = News()
        while let horizon = recording.horizon, try step(horizon, &news) {}
        news.picks = told()
        // Picks look back at the ground before them, and their curve may have begun long ago.
        if let horizon = recording.horizon { recording.forget(before: horizon - Self.memory) }
        return news
    }

    /// Nothing comes any more.
    func finish() throws -> News {
        recording.end()
        return try advance()
    }

    /// So many samples are kept: three quarters of an hour at a hundred a second.
    static let memory = 1 << 18

    /// One stretch as far as it goes; whether another may follow.
    private func step(_ horizon: Int, _ news: inout News) throws -> Bool {
        let runs = recording.stretches(all: settings.needsAllComponents, bridge: bridge).map { $0.clamped(to: span) }
        guard let run = runs.first(where: { !$0.isEmpty && $0.upperBound > closed ?? .min }) else { return false }
        if open == nil {
            if let closed, closed < run.lowerBound { add(closed..<run.lowerBound, .gap) }
            open = Open(
                begin: run.lowerBound, picker: StretchPicker(source, settings, recording, from: run.lowerBound))
        }
        guard var now = open else { return false }
        let stretch = now.begin..<run.upperBound
        // Records that would still join it are settled, or there are to be none.
        let isClosed = recording.hasEnded || horizon > run.upperBound + bridge || run.upperBound == span.upperBound
        try ask(stretch, isClosed: isClosed, &now.picker)
        let before = news.detections.count
        news.detections += now.picker.detections(from: now.detections)
        now.detections += news.detections.count - before
        guard isClosed else {
            open = now
            return false
        }
        open = nil
        queue.append(.end)
        closed = run.upperBound
        closedWindows += now.picker.windows
        if now.picker.last == nil {
            add(stretch, .tooShort)
        } else {
            for (range, fate, windows) in now.picker.fates.rows(until: stretch.upperBound) {
                add(range, fate, windows: windows)
            }
        }
        return true
    }

    private func ask(_ stretch: Range<Int>, isClosed: Bool, _ picker: inout StretchPicker) throws {
        let grid = picker.grid
        let end = stretch.upperBound - source.length
        var begin = picker.last.map { grid.next(after: $0) } ?? grid.first(from: stretch.lowerBound)
        while begin <= end {
            var batch: [Int] = []
            while begin <= end, batch.count < source.batch {
                batch.append(begin)
                begin = grid.next(after: begin)
            }
            try take(batch, next: grid.earliest(after: batch[batch.count - 1], of: stretch), &picker)
        }
        guard let last = picker.last else { return }
        if isClosed {
            let flush = grid.flush(with: stretch)
            try take(flush > last ? [flush] : [], next: nil, &picker)
        } else {
            try take([], next: grid.earliest(after: last, of: stretch), &picker)
        }
    }

    private func take(_ begins: [Int], next: Int?, _ picker: inout StretchPicker) throws {
        for found in try picker.ask(begins, next: next) {
            let now = picker
            queue.append(.pick(near: picker.sample(of: found)) { now.pick(found) })
        }
    }

    /// What is known to its end, with what stands behind it on the ground.
    private func told() -> [StreamPick] {
        var picks: [StreamPick] = []
        let reach = Int(GroundMotionAtPick.behind * recording.grid.rate)
        let known = recording.hasEnded ? Int.max : recording.horizon ?? Int.min / 2
        let ready = queue.prefix { if case .pick(let near, _) = $0 { near <= known - reach } else { true } }
        for waiting in ready {
            switch waiting {
            case .pick(_, let make): picks += separation.take(make())
            case .end: picks += separation.finish()
            }
        }
        queue.removeFirst(ready.count)
        if let floor { picks += separation.release(before: recording.grid.time(floor)) }
        return picks
    }

    /// No pick that is still to be told stands before this sample.
    var floor: Int? {
        let waiting = queue.compactMap { entry -> Int? in
            if case .pick(let near, _) = entry { near } else { nil }
        }
        let begun = open.map { $0.picker.floor ?? $0.begin } ?? closed
        return ([begun].compactMap { $0 } + waiting).min()
    }

    private func add(_ range: Range<Int>, _ fate: Coverage.Fate, windows: Int = 0) {
        let grid = recording.grid
        coverage.add(
            Coverage.Row(
                recording.group, from: grid.time(range.lowerBound), to: grid.time(range.upperBound),
                components: String(recording.letters.compactMap { $0 }), fate, windows: windows))
    }

    /// What became of every second so far, also of the stretch that is going on.
    var coverageSoFar: Coverage {
        guard let open, open.picker.last != nil, let horizon = recording.horizon else { return coverage }
        var all = coverage
        let grid = recording.grid
        let letters = String(recording.letters.compactMap { $0 })
        for (range, fate, windows) in open.picker.fates.rows(until: open.begin) where range.lowerBound < horizon {
            all.add(
                Coverage.Row(
                    recording.group, from: grid.time(range.lowerBound), to: grid.time(range.upperBound),
                    components: letters, fate, windows: windows))
        }
        return all
    }
}
