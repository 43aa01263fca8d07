import GraphIR
import Seismic

/// Detections and picks from probability curves, as rows in EQTransformer's form with our own columns behind.
struct PickReading: Reading {
    struct Phased {
        var phase: Phase
        var output: String
        var channel: Int
    }
    /// The output that says whether an event is under way.
    var detection: String?
    private(set) var phases: [Phased] = []
    var thresholds: Picker.Thresholds?
    private var detections = (count: [Double](), probability: [Double](), uncertainty: [Double](), score: [Double]())
    private var isDetected: [Double] = []
    private var rates: [Double] = []
    private var rows: [String: PhaseRows] = [:]

    private struct PhaseRows {
        var pick: [Double] = []
        var probability: [Double] = []
        var uncertainty: [Double] = []
        var error: [Double] = []
        var score: [Double] = []
        var best: [Double] = []
    }

    init(thresholds: Picker.Thresholds?) { self.thresholds = thresholds }

    mutating func add(_ phase: Phase, output: String, channel: Int) {
        phases.append(Phased(phase: phase, output: output, channel: channel))
    }

    var settled: Picker.Thresholds { thresholds ?? .eqt(phases: phases.map { $0.phase.rawValue }) }

    /// The curves of one window.
    struct Curves {
        var detection: Picker.Curve?
        var phases: [(phase: Phase, curve: Picker.Curve)]
        /// Samples a second of the curves, and how many samples of the window one of theirs is.
        var rate: Double
        var step: Double
        func phase(_ name: Phase) -> Picker.Curve? { phases.first { $0.phase == name }?.curve }
    }

    func curves(_ answers: [Answer], window: Int, _ trace: TraceInWindow) -> Curves {
        func curve(_ output: String, _ channel: Int) -> Picker.Curve? {
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
        let picker = Picker(settled, rate: curves.rate)
        let events = picker.events(
            detection: curves.detection, p: curves.phase(.P), s: curves.phase(.S))
        let event = events.first
        rates.append(trace.rate)
        detections.count.append(Double(events.count))
        detections.probability.append(event?.probability ?? .nan)
        detections.uncertainty.append(event?.uncertainty ?? .nan)
        if let detection = curves.detection {
            let runs = Picker.runs(detection.values, threshold: settled.detection)
            isDetected.append(runs.contains(where: picker.isLongEnough) ? 1 : 0)
            detections.score.append(Double(detection.values.max() ?? .nan))
        }
        for (phase, curve) in curves.phases {
            let pick = pick(phase, of: event, in: curves)
            func sample(_ index: Int) -> Double { (Double(index) * curves.step).rounded() + Double(trace.start) }
            let truth = trace.arrival(phase) ?? .nan
            let picked = pick.map { sample($0.sample) } ?? .nan
            var rows = rows[phase.rawValue] ?? PhaseRows()
            rows.pick.append(picked)
            rows.probability.append(pick?.probability ?? .nan)
            rows.uncertainty.append(pick?.uncertainty ?? .nan)
            rows.error.append(error(phase, truth: truth, picked: picked, event: event, curves, trace))
            let highest = curve.values.indices.max { curve.values[$0] < curve.values[$1] } ?? 0
            rows.score.append(Double(curve.values.isEmpty ? .nan : curve.values[highest]))
            rows.best.append(sample(highest))
            self.rows[phase.rawValue] = rows
        }
    }

    /// The pick of one phase: P and S belong to the first event, others stand alone.
    func pick(_ phase: Phase, in curves: Curves) -> Picker.Pick? {
        let events = Picker(settled, rate: curves.rate).events(
            detection: curves.detection, p: curves.phase(.P), s: curves.phase(.S))
        return pick(phase, of: events.first, in: curves)
    }

    private func pick(_ phase: Phase, of event: Picker.Event?, in curves: Curves) -> Picker.Pick? {
        switch phase {
        case .P: event?.p
        case .S: event?.s
        default:
            curves.phase(phase).flatMap {
                Picker.highest(Picker.peaks($0, threshold: settled.phase(phase.rawValue)))
            }
        }
    }

    /// Arrival minus pick, where EQTransformer's tester gives it: only for arrivals at the event that was detected.
    private func error(
        _ phase: Phase, truth: Double, picked: Double, event: Picker.Event?, _ curves: Curves, _ trace: TraceInWindow
    ) -> Double {
        guard let run = event?.detection else { return truth - picked }
        let lead = phase.family == .P ? Picker.leadBeforeDetection * trace.rate : 0
        let start = Double(run.lowerBound) * curves.step + Double(trace.start) - lead
        let end = Double(run.upperBound) * curves.step + Double(trace.start)
        return truth > start && truth < end ? truth - picked : .nan
    }

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
        }
        for phase in phases.map({ $0.phase.rawValue }) {
            columns.append(.init(phase + "_score", .numbers(rows[phase]?.score ?? none)))
            columns.append(.init(phase + "_best", .numbers(rows[phase]?.best ?? none)))
        }
        return columns
    }
}
