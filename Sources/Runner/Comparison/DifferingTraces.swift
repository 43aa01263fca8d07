import Files
import GraphIR

/// A trace of the test set that the seeds of one network read rightly more often than those of another.
public struct DifferingTrace: Sendable, Hashable {
    /// Its row.
    public var trace: Int
    /// How many seeds of each contender read it rightly.
    public var right: [Int]
    /// By how much the shares of right seeds differ at most from the reference's.
    public var lead: Double
    public var isEvent: Bool
}

extension Comparison {
    /// All of them: earthquakes before noise, the clearest first.
    public var differingTraces: [DifferingTrace] {
        let right = contenders.map { contender in
            let readings = contender.runs.map { Comparison.isRight($0.predictions, rule: rule) }
            return (0..<traceCount).map { trace in readings.count { $0.indices.contains(trace) && $0[trace] } }
        }
        let isEvent = reference.runs.first?.predictions.isEvent
        func share(_ contender: Int, _ trace: Int) -> Double {
            Double(right[contender][trace]) / Double(max(1, contenders[contender].runs.count))
        }
        let all = (0..<traceCount).compactMap { trace -> DifferingTrace? in
            let lead = contenders.indices.dropFirst().map { abs(share($0, trace) - share(0, trace)) }.max() ?? 0
            guard lead > 0 else { return nil }
            return DifferingTrace(
                trace: trace, right: right.map { $0[trace] }, lead: lead, isEvent: isEvent?[trace] ?? true)
        }
        return all.sorted { a, b in
            a.isEvent != b.isEvent ? a.isEvent : (b.lead, a.trace) < (a.lead, b.trace)
        }
    }

    /// Whether a run read each trace rightly: every arrival picked within half a second and nothing else, the event
    /// found or rightly not, the class said.
    static func isRight(_ predictions: Predictions, rule: PickRule) -> [Bool] {
        var isRight = [Bool](repeating: true, count: predictions.count)
        for phase in predictions.phases {
            guard
                let counts = PickTable(predictions, phase: phase, rule: rule)?.counts(within: PickSettings.tolerance)
            else { continue }
            for trace in isRight.indices where counts.falsePicks[trace] + counts.missed[trace] > 0 {
                isRight[trace] = false
            }
        }
        if let table = DetectionTable(predictions) {
            for trace in isRight.indices where table.isEvent[trace] != table.isDetected[trace] {
                isRight[trace] = false
            }
        }
        if let truths = predictions.texts(ClassTable.truthColumn), let said = predictions.texts(ClassTable.saidColumn) {
            for trace in isRight.indices where truths[trace] != said[trace] { isRight[trace] = false }
        }
        return isRight
    }

    /// A row for every run on every trace on which two networks differ: where the window lies, what the catalogue says,
    /// what was picked by which thresholds.
    public var differingCSV: String {
        guard let first = reference.runs.first?.predictions else { return "" }
        let facts = [
            "trace_name", "trace_chunk", "trace_row", "ID", "trace_category", "channel", "window_start_time",
            "window_start_sample", "rate_hz",
            "snr_db", "earthquake_distance_km", "source_magnitude",
        ].filter { name in first.columns.contains { $0.name == name } }
        let phases = first.phases.filter { phase in
            first.columns.contains { $0.name == phase + PickColumn.best }
        }
        let read = phases.flatMap { phase in
            [
                phase + PickColumn.arrivals, phase + PickColumn.picks(rule), phase + PickColumn.probability(rule),
                phase + PickColumn.threshold + PickSettings.ending(rule),
            ]
        }
        let said = [
            "detected", "detection_score", "detection_threshold", ClassTable.truthColumn, ClassTable.saidColumn,
        ]
        .filter { name in first.columns.contains { $0.name == name } }
        var rows = [facts + ["network", "seed", "right", "right_seeds", "seeds"] + said + read]
        for differing in differingTraces {
            for (index, contender) in contenders.enumerated() {
                for run in contender.runs {
                    let table = run.predictions
                    func cells(_ names: [String]) -> [String] { names.map { table.cell($0, differing.trace) } }
                    let isRight = Comparison.isRight(table.rows([differing.trace]), rule: rule).first ?? false
                    rows.append(
                        cells(facts)
                            + [
                                contender.name, "\(run.record.seed)", isRight ? "1" : "0",
                                "\(differing.right[index])", "\(contender.runs.count)",
                            ] + cells(said) + cells(read))
                }
            }
        }
        return CSV.text(rows)
    }
}

extension Predictions {
    /// One field as the file has it; empty where there is no such column.
    func cell(_ name: String, _ row: Int) -> String {
        switch columns.first(where: { $0.name == name })?.values {
        case .numbers(let values): History.text(values[row])
        case .texts(let values): values[row]
        case .lists(let values): values[row].map(History.text).joined(separator: " ")
        case nil: ""
        }
    }
}
