import Compiler
import Foundation
import GraphIR
import Kernels
import Seismic
import Testing

@testable import Runner

/// Forty short traces with a step at P: what a small network learns in a second.
struct ToyData: Dataset {
    var count = 40
    var length = 96
    /// How much later an analyst puts every P than it is.
    var repicked = 0
    var path = "toy"
    let format = "toy"
    let columns = ["trace_name", "source_id", "split", "trace_category", "trace_p_arrival_sample", "trace_snr_db"]

    func arrival(_ index: Int) -> Int? { index % 4 == 3 ? nil : 20 + (index * 7) % 50 }

    func metadata(_ index: Int) -> TraceMetadata {
        let sides = ["train", "train", "train", "dev", "test"]
        return TraceMetadata([
            ("trace_name", "toy\(index)"), ("source_id", arrival(index) == nil ? nil : "event\(index / 2)"),
            ("split", sides[index % 5]), ("trace_category", arrival(index) == nil ? "noise" : "earthquake_local"),
            ("trace_p_arrival_sample", arrival(index).map { String($0 + repicked) }), ("trace_snr_db", "\(index)"),
        ])
    }
    func rate(_ index: Int) -> Double? { 100 }
    func components(_ index: Int) -> String? { "Z" }
    func trace(_ index: Int) throws -> Trace {
        let random = CounterRandom(seed: 5, stream: UInt64(index))
        let samples = (0..<length).map { time -> Float in
            let noise = Float(random.uniform(time, in: -0.1...0.1))
            return noise + ((arrival(index) ?? length) <= time ? (time % 2 == 0 ? 1 : -1) : 0)
        }
        return Trace(
            name: "toy\(index)", rate: 100, components: "Z", samples: samples, length: length,
            metadata: metadata(index))
    }
}

/// A picker with everything that could make two runs differ: batch norm, dropout, augmentation, a penalty, a schedule.
struct ToyStudy {
    static let text = """
        network Toy(width: int = 4) {
            input waveform: [1, 96] at 100 Hz
            trunk: [width, 96] = waveform -> conv(width, 7) as first -> batch_norm as norm -> relu -> dropout(0.1) as drop
            output p: [1, 96] = trunk -> conv(1, 9) as last -> sigmoid
            learn p from pick(P, shape: gaussian, width: 3 samples) loss binary_cross_entropy
            prepare { demean -> normalize(peak, each: channel) }
            augment { shift(p: 0.5) -> noise(p: 0.5) }
            train {
                optimizer: adam(rate: 2e-2)
                schedule: cosine(warm_up: 1)
                batch: 5
                epochs: 3
                checkpoint: 0 s
            }
        }
        """

    static func file(
        _ settings: [(key: String, value: String)] = [], text: String = text, registry: Registry = .builtIn
    ) throws -> NetworkFile {
        let compilation = compile(text: text, registry: registry, settings: settings)
        let messages = compilation.diagnostics.filter { $0.severity == .error }.map(\.message)
        try #require(messages.isEmpty, "\(messages)")
        let network = try #require(compilation.network)
        return NetworkFile(
            name: "toy", network: network, sources: [.init(path: "text.arch", text: text)], overrides: settings,
            registry: registry)
    }

    static func request(_ folder: String) -> TrainingRequest {
        TrainingRequest(architecture: "toy", data: "toy", folder: RunFolder(folder))
    }

    /// Trains in a folder; `change` alters the request, `hear` listens.
    @discardableResult
    static func train(
        _ folder: String, settings: [(key: String, value: String)] = [], text: String = text,
        registry: Registry = .builtIn, data: any Dataset = ToyData(),
        change: (inout TrainingRequest) -> Void = { _ in }, hear: @escaping (TrainingEvent) -> Void = { _ in },
        isStopped: () -> Bool = { false }
    ) throws -> TrainingResult {
        var request = request(folder)
        request.threads = 1
        change(&request)
        var watcher = Listener(told: hear)
        return try Runner.train(
            request, file: file(settings, text: text, registry: registry), dataset: data, watcher: &watcher,
            isStopped: isStopped)
    }

    struct Listener: TrainingWatcher {
        var told: (TrainingEvent) -> Void
        mutating func hear(_ event: TrainingEvent) { told(event) }
    }

    /// Everything that must be the same to the bit, however often a run was stopped.
    static func state(_ folder: String) throws -> (weights: Data?, best: Data?, checkpoint: Checkpoint) {
        let run = RunFolder(folder)
        let bytes = try #require(FileManager.default.contents(atPath: run.checkpointPath))
        var checkpoint = try Checkpoint.read([UInt8](bytes), path: run.checkpointPath).contents
        checkpoint.position.seconds = 0
        return (
            FileManager.default.contents(atPath: run.lastWeightsPath),
            FileManager.default.contents(atPath: run.bestWeightsPath), checkpoint
        )
    }

    static func expectSame(_ a: String, _ b: String) throws {
        let (first, second) = (try state(a), try state(b))
        #expect(first.weights != nil && first.weights == second.weights)
        #expect(first.best == second.best)
        #expect(first.checkpoint.weights == second.checkpoint.weights)
        #expect(first.checkpoint.memory == second.checkpoint.memory)
        #expect(first.checkpoint.position == second.checkpoint.position)
        #expect(first.checkpoint.history.sameTraining(as: second.checkpoint.history))
        #expect(try RunFolder(a).history().sameTraining(as: RunFolder(b).history()))
    }
}
