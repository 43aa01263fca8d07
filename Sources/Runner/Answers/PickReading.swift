import GraphIR
import Seismic

/// Detections and picks from probability curves: first the rows in EQTransformer's form, read by its rule, then what
/// the honest rule and SeisBench's find, all of it.
struct PickReading: Reading {
    struct Phased {
        var phase: Phase
        var output: String
        var channel: Int
    }
    /// The output that says whether an event is under way.
    var detection: String?
    private(set) var phases: [Phased] = []
    var thresholds: RuleThresholds?
    private var detections = (count: [Double](), probability: [Double](), uncertainty: [Double](), score: [Double]())
    private var isDetected: [Double] = []
    private var rates: [Double] = []
    private var rows: [String: PhaseRows] = [:]

    /// What the table holds of one phase, an entry a trace.
    private struct PhaseRows {
        var pick: [Double] = []
        var probability: [Double] = []
        var uncertainty: [Double] = []
        var error: [Double] = []
        var score: [Double] = []
        var best: [Double] = []
        var arrivals: [[Double]] = []
        var peaks = RuleRows()
        var doubles: [Double] = []
        var below = RuleRows()
        var triggers = RuleRows()
    }

    /// What a rule found that may find several.
    private struct RuleRows {
        var samples: [[Double]] = []
        var probabilities: [[Double]] = []
        var plateaus: [[Double]] = []
        var times: [String] = []

        mutating func append(_ picks: [CurvePick], sample: (Double) -> Double, time: (Double) -> String?) {
            let places = picks.map { sample($0.sample) }
            samples.append(places)
            probabilities.append(picks.map(\.probability))
            plateaus.append(picks.map { Double($0.plateau) })
            times.append(places.compactMap(time).joined(separator: " "))
        }
    }

    init(thresholds: RuleThresholds?) { self.thresholds = thresholds }

    mutating func add(_ phase: Phase, output: String, channel: Int) {
        phases.append(Phased(phase: phase, output: output, channel: channel))
    }

    var settled: RuleThresholds { thresholds ?? RuleThresholds(.eqt(phases: phases.map { $0.phase.rawValue })) }

    /// The curves of one window.
    struct Curves {
        var detection: ProbabilityCurve?
        var phases: [(phase: Phase, curve: ProbabilityCurve)]
        /// Samples a second of the curves, and how many samples of the window one of theirs is.
        var rate: Double
        var step: Double
        func phase(_ name: Phase) -> ProbabilityCurve? { phases.first { $0.phase == name }?.curve }
    }

    func curves(_ answers: [Answer], window: Int, _ trace: TraceInWindow) -> Curves {
        func curve(_ output: String, _ channel: Int) -> ProbabilityCurve? {
            answers.first { $0.output == output }.map { $0.curve(window, channel) }
        }
        let detected = detection.flatMap { curve($0, 0) }
        let phased = phases.compactMap { entry in
            curve(entry.output, entry.channel).map { (phase: entry.phase, curve: $0) }
        }
        let length = detected?.values.count ?? phased.first?.curve.values.count ?? trace.length
        let step = Double(trace.length) / Double(max(1, length))
        return Curves(detection: detected, phases: phased, rate: trace.rate / step, step: step)
    }

    mutating func read(_ batch: Batch, window: Int, _ answers: [Answer], _ trace: TraceInWindow) {
        let curves = curves(answers, window: window, trace)
        let events = EQTRule(settled[.eqt], rate: curves.rate).events(
            detection: curves.detection, p: curves.phase(.P), s: curves.phase(.S))
        let event = events.first
        rates.append(trace.rate)
        detections.count.append(Double(events.count))
        detections.probability.append(event?.probability ?? .nan)
        detections.uncertainty.append(event?.uncertainty ?? .nan)
        if let detection = curves.detection {
            let isEvent = DetectionRuns.hasEvent(
                detection.values, threshold: settled[.peaks].detection, rate: curves.rate)
            isDetected.append(isEvent ? 1 : 0)
            detections.score.append(Double(detection.values.max() ?? .nan))
        }
        for (phase, curve) in curves.phases { read(phase, curve, event, curves, trace) }
    }

    private mutating func read(
        _ phase: Phase, _ curve: ProbabilityCurve, _ event: EQTRule.Event?, _ curves: Curves, _ trace: TraceInWindow
    ) {
        let pick = studyPick(phase, of: event, in: curves)
        /// The middle of a plateau may lie between two samples; where a sample of the curve is several of the window,
        /// it stands at the nearest.
        func sample(_ place: Double) -> Double {
            (curves.step == 1 ? place : (place * curves.step).rounded()) + Double(trace.start)
        }
        let truth = trace.arrival(phase) ?? .nan
        let picked = pick.map { sample($0.sample) } ?? .nan
        var rows = rows[phase.rawValue] ?? PhaseRows()
        rows.pick.append(picked)
        rows.probability.append(pick?.probability ?? .nan)
        rows.uncertainty.append(pick?.uncertainty ?? .nan)
        rows.error.append(error(phase, truth: truth, picked: picked, event: event, curves, trace))
        let highest = curve.values.indices.max { curve.values[$0] < curve.values[$1] } ?? 0
        rows.score.append(Double(curve.values.isEmpty ? .nan : curve.values[highest]))
        rows.best.append(sample(Double(highest)))
        rows.arrivals.append(trace.arrivals(phase))
        let threshold = settled[.peaks].phase(phase.rawValue)
        let all = PickRule.peaks.picks(curve, threshold: min(threshold, PickColumn.floor)) ?? []
        // A lower peak never takes a higher one away, so that the threshold may come before or after.
        let apart = all.separated(by: PickSettings.separation * curves.rate)
        let peaks = apart.filter { $0.probability >= threshold }
        rows.doubles.append(Double(all.count { $0.probability >= threshold } - peaks.count))
        rows.below.append(apart.filter { $0.probability < threshold }, sample: sample, time: { _ in nil })
        rows.peaks.append(peaks, sample: sample, time: trace.time)
        rows.triggers.append(picks(phase, .trigger, in: curves), sample: sample, time: trace.time)
        self.rows[phase.rawValue] = rows
    }

    /// What a rule finds of a phase, in samples of the curve.
    func picks(_ phase: Phase, _ rule: PickRule, in curves: Curves) -> [CurvePick] {
        guard let curve = curves.phase(phase) else { return [] }
        let thresholds = settled[rule]
        if let picks = rule.picks(curve, threshold: thresholds.phase(phase.rawValue)) {
            return rule == .peaks ? picks.separated(by: PickSettings.separation * curves.rate) : picks
        }
        let events = EQTRule(thresholds, rate: curves.rate).events(
            detection: curves.detection, p: curves.phase(.P), s: curves.phase(.S))
        return studyPick(phase, of: events.first, in: curves).map { [$0] } ?? []
    }

    /// The study's pick of one phase: P and S belong to the first event, others stand alone.
    private func studyPick(_ phase: Phase, of event: EQTRule.Event?, in curves: Curves) -> CurvePick? {
        switch phase {
        case .P: event?.p
        case .S: event?.s
        default:
            curves.phase(phase).flatMap {
                EQTRule.highest(EQTRule.peaks($0, threshold: settled[.eqt].phase(phase.rawValue)))
            }
        }
    }

    /// Arrival minus pick, where EQTransformer's tester gives it: only for arrivals at the event that was detected.
    private func error(
        _ phase: Phase, truth: Double, picked: Double, event: EQTRule.Event?, _ curves: Curves, _ trace: TraceInWindow
    ) -> Double {
        guard let run = event?.detection else { return truth - picked }
        let lead = phase.family == .P ? EQTRule.leadBeforeDetection * trace.rate : 0
        let start = Double(run.lowerBound) * curves.step + Double(trace.start) - lead
        let end = Double(run.upperBound) * curves.step + Double(trace.start)
        return truth > start && truth < end ? truth - picked : .nan
    }

    // MARK: The table

    var columns: [Predictions.Column] {
        let none = [Double](repeating: .nan, count: rates.count)
        var columns: [Predictions.Column] = [
            .init("number_of_detections", .numbers(detections.count)),
            .init("detection_probability", .numbers(detections.probability)),
            .init("detection_uncertainty", .numbers(detections.uncertainty)),
        ]
        // EQTransformer's table has P and S whether the network picks them or not.
        for phase in ["P", "S"] + phases.map({ $0.phase.rawValue }).filter({ $0 != "P" && $0 != "S" }) {
            let rows = rows[phase]
            columns += [
                .init(phase + "_pick", .numbers(rows?.pick ?? none)),
                .init(phase + "_probability", .numbers(rows?.probability ?? none)),
                .init(phase + "_uncertainty", .numbers(rows?.uncertainty ?? none)),
                .init(phase + "_error", .numbers(rows?.error ?? none)),
            ]
        }
        columns.append(.init("rate_hz", .numbers(rates)))
        if detection != nil {
            columns.append(.init("detected", .numbers(isDetected)))
            columns.append(.init("detection_score", .numbers(detections.score)))
            columns.append(.init("detection_threshold", .numbers(rates.map { _ in settled[.peaks].detection })))
        }
        return columns + phases.flatMap { phaseColumns($0.phase.rawValue) }
    }

    private func phaseColumns(_ phase: String) -> [Predictions.Column] {
        let rows = rows[phase] ?? PhaseRows()
        func threshold(_ rule: PickRule) -> Predictions.Column {
            let value = settled[rule].phase(phase)
            return .init(phase + PickColumn.threshold + PickSettings.ending(rule), .numbers(rates.map { _ in value }))
        }
        return [
            .init(phase + "_score", .numbers(rows.score)), .init(phase + PickColumn.best, .numbers(rows.best)),
            .init(phase + PickColumn.arrivals, .lists(rows.arrivals)),
            .init(phase + PickColumn.picks(.peaks), .lists(rows.peaks.samples)),
            .init(phase + PickColumn.probability(.peaks), .lists(rows.peaks.probabilities)),
            .init(phase + PickColumn.plateau, .lists(rows.peaks.plateaus)),
            .init(phase + PickColumn.doubles, .numbers(rows.doubles)),
            .init(phase + PickColumn.below, .lists(rows.below.samples)),
            .init(phase + PickColumn.belowProbability, .lists(rows.below.probabilities)),
            .init(phase + PickColumn.picks(.peaks) + "_time", .texts(rows.peaks.times)),
            .init(phase + PickColumn.picks(.trigger), .lists(rows.triggers.samples)),
            .init(phase + PickColumn.probability(.trigger), .lists(rows.triggers.probabilities)),
        ] + PickRule.allCases.map(threshold)
    }
}
