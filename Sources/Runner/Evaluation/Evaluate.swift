import Files
import Foundation
import GraphIR
import Interpreter
import Seismic

/// Judges a run on a split and leaves `test.json` and `predictions.csv` in its folder.
///
/// - Parameter claim: the folder opened for writing, where the caller has it already.
public func evaluate(
    _ request: EvaluationRequest, record: RunRecord, file: NetworkFile, dataset: (any Dataset)? = nil,
    claim: RunClaim? = nil
) throws -> Evaluation {
    let claim = try claim ?? request.folder.claim()
    defer { withExtendedLifetime(claim) {} }
    let dataset = try dataset ?? openDataset(request.data ?? record.data.path, registry: file.registry)
    if request.folder.isEvaluated, !request.overwrites {
        throw RunError(.access, "\(request.folder.path) is evaluated already", help: "--overwrite does it again")
    }
    let evaluator = try Evaluator(request, record: record, file: file, dataset: dataset)
    let evaluation = try evaluator.evaluate()
    try FileGroup(request.folder.path).write([
        (name: "predictions.csv", bytes: Array(evaluation.predictions.csv.utf8)),
        (name: "test.json", bytes: Array((evaluation.json.text(indented: true) + "\n").utf8)),
    ])
    return evaluation
}

/// What a run's network says of a few traces, for looking at.
public func curves(
    of folder: RunFolder, file: NetworkFile, traces: [TraceIdentity]
) throws -> [TraceCurves] {
    let record = try folder.record()
    let dataset = try openDataset(record.data.path, registry: file.registry)
    let request = EvaluationRequest(folder: folder)
    return try Evaluator(request, record: record, file: file, dataset: dataset).curves(traces: traces)
}

/// A run's network before a dataset.
struct Evaluator {
    let request: EvaluationRequest
    let record: RunRecord
    let predictor: Predictor
    private let data: TrainingData
    private let notes: Safetensors
    private var session: Session { predictor.session }

    init(_ request: EvaluationRequest, record: RunRecord, file: NetworkFile, dataset: any Dataset) throws {
        self.request = request
        self.record = record
        let session = try Session(
            file, seed: record.seed, threads: request.threads, memory: request.memory,
            keepsDropoutOn: request.passes > 0, batch: request.batch)
        data = try TrainingData(session, dataset: dataset, skipsBadTraces: request.skipsBadTraces)
        let path = request.weights == .best ? request.folder.bestWeightsPath : request.folder.lastWeightsPath
        notes = try readWeights(path)
        if let hash = notes.note(WeightNote.hash), hash != file.network.graph.meaningHash(file.registry) {
            throw RunError(
                .refused, "\(path) holds weights of another network than the run's record says",
                help: "bring the run's own weights back, or train again")
        }
        let weights: Weights
        do {
            weights = try Weights(notes, layout: session.layout)
        } catch {
            throw RunError(.badData, "\(path): \(error)")
        }
        predictor = Predictor(session: session, weights: weights, passes: request.passes)
    }

    /// The thresholds, and who chose them.
    private func thresholds() throws -> (values: RuleThresholds, from: String)? {
        if let given = request.thresholds { return (RuleThresholds(given), "given") }
        if let note = notes.note(WeightNote.thresholds) {
            guard let json = try? JSON(parsing: Array(note.utf8)), json.holdsShares else {
                throw RunError(
                    .badData, "the thresholds in the weights of \(request.folder.path) are no numbers from 0 to 1",
                    help: "--thresholds gives others")
            }
            if let stored = RuleThresholds(json: json) { return (stored, "dev split, at the end of training") }
        }
        let readings = try Readings(session.recipe, graph: session.graph, thresholds: nil, registry: session.registry)
        guard let picks = readings.picks else { return nil }
        if let choice = try ThresholdChoice(predictor, on: data) { return (choice.choose(), "dev split") }
        return (picks.settled, "EQTransformer's tester, as there is no dev split")
    }

    private func traces() throws -> [Int] {
        if request.split == "all" { return Array(0..<data.dataset.count) }
        guard let split = Split(rawValue: request.split) else {
            throw RunError(.refused, "there is no split '\(request.split)'", help: "train, dev, test or all")
        }
        let traces = data.splits.traces(split)
        if traces.isEmpty {
            throw RunError(
                .badData, "\(data.dataset.path) has no trace in the split '\(request.split)'",
                help: "--split all judges every trace")
        }
        return traces
    }

    func evaluate() throws -> Evaluation {
        let thresholds = try thresholds()
        var readings = try Readings(
            session.recipe, graph: session.graph, thresholds: thresholds?.values, registry: session.registry)
        var windows = WindowColumns()
        var rows = TraceColumns(phases: readings.picks?.phases.map(\.phase) ?? [])
        let loader = try data.loader(of: traces())
        let started = secondsNow()
        try predictor.ask(loader) { batch, answers in
            for window in 0..<batch.count {
                let trace = data.trace(batch, window: window)
                rows.append(
                    trace.metadata, trace.identity, hasPicks: !trace.picks.isEmpty, arrival: trace.arrival)
                windows.append(trace)
                readings.read(batch, window: window, answers, trace)
            }
        }
        let seconds = secondsNow() - started
        let predictions = Predictions(rows.columns + readings.columns + windows.columns + rows.places)
        let uses = MetricUse.all(for: predictions, registry: session.registry)
        let values = uses.map { ($0, $0.metric.measure(predictions)?.value(traces: predictions.count)) }
        return Evaluation(
            predictions: predictions, values: values,
            json: json(predictions, values, thresholds, skipped: loader.skipped.count, seconds: seconds))
    }

    private func json(
        _ predictions: Predictions, _ values: [(use: MetricUse, value: Double?)],
        _ thresholds: (values: RuleThresholds, from: String)?, skipped: Int, seconds: Double
    ) -> JSON {
        let metrics = values.map { use, value -> JSON in
            [
                "name": .string(use.name), "value": value.map { .number($0) } ?? .null, "unit": .string(use.unit),
                "better": .string(use.better.rawValue), "group": .string(use.group.rawValue),
                "metric": .string(use.signature.name), "definition": .string(use.definition),
            ]
        }
        var members: [JSON.Member] = [
            .init("network", .string(record.network)), .init("hash", .string(record.graphHash)),
            .init("weights", .string(request.weights.rawValue)), .init("seed", .int(record.seed)),
            .init(
                "data",
                [
                    "path": .string(data.dataset.path), "hash": .string(data.hash),
                    "split": .string(request.split), "splits": .string(data.splits.statement),
                    "traces": .int(predictions.count), "skipped": .int(skipped),
                    "same_as_training": .bool(data.hash == record.data.hash),
                ]),
            .init("passes", .int(max(1, request.passes))), .init("dropout_on", .bool(request.passes > 0)),
            .init(
                "thresholds",
                thresholds.map { ["values": $0.values.json, "from": .string($0.from)] } ?? .null),
            .init("seconds", .number(seconds)), .init("metrics", .array(metrics)),
            .init("strata", Strata.json(predictions, registry: session.registry)),
        ]
        if let table = ClassTable(predictions) {
            members.append(
                .init(
                    "confusion",
                    [
                        "classes": .array(table.classes.map { .string($0) }),
                        "rows": "what was", "columns": "what was said",
                        "counts": .array(table.matrix.map { .array($0.map { .int($0) }) }),
                    ]))
        }
        return .object(members)
    }

    func curves(traces identities: [TraceIdentity]) throws -> [TraceCurves] {
        let wanted = Set(identities)
        var places: [TraceIdentity: Int] = [:]
        for index in 0..<data.dataset.count where wanted.contains(data.dataset.identity(index)) {
            places[data.dataset.identity(index)] = index
        }
        let indices = try identities.map { identity in
            guard let index = places[identity] else {
                throw RunError(.refused, "\(data.dataset.path) has no trace '\(identity)'")
            }
            return index
        }
        var curves: [TraceCurves] = []
        try predictor.ask(try data.loader(of: indices)) { batch, answers in
            for window in 0..<batch.count {
                let trace = data.trace(batch, window: window)
                curves.append(
                    TraceCurves(
                        trace: trace.identity, rate: trace.rate, start: trace.start,
                        inputs: batch.inputs.map { ($0.name, $0.channels(window)) },
                        outputs: answers.map { answer in
                            (answer.output, (0..<answer.channels).map { answer.row(window, $0) })
                        }, labels: batch.lessons.map { ($0.labels.name, $0.labels.channels(window)) }))
            }
        }
        return curves
    }
}

extension Batch.Values {
    /// One window's rows.
    func channels(_ window: Int) -> [[Float]] {
        let size = shape.dropFirst().reduce(1, *)
        let rows = shape.count > 2 ? shape[1] : 1
        let width = size / max(1, rows)
        return (0..<rows).map { Array(values[window * size + $0 * width..<window * size + ($0 + 1) * width]) }
    }
}

extension JSON {
    /// Whether every number in it is a share, as thresholds are; `null` stands where there are none.
    fileprivate var holdsShares: Bool {
        switch self {
        case .null: true
        case .object(let members): members.allSatisfy { $0.value.holdsShares }
        default: double.map { (0...1).contains($0) } ?? false
        }
    }
}
