import Files
import GraphIR
import Seismic

/// What a network says of one trace, beside what the catalogue says.
public struct TraceCurves: Sendable {
    /// One curve with what is read off it.
    public struct Curve: Sendable {
        /// `detection`, a phase, or an output and its channel.
        public var name: String
        public var values: [Float]
        /// From where on it counts; `nil` where nothing is read off it.
        public var threshold: Double?
        /// In samples of the window.
        public var picks: [(sample: Double, probability: Double)]

        public init(
            name: String, values: [Float], threshold: Double? = nil,
            picks: [(sample: Double, probability: Double)] = []
        ) {
            self.name = name
            self.values = values
            self.threshold = threshold
            self.picks = picks
        }
    }

    public var trace: TraceIdentity
    public var rate: Double
    /// Where the window's first sample is in the trace.
    public var start: Int
    /// When that was; `nil` where nobody knows.
    public var startTime: String?
    public var channel: String
    /// What the catalogue says of the trace: `noise`, `M 1.8`.
    public var facts: [String]
    /// The network's inputs after preparation, by component.
    public var waveform: [(name: String, samples: [Float])]
    /// Detection first, then phases; outputs that are no matter of picks behind them.
    public var curves: [Curve]
    /// The catalogue's arrivals, in samples of the window.
    public var arrivals: [(phase: String, sample: Double)]
}

/// What a run's network says of a few traces, for looking at.
public func curves(
    of folder: RunFolder, file: NetworkFile, traces: [TraceIdentity], rule: PickRule = .peaks, data: String? = nil
) throws -> [TraceCurves] {
    let record = try folder.record()
    // Traces that are asked for by identity were judged: what was left out then is left out again.
    let dataset = try record.openData(data, registry: file.registry, skippingBad: true)
    let places = Dictionary(
        (0..<dataset.count).map { (dataset.identity($0), $0) }, uniquingKeysWith: { first, _ in first })
    let indices = try traces.map { identity in
        guard let index = places[identity] else {
            throw RunError(
                .refused, "\(dataset.path) has no trace '\(identity)'",
                help: "predictions.csv of the run has the traces that were judged")
        }
        return index
    }
    return try curves(of: folder, file: file, dataset: dataset, indices: indices, rule: rule)
}

/// The same of traces by their numbers in a dataset.
public func curves(
    of folder: RunFolder, file: NetworkFile, dataset: any Dataset, indices: [Int], rule: PickRule = .peaks
) throws -> [TraceCurves] {
    let record = try folder.record()
    let request = EvaluationRequest(folder: folder)
    return try Evaluator(request, record: record, file: file, dataset: dataset).examination
        .curves(of: indices, rule: rule)
}

/// What a network with weights that need not lie in a run's folder says of a few traces.
public func curves(
    of file: NetworkFile, weights stored: Safetensors, from path: String, seed: Int, dataset: any Dataset,
    indices: [Int], rule: PickRule = .peaks
) throws -> [TraceCurves] {
    let session = try Session(file, seed: seed, threads: nil, memory: nil)
    let data = try TrainingData(session, dataset: dataset)
    return try Examination(data, session: session, weights: stored, from: path, passes: 0)
        .curves(of: indices, rule: rule)
}

extension Examination {
    func curves(of indices: [Int], rule: PickRule) throws -> [TraceCurves] {
        let readings = try Readings(
            session.recipe, graph: session.graph, thresholds: try thresholds(given: nil)?.values,
            registry: session.registry)
        var found: [TraceCurves] = []
        try predictor.ask(try data.loader(of: indices)) { batch, answers in
            for window in 0..<batch.count {
                let trace = data.trace(batch, window: window)
                let inputs = batch.inputs.flatMap { $0.channels(window) }.map { Array($0.prefix(trace.length)) }
                let names = session.recipe.componentNames(
                    channels: inputs.count, of: data.dataset.components(batch.traces[window]))
                found.append(
                    TraceCurves(
                        trace: trace.identity, rate: trace.rate, start: trace.start,
                        startTime: trace.time(Double(trace.start)), channel: trace.channel, facts: trace.facts,
                        waveform: zip(names, inputs).map { ($0, $1) },
                        curves: curves(readings.picks, rule, answers, window: window, trace),
                        arrivals: trace.picks.map { pick in
                            (pick.phase.rawValue, pick.sample * trace.rate / trace.traceRate - Double(trace.start))
                        }.filter { $0.1 >= 0 && $0.1 < Double(trace.length) }))
            }
        }
        return found
    }

    private func curves(
        _ picks: PickReading?, _ rule: PickRule, _ answers: [Answer], window: Int, _ trace: TraceInWindow
    ) -> [TraceCurves.Curve] {
        var all: [TraceCurves.Curve] = []
        var known: Set<String> = []
        if let picks {
            let read = picks.curves(answers, window: window, trace)
            if let detection = read.detection {
                all.append(.init(name: "detection", values: detection.values, threshold: picks.settled[rule].detection))
            }
            for (phase, curve) in read.phases {
                all.append(
                    .init(
                        name: phase.rawValue, values: curve.values,
                        threshold: picks.settled[rule].phase(phase.rawValue),
                        picks: picks.picks(phase, rule, in: read).map { ($0.sample * read.step, $0.probability) }))
            }
            known = Set(picks.phases.map(\.output) + [picks.detection].compactMap { $0 })
        }
        for answer in answers where !known.contains(answer.output) && answer.time > 1 {
            for channel in 0..<answer.channels {
                let name = answer.channels == 1 ? answer.output : "\(answer.output) \(channel + 1)"
                all.append(.init(name: name, values: answer.row(window, channel)))
            }
        }
        return all
    }
}

extension TraceInWindow {
    /// What a person should know first: signal-to-noise, distance, magnitude, as the catalogue has them.
    var facts: [String] {
        var facts: [String] = []
        let levels = metadata.numbers("trace_snr_db").filter(\.isFinite)
        if !levels.isEmpty { facts.append("SNR \(rounded(levels.reduce(0, +) / Double(levels.count))) dB") }
        for (columns, prefix, unit) in [
            (["path_ep_distance_km", "source_distance_km", "path_hyp_distance_km"], "", " km"),
            (["source_magnitude"], "M ", ""),
        ] {
            if let value = columns.lazy.compactMap({ metadata.double($0) }).first(where: \.isFinite) {
                facts.append(prefix + rounded(value) + unit)
            }
        }
        if picks.isEmpty { facts.append("no arrival in the catalogue") }
        return facts
    }

    private func rounded(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }
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
