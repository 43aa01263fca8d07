import Seismic

/// Reads picks off curves that arrive in parts. A stretch without answers ends what was going on, and another begins
/// behind it.
struct CurveReader {
    /// A pick on the curves' own samples, counted as the curves are.
    struct Found {
        var phase: String
        var pick: CurvePick
        var timeUncertainty: Double?
        var probabilityUncertainty: Double?
        var detection: Double?
    }
    private let phases: [String]
    private let hasDetection: Bool
    private let rule: PickRule
    private let thresholds: PickThresholds
    /// Samples of the curves a second.
    private let rate: Double

    private var scans: [any CurveScan] = []
    /// The first sample of the run that the scans count from.
    private var runBegin: Int?
    private var next: Int?
    private var history: CurveHistory
    private var study: EQTStream?
    private var detections: (any CurveScan)?

    private struct Open {
        var phase: Int
        var pick: CurvePick
        var detection: Double?
    }
    /// Settled by their rule, but what follows them has not arrived yet.
    private var open: [Open] = []
    /// How far a pick's surroundings reach, in samples: two seconds.
    private let reach: Int

    private(set) var found: [Found] = []
    /// Stretches of detection, by the rule `trigger` on their curve.
    private(set) var detected: [CurvePick] = []

    init(phases: [String], hasDetection: Bool, rule: PickRule, thresholds: PickThresholds, rate: Double) {
        self.phases = phases
        self.hasDetection = hasDetection
        self.rule = rule
        self.thresholds = thresholds
        self.rate = rate
        reach = max(2, Int((2 * rate).rounded()))
        history = CurveHistory(curves: phases.count + (hasDetection ? 1 : 0))
    }

    /// The next samples of all curves, the first of which is `begin`.
    mutating func take(_ curves: [[Float]], spread: [[Float]]?, at begin: Int) {
        if let next, next != begin { finish() }
        let count = curves.first?.count ?? 0
        next = begin + count
        var index = 0
        while index < count {
            guard !curves[0][index].isNaN else {
                finish()
                index += 1
                continue
            }
            var end = index + 1
            while end < count, !curves[0][end].isNaN { end += 1 }
            if runBegin == nil { start(at: begin + index) }
            // In parts that the history holds whole: a pick's surroundings are looked at before they are forgotten.
            while index < end {
                let part = index..<min(end, index + CurveHistory.length / 4)
                run(curves.map { $0[part] }, spread: spread?.map { $0[part] })
                index = part.upperBound
            }
        }
    }

    /// The next samples of a run, all of which have answers.
    private mutating func run(_ curves: [ArraySlice<Float>], spread: [ArraySlice<Float>]?) {
        history.add(curves, spread: spread)
        for place in scans.indices {
            for pick in scans[place].take(all: curves[place]) { keep(pick, phase: place) }
        }
        if var scan = detections {
            for pick in scan.take(all: curves[phases.count]) { keep(detection: pick) }
            detections = scan
        }
        if let onsets = study?.take(curves) { keep(onsets) }
        settle(upTo: history.end - reach)
    }

    private mutating func start(at sample: Int) {
        runBegin = sample
        history.restart(at: sample)
        switch rule {
        case .peaks: scans = phases.map { PeakScan(threshold: thresholds.phase($0)) }
        case .trigger: scans = phases.map { TriggerScan(threshold: thresholds.phase($0)) }
        case .eqt:
            scans = []
            study = EQTStream(
                phases: phases, hasDetection: hasDetection, thresholds: thresholds, rate: rate, at: sample)
        }
        detections = hasDetection ? TriggerScan(threshold: thresholds.detection) : nil
    }

    /// The end of a run of answers, and of everything at last.
    mutating func finish() {
        guard runBegin != nil else { return }
        for place in scans.indices { if let pick = scans[place].finish() { keep(pick, phase: place) } }
        if var scan = detections, let pick = scan.finish() { keep(detection: pick) }
        if let events = study?.finish() { keep(events) }
        settle(upTo: .max)
        (scans, study, detections, runBegin) = ([], nil, nil, nil)
    }

    private mutating func keep(detection pick: CurvePick) { detected.append(pick.moved(by: runBegin ?? 0)) }

    private mutating func keep(_ pick: CurvePick, phase: Int) {
        open.append(Open(phase: phase, pick: pick.moved(by: runBegin ?? 0), detection: nil))
    }

    private mutating func keep(_ onsets: [EQTStream.Onset]) {
        for onset in onsets {
            guard let phase = phases.firstIndex(of: onset.phase) else { continue }
            open.append(Open(phase: phase, pick: onset.pick, detection: onset.detection))
        }
    }

    /// Looks at the surroundings of picks that are as far back as a pick's surroundings reach, so that it does not
    /// matter in which parts the curves came.
    private mutating func settle(upTo end: Int) {
        for entry in open where entry.pick.sample < Double(end) {
            let pick = entry.pick
            // What lies farther back may be forgotten, or not: that hangs on the parts in which the curves came.
            let known = pick.end - CurveHistory.known
            let detection =
                entry.detection
                ?? (hasDetection
                    ? history.highest(of: phases.count, from: max(known, pick.begin), to: pick.end) : nil)
            let isKnown = pick.sample - Double(reach) >= Double(known)
            let width = isKnown ? history.width(of: entry.phase, at: pick.sample, reach: reach) : nil
            found.append(
                Found(
                    phase: phases[entry.phase], pick: pick, timeUncertainty: width.map { $0 / rate },
                    probabilityUncertainty: isKnown ? history.spread(of: entry.phase, at: pick.sample) : nil,
                    detection: detection))
        }
        open.removeAll { $0.pick.sample < Double(end) }
    }

    /// No pick that is still to come stands before this sample.
    var floor: Int? {
        guard let runBegin else { return next }
        let begun = scans.compactMap(\.begun).map { $0 + runBegin } + open.map { Int($0.pick.sample) }
        return (begun + [study?.begin ?? history.end]).min()
    }

    /// What was found since this was asked last.
    mutating func collect() -> [Found] {
        defer { found = [] }
        return found
    }
}

extension CurvePick {
    /// The same pick, counted from elsewhere.
    func moved(by samples: Int) -> CurvePick {
        var pick = self
        pick.sample += Double(samples)
        pick.begin += samples
        pick.end += samples
        return pick
    }
}

/// The last samples of the curves of a run, for what is asked about a pick once it is settled.
struct CurveHistory {
    private var values: [[Float]]
    private var spreads: [[Float]]
    private var begin = 0
    static let length = 16_384
    /// So far back from the end of a pick everything is there, in whatever parts the curves came.
    static let known = 8192

    init(curves: Int) {
        values = [[Float]](repeating: [], count: curves)
        spreads = values
    }

    mutating func restart(at sample: Int) {
        begin = sample
        for curve in values.indices { (values[curve], spreads[curve]) = ([], []) }
    }

    var end: Int { begin + (values.first?.count ?? 0) }

    mutating func add(_ curves: [ArraySlice<Float>], spread: [ArraySlice<Float>]?) {
        for (curve, part) in curves.enumerated() { values[curve] += part }
        for (curve, part) in (spread ?? []).enumerated() { spreads[curve] += part }
        let gone = values[0].count - Self.length
        guard gone >= Self.length else { return }
        for curve in values.indices {
            values[curve].removeFirst(gone)
            if !spreads[curve].isEmpty { spreads[curve].removeFirst(gone) }
        }
        begin += gone
    }

    /// The standard deviation of the curve about its top, above four fifths of its height, in samples.
    func width(of curve: Int, at sample: Double, reach: Int) -> Double? {
        let place = Int(sample) - begin
        let values = values[curve]
        guard values.indices.contains(place) else { return nil }
        let least = 0.8 * values[place]
        var (low, high) = (place, place)
        while low > 0, place - low < reach, values[low - 1] >= least { low -= 1 }
        while high + 1 < values.count, high - place < reach, values[high + 1] >= least { high += 1 }
        let weights = values[low...high].map(Double.init)
        let total = weights.reduce(0, +)
        guard total > 0 else { return nil }
        let mean = zip(low...high, weights).reduce(0) { $0 + Double($1.0) * $1.1 } / total
        let square = zip(low...high, weights).reduce(0) { $0 + (Double($1.0) - mean) * (Double($1.0) - mean) * $1.1 }
        // One sample wide is as wide as a sample, not certain.
        return (square / total + 1.0 / 12).squareRoot()
    }

    func spread(of curve: Int, at sample: Double) -> Double? {
        let place = Int(sample) - begin
        return spreads[curve].indices.contains(place) ? Double(spreads[curve][place]) : nil
    }

    func highest(of curve: Int, from first: Int, to last: Int) -> Double? {
        let (low, high) = (max(first - begin, 0), min(last - begin, values[curve].count - 1))
        return low <= high ? values[curve][low...high].max().map(Double.init) : nil
    }
}

/// The study's rule on a curve without end: cut where no detection is near, so that every part is read as the whole
/// would be.
struct EQTStream {
    struct Onset {
        var phase: String
        var pick: CurvePick
        var detection: Double?
    }
    private let phases: [String]
    private let hasDetection: Bool
    private let rule: EQTRule
    private let quiet: Int
    /// Nothing before this sample can still be told.
    private(set) var begin: Int
    private var curves: [[Float]]
    /// How many samples the detection has been below its threshold.
    private var silence = 0

    init(phases: [String], hasDetection: Bool, thresholds: PickThresholds, rate: Double, at sample: Int) {
        self.phases = phases
        self.hasDetection = hasDetection
        rule = EQTRule(thresholds, rate: rate)
        // A P may lie a second before its detection.
        quiet = max(4, Int((2 * rate).rounded()))
        begin = sample
        curves = [[Float]](repeating: [], count: phases.count + (hasDetection ? 1 : 0))
    }

    /// More of the curves; the onsets of a part that nothing to come can change.
    mutating func take(_ parts: [ArraySlice<Float>]) -> [Onset] {
        var onsets: [Onset] = []
        guard hasDetection, let detection = parts.last else {
            for (curve, part) in parts.enumerated() { curves[curve] += part }
            return []
        }
        for index in detection.indices {
            for (curve, part) in parts.enumerated() { curves[curve].append(part[index]) }
            silence = Double(detection[index]) < rule.thresholds.detection ? silence + 1 : 0
            guard silence >= 2 * quiet, curves[0].count >= 64 * quiet else { continue }
            onsets += read()
            // What a later detection may reach back to stays.
            let gone = curves[0].count - quiet
            for curve in curves.indices { curves[curve].removeFirst(gone) }
            begin += gone
        }
        return onsets
    }

    mutating func finish() -> [Onset] { read() }

    private func read() -> [Onset] {
        func curve(_ phase: String) -> ProbabilityCurve? {
            phases.firstIndex(of: phase).map { ProbabilityCurve(curves[$0]) }
        }
        let detection = hasDetection ? curves.last.map { ProbabilityCurve($0) } : nil
        return rule.events(detection: detection, p: curve("P"), s: curve("S")).flatMap { event -> [Onset] in
            let onsets = [("P", event.p), ("S", event.s)]
            return onsets.compactMap { phase, pick in
                pick.map { Onset(phase: phase, pick: $0.moved(by: begin), detection: event.probability) }
            }
        }
    }
}
