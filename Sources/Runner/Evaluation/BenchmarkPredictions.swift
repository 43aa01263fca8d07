import Files
import GraphIR
import Seismic

/// What a network says of the targets of SeisBench's benchmark, in the files of pick-benchmark.
public struct BenchmarkPredictions: Sendable {
    public struct Said: Sendable, Equatable {
        /// Higher for an earthquake.
        public var detection: Double
        /// The likeliest P by the likeliest S.
        public var pOrS: Double
        /// Where the likeliest P and S are, in samples from the trace's start.
        public var p: Double
        public var s: Double
    }
    public var targets: BenchmarkTargets
    /// One a target; `nan` where a network has no such output.
    public var said: [Said]

    static let columns = ["score_detection", "score_p_or_s", "p_sample_pred", "s_sample_pred"]

    public var csv: String {
        CSV.text(
            [targets.header + Self.columns]
                + zip(targets.targets, said).map { target, said in
                    targets.row(target) + [said.detection, said.pOrS, said.p, said.s].map(BenchmarkPredictions.text)
                })
    }

    /// As pandas writes numbers: infinity is `inf`.
    private static func text(_ value: Double) -> String {
        value.isInfinite ? (value < 0 ? "-inf" : "inf") : History.text(value)
    }

    /// Reads a file of predictions, ours or pick-benchmark's own; a column that is not there counts as not said.
    public init(csv text: String, task: BenchmarkTargets.Task, path: String) throws {
        targets = try BenchmarkTargets(csv: text, task: task, path: path)
        let rows = CSV.rows(text)
        let places = Self.columns.map { rows.first?.firstIndex(of: $0) }
        said = rows.dropFirst().map { row in
            let values = places.map { place in place.flatMap { Double(row[$0]) } ?? .nan }
            return Said(detection: values[0], pOrS: values[1], p: values[2], s: values[3])
        }
    }

    init(targets: BenchmarkTargets, said: [Said]) {
        self.targets = targets
        self.said = said
    }
}

/// Asks a run's network about targets.
public func predictions(
    of folder: RunFolder, file: NetworkFile, dataset: any Dataset, targets: BenchmarkTargets,
    request: EvaluationRequest
) throws -> BenchmarkPredictions {
    guard let input = file.network.graph.inputs.first, let rate = input.type.rate,
        let length = input.type.shape.time.number, file.network.graph.inputs.count == 1
    else {
        throw RunError(
            .refused, "the tasks of SeisBench's benchmark need a network with one input of a fixed length and rate")
    }
    let pieces = try TargetDataset(dataset, targets.targets, seconds: Double(length) / rate)
    let evaluator = try Evaluator(request, record: folder.record(), file: file, dataset: pieces)
    return BenchmarkPredictions(targets: targets, said: try evaluator.said(of: pieces))
}

extension Evaluator {
    /// What pick-benchmark takes from curves, within the target: the highest detection, the highest P by the highest S,
    /// and where these are.
    func said(of pieces: TargetDataset) throws -> [BenchmarkPredictions.Said] {
        let readings = try Readings(
            session.recipe, graph: session.graph, thresholds: nil, registry: session.registry)
        guard let picks = readings.picks else {
            throw RunError(.refused, "the tasks of SeisBench's benchmark need a network that detects or picks")
        }
        var said = [BenchmarkPredictions.Said](
            repeating: .init(detection: .nan, pOrS: .nan, p: .nan, s: .nan), count: pieces.count)
        try predictor.ask(try data.loader(of: Array(0..<pieces.count))) { batch, answers in
            for window in 0..<batch.count {
                let trace = data.trace(batch, window: window)
                let curves = picks.curves(answers, window: window, trace)
                said[trace.index] = Evaluator.said(curves, pieces.targets[trace.index], pieces.windowStart(trace.index))
            }
        }
        return said
    }

    private static func said(
        _ curves: PickReading.Curves, _ target: BenchmarkTargets.Target, _ start: Double
    ) -> BenchmarkPredictions.Said {
        let scale = target.rate / curves.rate
        /// The highest value within the target, and its sample in the trace.
        func highest(_ curve: ProbabilityCurve?) -> (value: Double, sample: Double) {
            guard let curve else { return (.nan, .nan) }
            let first = max(0, Int(((Double(target.start) - start) / scale).rounded()))
            let end = min(curve.values.count, Int(((Double(target.end) - start) / scale).rounded()))
            guard first < end, let place = (first..<end).max(by: { curve.values[$0] < curve.values[$1] }) else {
                return (.nan, .nan)
            }
            return (Double(curve.values[place]), start + Double(place) * scale)
        }
        let (p, s) = (highest(curves.phase(.P)), highest(curves.phase(.S)))
        let detected = highest(curves.detection).value
        return BenchmarkPredictions.Said(
            // Without an output of its own, what is most likely an onset says that there is an earthquake.
            detection: detected.isNaN ? [p.value, s.value].filter(\.isFinite).max() ?? .nan : detected,
            pOrS: p.value / s.value, p: p.sample, s: s.sample)
    }
}
