import Foundation
import GraphIR
import Interpreter
import Kernels
import Seismic

/// Judges changed weights, or smaller networks, on windows that are read once.
final class PruneJudge {
    let use: MetricUse
    private(set) var whole = 0.0
    private let margin: Double
    private let session: Session
    private let data: TrainingData
    private var batches: [Batch] = []
    private let resamples: EventResamples
    private var wholeResampled: [Double] = []
    /// What a class, or a phase, loses: the metrics that are asked for each of them.
    let classUses: [MetricUse]
    private var wholeByClass: [Double?] = []
    /// What the whole network says of the first batch.
    private let firstAnswers: [Answer]

    /// One network with its weights.
    typealias Judged = (value: Double?, losses: [Double])

    init(_ subject: Subject, _ traces: [Int], metric wanted: String?, margin: Double, threads: Int?) throws {
        session = try subject.judging(subject.file, threads: threads)
        data = try TrainingData(session, dataset: subject.dataset)
        self.margin = margin
        let stream = try data.loader(of: traces).batches(epoch: 0)
        while let batch = try stream.next() { if batch.count > 0 { batches.append(batch) } }
        let (rows, first) = try Self.predict(subject.weights, session, data, batches, in: session)
        firstAnswers = first
        let uses = MetricUse.all(for: rows, registry: session.registry).filter { $0.better == .higher }
        let asked = wanted.map { name in uses.filter { $0.name == name } } ?? uses
        guard let use = asked.first(where: \.isHeadline) ?? asked.first else {
            let near = wanted.flatMap { nearestName(to: $0, among: uses.map(\.name)) }
            throw RunError(
                .refused, wanted.map { "there is no metric '\($0)' for this network" } ?? "nothing to judge it by",
                help: near.map { "did you mean '\($0)'?" } ?? "one of: " + uses.map(\.name).joined(separator: ", "))
        }
        self.use = use
        let byClass = uses.filter { $0.group == .classes && $0.name.hasPrefix("recall_") }
        classUses = byClass.isEmpty ? uses.filter(\.isHeadline) : byClass
        resamples = EventResamples(TestEvents(names: rows.events, isEvent: rows.isEvent))
        guard let measurement = use.metric.measure(rows), let value = measurement.value(traces: rows.count) else {
            throw RunError(
                .badData, "\(use.name) is undefined on these traces",
                help: "--metric names another, --data brings other traces")
        }
        whole = value
        wholeResampled = resamples.values(of: measurement)
        wholeByClass = Self.values(classUses, rows)
    }

    private static func values(_ uses: [MetricUse], _ rows: Predictions) -> [Double?] {
        uses.map { $0.metric.measure(rows)?.value(traces: rows.count) }
    }

    /// What a network says of all windows, and as it stands of the first batch.
    private static func predict(
        _ weights: Weights, _ session: Session, _ data: TrainingData, _ batches: [Batch], in network: Session
    ) throws -> (rows: Predictions, first: [Answer]) {
        let predictor = Predictor(session: network, weights: weights, passes: 0)
        var readings = try Readings(session.recipe, graph: session.graph, thresholds: nil, registry: session.registry)
        var windows = WindowColumns()
        var rows = TraceColumns(phases: readings.picks?.phases.map(\.phase) ?? [])
        var first: [Answer] = []
        for (number, batch) in batches.enumerated() {
            let answers = try predictor.answers(batch)
            if number == 0 { first = answers }
            for window in 0..<batch.count {
                let trace = data.trace(batch, window: window)
                rows.append(trace.metadata, trace.identity, hasPicks: !trace.picks.isEmpty, arrival: trace.arrival)
                windows.append(trace)
                readings.read(batch, window: window, answers, trace)
            }
        }
        return (Predictions(rows.columns + readings.columns + windows.columns), first)
    }

    private func predictions(_ candidate: Silenced) throws -> (rows: Predictions, first: [Answer]) {
        try Self.predict(candidate.weights, session, data, batches, in: candidate.session ?? session)
    }

    func measure(_ candidate: Silenced) throws -> Judged {
        let predictions = try predictions(candidate).rows
        guard let measurement = use.metric.measure(predictions) else { return (nil, []) }
        let resampled = resamples.values(of: measurement)
        return (measurement.value(traces: predictions.count), zip(wholeResampled, resampled).map { $0 - $1 })
    }

    /// What the metric and each class lose, and how much the answers change at all, which tells apart what the metric
    /// does not.
    func damage(_ candidate: Silenced) throws -> (metric: Double, byClass: [Double?], change: Double) {
        let (rows, first) = try predictions(candidate)
        let value = use.metric.measure(rows)?.value(traces: rows.count) ?? 0
        let byClass = zip(wholeByClass, Self.values(classUses, rows)).map { whole, now in
            whole.flatMap { whole in now.map { whole - $0 } }
        }
        return (whole - value, byClass, change(first))
    }

    /// The mean change of everything that the network says, over the first batch.
    private func change(_ now: [Answer]) -> Double {
        var (sum, count) = (0.0, 0)
        for (one, other) in zip(firstAnswers, now) {
            for (a, b) in zip(one.values, other.values) { sum += Double(abs(a - b)) }
            count += one.values.count
        }
        return sum / Double(max(1, count))
    }

    func point(_ criterion: PruneFinding.Criterion, _ kept: Int, _ measured: [Judged]) -> PruneFinding.Point {
        let values = measured.compactMap(\.value)
        let (loss, verdict) = verdict(measured)
        return .init(
            criterion: criterion, kept: kept, value: values.isEmpty ? nil : Sample(values).mean, low: values.min(),
            high: values.max(), loss: loss, verdict: verdict)
    }

    /// Two one-sided tests at 5 %: between 5 % and 95 % of what is lost on resampled events. Of several draws or seeds
    /// every one's losses count.
    func verdict(_ measured: [Judged]) -> (loss: (low: Double, high: Double)?, verdict: String) {
        let losses = measured.flatMap(\.losses).filter(\.isFinite).sorted()
        guard losses.count >= 20 else { return (nil, "undefined") }
        let low = losses[losses.count / 20], high = losses[losses.count - 1 - losses.count / 20]
        let verdict =
            low > -margin && high < margin ? "equivalent" : low > 0 ? "worse" : high < 0 ? "better" : "can't tell"
        return ((low, high), verdict)
    }
}

extension Subject {
    /// A session for networks that are asked about the same windows again and again: so many at once that every thread
    /// has as many as a recurrent layer walks through together.
    func judging(_ file: NetworkFile, threads: Int?) throws -> Session {
        let batch = max(try file.recipe().training[TrainSection.batch], 8 * (threads ?? ThreadPool.processors))
        return try Session(file, seed: note.seed, threads: threads, memory: session.memory, batch: batch)
    }
}
