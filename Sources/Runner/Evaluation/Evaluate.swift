import Files
import Foundation
import GraphIR
import Interpreter
import Seismic

/// Judges a run on a split and leaves `test.json` and `predictions.csv`: in its own folder, or for other data and other
/// splits in `evaluations/NAME` beside it. A result that is there and still holds is handed out as it is; one that was
/// made from other weights, data or rules is made anew.
///
/// - Parameter claim: the folder opened for writing, where the caller has it already.
public func evaluate(
    _ request: EvaluationRequest, record: RunRecord, file: NetworkFile, dataset: (any Dataset)? = nil,
    claim: RunClaim? = nil
) throws -> Evaluation {
    let claim = try claim ?? request.folder.claim()
    defer { withExtendedLifetime(claim) {} }
    let dataset =
        try dataset
        ?? record.openData(request.data, registry: file.registry, skippingBad: request.skipsBadTraces)
    let evaluator = try Evaluator(request, record: record, file: file, dataset: dataset)
    let place = evaluator.place
    var notes = [record.unfinished.map { "UNFINISHED: the run is \($0); this is what it had learned by then" }]
    notes += dataset.notes + dataset.leftOut.map { "not read: \($0)" }
    if place.exists, !request.overwrites {
        let known = place.basis
        let differences = known?.differences(from: evaluator.basis) ?? ["it is of an older version of Strata"]
        if let known, known.choices != evaluator.basis.choices {
            throw RunError(
                .access, "\(place.folder) holds a result by other choices: \(known.choices.text)",
                help: "--overwrite replaces it, --name N keeps both")
        }
        if differences.isEmpty {
            var stored = try Evaluation(stored: place, of: request.folder, registry: file.registry)
            stored.notes = notes.compactMap { $0 }
            return stored
        }
        notes.append("the result that was here no longer held (\(differences.joined(separator: ", "))): made anew")
    }
    var evaluation = try evaluator.evaluate()
    evaluation.notes = notes.compactMap { $0 } + FlatTopShare.warnings(evaluation.predictions).map { "WARNING: " + $0 }
    try place.write(evaluation.predictions, evaluation.json)
    return evaluation
}

/// A run's network before a dataset.
struct Evaluator {
    let request: EvaluationRequest
    let record: RunRecord
    let examination: Examination
    /// What a result of this evaluator is made from.
    let basis: ResultBasis
    var session: Session { examination.session }
    var predictor: Predictor { examination.predictor }
    var data: TrainingData { examination.data }

    init(_ request: EvaluationRequest, record: RunRecord, file: NetworkFile, dataset: any Dataset) throws {
        self.request = request
        self.record = record
        let session = try Session(
            file, seed: record.seed, threads: request.threads, memory: request.memory,
            keepsDropoutOn: request.passes > 0, batch: request.batch)
        let data = try TrainingData(session, dataset: dataset, skipsBadTraces: request.skipsBadTraces)
        let path = request.weights == .best ? request.folder.bestWeightsPath : request.folder.lastWeightsPath
        let stored = try readWeights(path)
        try stored.mustBe(of: file, path: path)
        examination = try Examination(data, session: session, weights: stored, from: path, passes: request.passes)
        basis = ResultBasis(
            weights: JudgingRules.hash(ofFile: path) ?? "", data: data.hash, rules: JudgingRules.hash,
            metrics: session.registry.strangers(.metric),
            choices: ResultBasis.Choices(
                split: request.split.rawValue, weights: request.weights.rawValue, passes: request.passes,
                thresholds: request.thresholds))
    }

    /// The run's own folder for the test split of the data that it was trained on; else a place beside it.
    var place: ResultPlace {
        if let name = request.name { return request.folder.evaluation(name) }
        let isOwn = request.data == nil || data.hash == record.data.hash
        if isOwn {
            return request.split == .test
                ? request.folder.result : request.folder.evaluation(request.split.rawValue)
        }
        let data = data.dataset.path.split(separator: "/").last.map(String.init) ?? "data"
        let name = "\(RunFolder.component(data))-\(self.data.hash.prefix(8))"
        return request.folder.evaluation(request.split == .test ? name : "\(name)-\(request.split.rawValue)")
    }

    private func traces() throws -> [Int] {
        guard let split = request.split.split else { return Array(0..<data.dataset.count) }
        let traces = data.splits.traces(split)
        if traces.isEmpty {
            throw RunError(
                .badData, "\(data.dataset.path) has no trace in the split '\(split.rawValue)'",
                help: "--split all judges every trace")
        }
        return traces
    }

    func evaluate() throws -> Evaluation {
        let thresholds = try examination.thresholds(given: request.thresholds)
        var readings = try Readings(
            session.recipe, graph: session.graph, thresholds: thresholds?.values, registry: session.registry)
        var windows = WindowColumns()
        var rows = TraceColumns(phases: readings.picks?.phases.map(\.phase) ?? [])
        var pictures = PictureColumns(session.inputPorts.first?.type.shape.numbers ?? [])
        let loader = try data.loader(of: traces())
        let started = secondsNow()
        try predictor.ask(loader, make: shelved(loader)) { batch, answers in
            for window in 0..<batch.count {
                let trace = data.trace(batch, window: window)
                rows.append(
                    trace.metadata, trace.identity, hasPicks: !trace.picks.isEmpty, arrival: trace.arrival)
                windows.append(trace)
                pictures.append(trace.identity)
                readings.read(batch, window: window, answers, trace)
            }
        }
        let seconds = secondsNow() - started
        let predictions = Predictions(
            session.takesPictures
                ? pictures.columns + readings.columns + pictures.places
                : rows.columns + readings.columns + windows.columns + rows.places)
        let uses = MetricUse.all(for: predictions, registry: session.registry)
        let values = uses.map { ($0, $0.metric.measure(predictions)?.value(traces: predictions.count)) }
        return Evaluation(
            run: request.folder, place: place, predictions: predictions, values: values,
            json: json(predictions, values, thresholds, skipped: loader.skipped.count, seconds: seconds))
    }

    /// Batches of what trials keep of pictures behind a frozen trunk, where they share it; from now on only the head
    /// runs.
    private func shelved(_ loader: Loader) throws -> (@Sendable (ArraySlice<Int>) throws -> Batch)? {
        guard let shared = request.sharedFeatures, session.takesPictures, request.passes == 0,
            loader.labelsAreOfTheTable, request.split != .all,
            let cut = FrozenTrunk(session.graph, registry: session.registry)
        else { return nil }
        let shelf = try FeatureShelf(
            cut.trunk, data: data, weights: predictor.weights, folder: shared.folder, version: shared.version)
        guard let file = shelf.file else { return nil }
        session.head = TrainedHead(cut.head, whole: session.layout)
        return { file.batch(of: $0, labels: loader) }
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
                    "split": .string(request.split.rawValue), "splits": .string(data.splits.statement),
                    "traces": .int(predictions.count), "skipped": .int(skipped),
                    "same_as_training": .bool(data.hash == record.data.hash),
                ]),
            .init("run", ["status": .string(record.status.rawValue), "epochs": .int(record.epochs)]),
            .init("basis", basis.json),
            .init("passes", .int(max(1, request.passes))), .init("dropout_on", .bool(request.passes > 0)),
            .init("dropout", .string(dropout)),
            .init(
                "reading",
                .object(PickRule.allCases.map { JSON.Member($0.rawValue, .string($0.statement)) })),
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

    /// What was done with dropout.
    private var dropout: String {
        if request.passes > 0 {
            return "on in \(request.passes) passes, with random numbers by trace and pass; curves are their means"
        }
        return session.graph.alwaysDrops ? "off, though the network asks for it always" : "off"
    }
}
