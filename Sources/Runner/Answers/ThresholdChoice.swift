import GraphIR
import Seismic

/// Thresholds chosen on the dev split, and only there, for each rule of reading picks by what that rule finds: for
/// detections the one with the highest F1 of earthquakes against noise, then for each phase the one with the highest F1
/// of picks within 0.5 s.
struct ThresholdChoice {
    static let candidates = (1...19).map { Double($0) / 20 }
    /// More traces than these would cost memory and change the third digit.
    static let most = 1000

    private var windows: [(curves: PickReading.Curves, trace: TraceInWindow, isEvent: Bool)] = []
    private let reading: PickReading

    /// Asks the network about the dev split; `nil` where there is nothing to pick or nothing to choose on.
    init?(_ predictor: Predictor, on data: TrainingData) throws {
        let session = predictor.session
        let readings = try Readings(
            session.recipe, graph: session.graph, thresholds: nil, registry: session.registry)
        guard let picks = readings.picks, !data.splits.dev.isEmpty else { return nil }
        reading = picks
        let stride = max(1, (data.splits.dev.count + Self.most - 1) / Self.most)
        let traces = data.splits.dev.enumerated().filter { $0.offset % stride == 0 }.map(\.element)
        try predictor.ask(try data.loader(of: traces)) { batch, answers in
            for window in 0..<batch.count {
                let trace = data.trace(batch, window: window)
                windows.append((picks.curves(answers, window: window, trace), trace, !trace.picks.isEmpty))
            }
        }
    }

    func choose() -> RuleThresholds {
        var all = RuleThresholds(.eqt(phases: reading.phases.map { $0.phase.rawValue }))
        // What counts as a detection is the same for all rules.
        let detection = reading.detection == nil ? all[.peaks].detection : best { detectionF1(at: $0) }
        for rule in PickRule.allCases {
            all[rule].detection = detection
            // S first: by the study's rule, where it stands decides where P may be.
            for phase in [Phase.S, .P] + reading.phases.map(\.phase).filter({ $0 != .P && $0 != .S }) {
                guard let place = all[rule].phases.firstIndex(where: { $0.name == phase.rawValue }) else { continue }
                all[rule].phases[place].threshold = best { candidate in
                    var tried = all
                    tried[rule].phases[place].threshold = candidate
                    return pickF1(phase, rule, with: tried)
                }
            }
        }
        return all
    }

    /// The first of the best candidates' middle: where several are equally good, the one that is farthest from worse.
    private func best(_ score: (Double) -> Double) -> Double {
        let scores = Self.candidates.map(score)
        guard let highest = scores.max() else { return 0.5 }
        let first = scores.firstIndex(of: highest) ?? 0
        var last = first
        while last + 1 < scores.count, scores[last + 1] == highest { last += 1 }
        return Self.candidates[(first + last) / 2]
    }

    private func detectionF1(at threshold: Double) -> Double {
        var counts = (hits: 0.0, wrong: 0.0, missed: 0.0)
        for window in windows {
            guard let curve = window.curves.detection else { continue }
            let isDetected = DetectionRuns.hasEvent(curve.values, threshold: threshold, rate: window.curves.rate)
            switch (window.isEvent, isDetected) {
            case (true, true): counts.hits += 1
            case (false, true): counts.wrong += 1
            case (true, false): counts.missed += 1
            case (false, false): break
            }
        }
        return F1Score.value(hits: counts.hits, false: counts.wrong, missed: counts.missed).map { $0.isNaN ? 0 : $0 }
            ?? 0
    }

    private func pickF1(_ phase: Phase, _ rule: PickRule, with thresholds: RuleThresholds) -> Double {
        var tried = reading
        tried.thresholds = thresholds
        var (arrivals, picks) = ([[Double]](), [[Double]]())
        for window in windows {
            let scale = window.curves.step / window.trace.rate
            let start = Double(window.trace.start) / window.trace.rate
            arrivals.append(window.trace.arrivals(phase).map { $0 / window.trace.rate })
            picks.append(tried.picks(phase, rule, in: window.curves).map { $0.sample * scale + start })
        }
        let counts = PickTable(arrivals: arrivals, picks: picks).counts(within: PickSettings.tolerance)
        let score = F1Score.value(
            hits: counts.hits.reduce(0, +), false: counts.falsePicks.reduce(0, +),
            missed: counts.missed.reduce(0, +))
        return score.map { $0.isNaN ? 0 : $0 } ?? 0
    }
}
