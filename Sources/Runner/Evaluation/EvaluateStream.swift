import Files
import Foundation
import GraphIR
import Interpreter
import Seismic

/// Judges a network the way it will be used: continuous recordings in a folder are picked as `strata pick` picks them,
/// and the picks are held against the arrivals that the folder's `picks.csv` knows of. The result stands in
/// `evaluations/NAME` beside the run's own, in the form that windows have, so that it is compared and reported alike.
///
/// - Parameter order: how it is picked; its words are the folder.
public func evaluate(
    stream order: PickOrder, _ request: EvaluationRequest, record: RunRecord, file: NetworkFile,
    progress: (String) -> Void = { _ in }
) throws -> Evaluation {
    let claim = try request.folder.claim()
    defer { withExtendedLifetime(claim) {} }
    let judge = try StreamJudge(order, request, record: record, file: file)
    let place = judge.place
    var notes = [record.unfinished.map { "UNFINISHED: the run is \($0); this is what it had learned by then" }]
    if place.exists, !request.overwrites {
        let differences =
            place.basis?.differences(from: judge.basis) ?? ["it is of an older version of Strata"]
        if differences.isEmpty {
            var stored = try Evaluation(stored: place, of: request.folder, registry: file.registry)
            stored.notes = notes.compactMap { $0 }
            return stored
        }
        notes.append("the result that was here no longer held (\(differences.joined(separator: ", "))): made anew")
    }
    var evaluation = try judge.evaluate(progress: progress)
    evaluation.notes = notes.compactMap { $0 } + evaluation.notes
    try place.write(evaluation.predictions, evaluation.json)
    return evaluation
}

/// A run's network before a folder of continuous recordings.
private struct StreamJudge {
    let request: EvaluationRequest
    private let record: RunRecord
    private let file: NetworkFile
    private let order: PickOrder
    private let folder: String
    private let known: KnownArrivals
    private let source: NetworkCurves
    private let settings: StreamSettings
    private let thresholdsFrom: String
    let basis: ResultBasis

    init(_ order: PickOrder, _ request: EvaluationRequest, record: RunRecord, file: NetworkFile) throws {
        (self.order, self.request, self.record, self.file) = (order, request, record, file)
        folder = order.words.first ?? ""
        let truth = "\(folder)/\(KnownArrivals.fileName)"
        guard FileManager.default.fileExists(atPath: truth) else {
            throw RunError(
                .badData, "\(truth) is not there: nobody knows what should have been picked",
                help: "a table with the columns network, station, phase, time, and event where it is known; "
                    + "strata data synth DIR --stream makes a folder to try")
        }
        known = try KnownArrivals(in: folder)
        let path = request.weights == .best ? request.folder.bestWeightsPath : request.folder.lastWeightsPath
        let stored = try readWeights(path)
        let weights: Weights
        do {
            weights = try Weights(stored, layout: WeightLayout(file.network.graph))
        } catch {
            throw RunError(.badData, "\(path): \(error)")
        }
        source = try NetworkCurves(
            file, weights: weights, passes: max(1, request.passes), length: order.length, threads: request.threads,
            memory: request.memory)
        let phases = source.phases
        guard known.wanted.contains(where: { arrival in phases.contains { arrival.isOf($0) } }) else {
            throw RunError(
                .badData, "\(truth) knows no arrival of \(phases.joined(separator: " or "))",
                help: "its column phase has them as P, Pn, Pg, S, …")
        }
        settings = try order.settings(for: source, notes: stored)
        thresholdsFrom =
            order.thresholds != nil
            ? "given"
            : stored.note(WeightNote.thresholds) != nil
                ? "dev split, at the end of training" : "as pick has them, as the weights say none"
        let data = try Self.fingerprint(folder)
        basis = ResultBasis(
            weights: JudgingRules.hash(ofFile: path) ?? "", data: data,
            rules: SHA256.hex(of: "\(JudgingRules.hash)\n\(settings)\n\(order.stations)\n\(order.prefer)".utf8),
            metrics: file.registry.strangers(.metric),
            choices: ResultBasis.Choices(
                split: StreamFacts.split, weights: request.weights.rawValue, passes: request.passes,
                thresholds: order.thresholds))
    }

    var place: ResultPlace {
        if let name = request.name { return request.folder.evaluation(name) }
        let last = folder.split(separator: "/").last.map(String.init) ?? "data"
        let rule = settings.rule == .trigger ? "" : "-\(settings.rule.rawValue)"
        return request.folder.evaluation("\(RunFolder.component(last))-\(basis.data.prefix(8))-stream\(rule)")
    }

    /// The names and sizes of all files, the tables whole, and of recordings the first and the last bytes: what is read
    /// anew for every question must not take as long as picking.
    private static func fingerprint(_ folder: String) throws -> String {
        var hash = SHA256()
        let end = 1 << 14
        for path in StreamFiles([folder]).paths {
            let bytes = try FileBytes(mapping: path)
            hash.update("\(path.dropFirst(folder.count))\n\(bytes.count)\n".utf8)
            hash.update(try bytes.bytes(0, min(end, bytes.count)))
            hash.update(try bytes.bytes(max(0, bytes.count - end), min(end, bytes.count)))
        }
        for name in [KnownArrivals.fileName, "faint.csv"] {
            if let text = FileManager.default.contents(atPath: "\(folder)/\(name)") { hash.update(text) }
        }
        return hash.hex
    }

    func evaluate(progress: (String) -> Void) throws -> Evaluation {
        let place = place
        var pickRequest = PickRequest(words: [folder], out: place.folder)
        pickRequest.stations = order.stations.map { NamePattern($0) }
        pickRequest.prefer = order.prefer
        let summary = try PickStreams(source: source, settings: settings, request: pickRequest)
            .run(progress: progress)
        PickCache(folder: place.folder, signature: "").remove()
        let rows = StreamRows(
            summary, known: known, phases: source.phases, rule: settings.rule, thresholds: settings.thresholds,
            rate: source.rate)
        guard rows.predictions.count > 0 else {
            throw RunError(
                .badData, "nothing of \(folder) could be looked at",
                help: "strata pick \(request.folder.path) \(folder) --out DIR says why, second by second")
        }
        let uses = MetricUse.all(for: rows.predictions, registry: file.registry)
        let values = uses.map { ($0, $0.metric.measure(rows.predictions)?.value(traces: rows.predictions.count)) }
        let list = PickList(
            summary.picks, network: file.network.graph.name, program: order.program, stations: nil)
        for (path, text) in PicksCSV.files(list) { try AtomicFile("\(place.folder)/\(path)").write(text) }
        try AtomicFile("\(place.folder)/coverage.csv").write(summary.coverage.csv)
        return Evaluation(
            run: request.folder, place: place, notes: summary.notes + notes(rows.facts, summary),
            predictions: rows.predictions, values: values, json: json(rows, values, summary))
    }

    private func notes(_ facts: StreamRows.Facts, _ summary: PickSummary) -> [String] {
        var notes: [String] = []
        if facts.unseen > 0 {
            notes.append(
                "\(facts.unseen) of \(facts.unseen + facts.arrivals) arrivals lie where nothing could be looked at, "
                    + "and count for nothing; coverage.csv tells of every second")
        }
        if !summary.damage.isEmpty { notes.append("\(summary.damage.count) damaged records were left out") }
        return notes
    }

    private func json(
        _ rows: StreamRows, _ values: [(use: MetricUse, value: Double?)], _ summary: PickSummary
    ) -> JSON {
        let metrics = values.map { use, value -> JSON in
            [
                "name": .string(use.name), "value": value.map { .number($0) } ?? .null, "unit": .string(use.unit),
                "better": .string(use.better.rawValue), "group": .string(use.group.rawValue),
                "metric": .string(use.signature.name), "definition": .string(use.definition),
            ]
        }
        let facts = rows.facts
        return [
            "network": .string(record.network), "hash": .string(record.graphHash),
            "weights": .string(request.weights.rawValue), "seed": .int(record.seed),
            "data": [
                "path": .string(folder), "hash": .string(basis.data), "split": .string(StreamFacts.split),
                "splits": "all of it", "traces": .int(rows.predictions.count), "skipped": 0,
                "same_as_training": false,
            ],
            "run": ["status": .string(record.status.rawValue), "epochs": .int(record.epochs)],
            "basis": basis.json, "passes": .int(max(1, request.passes)),
            "dropout_on": .bool(request.passes > 1),
            "dropout": .string(request.passes > 1 ? "on in \(request.passes) passes" : "off"),
            "reading": .object([JSON.Member(settings.rule.rawValue, .string(settings.rule.statement))]),
            "thresholds": [
                "values": RuleThresholds(settings.thresholds).json, "from": .string(thresholdsFrom),
            ],
            StreamFacts.key: [
                "rule": .string(settings.rule.rawValue), "hours": .number(facts.hours),
                "arrivals": .int(facts.arrivals), "arrivals_not_looked_at": .int(facts.unseen),
                "picks": .int(facts.picks), "picks_of_faint_arrivals": .int(facts.faint),
                "instruments": .int(summary.groups), "windows": .int(summary.windows),
                "hop": .int(settings.hop ?? 0), "blind": .int(settings.blind ?? 0),
                "stack": .string(settings.stack.rawValue),
            ],
            "seconds": .number(summary.seconds), "metrics": .array(metrics),
        ]
    }
}

/// What `test.json` says of a judged stream.
public struct StreamFacts: Sendable {
    static let key = "stream"
    /// What stands where windows have their split.
    static let split = "stream"

    public var rule: PickRule
    var hours: Double
    var arrivals: Int
    var unseen: Int
    var faint: Int

    /// `nil` where windows were judged.
    public init?(_ test: JSON) {
        guard let facts = test[Self.key], let rule = facts["rule"]?.string.flatMap(PickRule.init) else { return nil }
        self.rule = rule
        hours = facts["hours"]?.double ?? 0
        arrivals = facts["arrivals"]?.int ?? 0
        unseen = facts["arrivals_not_looked_at"]?.int ?? 0
        faint = facts["picks_of_faint_arrivals"]?.int ?? 0
    }

    /// `31.4 hours of recording, 211 arrivals; 12 picks of arrivals too faint to count`
    var text: String {
        "\(PickText.decimal(hours, 1)) hours of recording, \(arrivals) arrivals"
            + (faint > 0 ? "; \(faint) picks of arrivals too faint to be asked for count for nothing" : "")
    }
}

extension KnownArrival {
    /// Whether an output of this phase should find it.
    fileprivate func isOf(_ name: String) -> Bool { Phase(rawValue: name).map(phase.belongs) ?? false }
}
