import Files
import GraphIR

/// A trace of the test set that the seeds of one network read better than those of another.
public struct DifferingTrace: Sendable, Hashable {
    /// Its row.
    public var trace: Int
    /// How many seeds of each contender read it rightly.
    public var right: [Int]
    /// By how much the means of the seeds' points differ at most from the reference's.
    public var lead: Double
    public var isEvent: Bool
}

extension Comparison {
    /// All of them: earthquakes before noise, the clearest first.
    public var differingTraces: [DifferingTrace] {
        let readings = contenders.map { contender in contender.runs.map { Reading($0.predictions, rule: rule) } }
        let right = readings.map { runs in
            (0..<traceCount).map { trace in runs.count { $0.isRight.indices.contains(trace) && $0.isRight[trace] } }
        }
        let points = readings.map { runs in
            (0..<traceCount).map { trace in
                runs.reduce(0) { $0 + ($1.points.indices.contains(trace) ? $1.points[trace] : 0) }
                    / Double(max(1, runs.count))
            }
        }
        let isEvent = reference.runs.first?.predictions.isEvent
        let all = (0..<traceCount).compactMap { trace -> DifferingTrace? in
            let lead = contenders.indices.dropFirst().map { abs(points[$0][trace] - points[0][trace]) }.max() ?? 0
            guard lead > 1e-9 else { return nil }
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
        Reading(predictions, rule: rule).isRight
    }

    /// How a run read each trace. Where nothing was read wholly right, one network may still have found more than
    /// another: a point for an arrival that was found, one off for a false pick or an arrival that was missed, and one
    /// for or against an event or a class.
    struct Reading {
        private(set) var isRight: [Bool]
        private(set) var points: [Double]

        init(_ predictions: Predictions, rule: PickRule) {
            isRight = [Bool](repeating: true, count: predictions.count)
            points = [Double](repeating: 0, count: predictions.count)
            for phase in predictions.phases {
                guard
                    let counts = PickTable(predictions, phase: phase, rule: rule)?
                        .counts(within: PickSettings.tolerance)
                else { continue }
                for trace in isRight.indices {
                    let wrong = counts.falsePicks[trace] + counts.missed[trace]
                    points[trace] += counts.hits[trace] - wrong
                    if wrong > 0 { isRight[trace] = false }
                }
            }
            if let table = DetectionTable(predictions) {
                for trace in isRight.indices { note(trace, table.isEvent[trace] == table.isDetected[trace]) }
            }
            if let truths = predictions.texts(ClassTable.truthColumn),
                let said = predictions.texts(ClassTable.saidColumn)
            {
                for trace in isRight.indices { note(trace, truths[trace] == said[trace]) }
            }
        }

        private mutating func note(_ trace: Int, _ isSo: Bool) {
            points[trace] += isSo ? 1 : -1
            if !isSo { isRight[trace] = false }
        }
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
    public func cell(_ name: String, _ row: Int) -> String {
        switch columns.first(where: { $0.name == name })?.values {
        case .numbers(let values): History.text(values[row])
        case .texts(let values): values[row]
        case .lists(let values): values[row].map(History.text).joined(separator: " ")
        case nil: ""
        }
    }
}
