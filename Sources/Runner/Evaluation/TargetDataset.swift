import GraphIR
import Seismic

/// The pieces of a dataset that targets ask for, each as a trace of the network's own length with the target in its
/// middle, zeros where the recording does not reach.
struct TargetDataset: Dataset {
    let whole: any Dataset
    let targets: [BenchmarkTargets.Target]
    /// The window in seconds.
    let seconds: Double
    /// The trace of each target in the dataset.
    private let indices: [Int]

    /// Targets whose trace the dataset does not have are an error: their scores would be of another set.
    init(_ whole: any Dataset, _ targets: [BenchmarkTargets.Target], seconds: Double) throws {
        self.whole = whole
        self.targets = targets
        self.seconds = seconds
        var places: [String: Int] = [:]
        var shared: Set<String> = []
        for index in 0..<whole.count where places.updateValue(index, forKey: whole.name(index)) != nil {
            shared.insert(whole.name(index))
        }
        indices = try targets.map { target in
            // Where several traces share a name, the number tells them apart.
            if shared.contains(target.trace), target.index >= 0, target.index < whole.count,
                whole.name(target.index) == target.trace
            {
                return target.index
            }
            guard let index = places[target.trace], !shared.contains(target.trace) else {
                throw RunError(
                    .badData,
                    "\(whole.path) has \(places[target.trace] == nil ? "no" : "several traces named") "
                        + "'\(target.trace)', which the targets ask for", help: "are they of this dataset?")
            }
            return index
        }
    }

    var path: String { whole.path }
    var format: String { whole.format }
    var columns: [String] { whole.columns }
    var count: Int { targets.count }
    func name(_ index: Int) -> String { "\(targets[index].trace)@\(targets[index].start)" }
    func rate(_ index: Int) -> Double? { whole.rate(indices[index]) }
    func components(_ index: Int) -> String? { whole.components(indices[index]) }
    func split(_ index: Int) -> Split? { .test }

    func metadata(_ index: Int) -> TraceMetadata {
        // Arrivals would have to move with the piece; nothing here looks at them.
        let kept = ["trace_sampling_rate_hz", "trace_dt_s", "trace_component_order"]
        let metadata = whole.metadata(indices[index])
        return TraceMetadata([("trace_name", name(index))] + kept.map { ($0, metadata[$0]) })
    }

    /// Where the window begins, in samples of the target's rate from the trace's start; may be before it.
    func windowStart(_ index: Int) -> Double {
        let target = targets[index]
        return (Double(target.start + target.end) / 2 - seconds * target.rate / 2).rounded(.down)
    }

    func trace(_ index: Int) throws -> Trace {
        let trace = try whole.trace(indices[index])
        let length = Int((seconds * trace.rate).rounded())
        let start = Int((windowStart(index) * trace.rate / targets[index].rate).rounded())
        let channels = trace.length > 0 ? trace.samples.count / trace.length : 0
        var samples = [Float](repeating: 0, count: channels * length)
        for channel in 0..<channels {
            for place in max(0, -start)..<max(max(0, -start), min(length, trace.length - start)) {
                samples[channel * length + place] = trace.samples[channel * trace.length + start + place]
            }
        }
        return Trace(
            name: name(index), rate: trace.rate, components: trace.components, samples: samples, length: length,
            metadata: metadata(index))
    }
}
