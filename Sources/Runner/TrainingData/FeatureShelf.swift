import Foundation
import GraphIR
import Interpreter
import Layers
import Seismic

/// What one frozen trunk makes of one dataset, kept once by content for all trainings that share a folder: twenty heads
/// over one trunk look at each sample once. It holds no labels: heads may learn others.
struct FeatureShelf {
    let trunk: Graph
    private let data: TrainingData
    private let key: String
    private let place: FeaturePlace
    private let form: FeatureFile.Form
    private var session: Session { data.session }

    /// - Parameter version: of the program; another may make others of the same.
    init(_ trunk: Graph, data: TrainingData, weights: Weights, folder: String, version: String) throws {
        self.trunk = trunk
        self.data = data
        key = try FeatureShelf.key(trunk, data, weights, version: version)
        place = FeaturePlace(folder: folder + "/" + key.prefix(24))
        form = FeatureFile.Form(
            features: trunk.outputs.map { .init(name: $0.name, shape: trunk.nodes[$0.node].type.shape.numbers ?? []) },
            labels: [])
    }

    /// What is there; `nil` where nothing is.
    var file: FeatureFile? { FeatureFile(place, key: key, form: form) }
    var folder: String { place.folder }

    /// Of every side, as judging asks for the features too.
    var traces: [Int] { data.splits.train + data.splits.dev + data.splits.test }
    var byteCount: Int { form.count * traces.count * MemoryLayout<Float>.size }

    /// What is there, or what is made now. Who comes while another makes it waits. `nil` if it was stopped, or where
    /// the windows are not the same every epoch.
    func made(_ weights: Weights, isStopped: () -> Bool) throws -> FeatureFile? {
        try FileManager.default.createDirectory(atPath: place.folder, withIntermediateDirectories: true)
        while true {
            if let file { return file }
            if isStopped() { return nil }
            guard let claim = try RunFolder(place.folder).claimIfFree() else {
                Thread.sleep(forTimeInterval: 0.2)
                continue
            }
            defer { withExtendedLifetime(claim) {} }
            // Whoever had it before may just have come to the end.
            if let file { return file }
            return try write(weights, isStopped: isStopped) ? file : nil
        }
    }

    private func write(_ weights: Weights, isStopped: () -> Bool) throws -> Bool {
        var writer = try FeatureWriter(place)
        do {
            // As the sides are planned where a run keeps its own: the same steps, the same bits.
            for (traces, mode) in [
                (data.splits.train, Mode.training), (data.splits.dev + data.splits.test, .inference),
            ] {
                let machine = try session.trunkMachine(trunk, weights: weights, mode: mode)
                let stream = try data.loader(of: traces).batches(epoch: 0)
                while var batch = try stream.next() {
                    guard batch.isTheSameEveryEpoch, !isStopped() else {
                        writer.abandon()
                        return false
                    }
                    guard batch.count > 0 else { continue }
                    try session.feed(batch, to: machine)
                    try machine.forward(samples: batch.count)
                    batch.lessons = []
                    try writer.add(batch, features: trunk.outputs.indices.map { machine.output($0) })
                }
            }
            try writer.finish(key: key)
            return true
        } catch {
            writer.abandon()
            throw error
        }
    }

    /// What features depend on: the trunk with its weights, the samples, how windows are made, and the program.
    private static func key(_ trunk: Graph, _ data: TrainingData, _ weights: Weights, version: String) throws -> String
    {
        var hash = SHA256()
        let session = data.session
        let parts = [DatasetFingerprint.Part.traces, .samples].map { data.fingerprint.parts[$0] ?? "" }
        let facts =
            [trunk.meaningHash(session.registry), String(session.batch), version] + parts
            + (try data.loader(of: []).preparation) + Set(session.file.plugins.map(\.sha256)).sorted()
        hash.update(facts.joined(separator: "\n").utf8)
        // Which samples there are, side by side: rows are found by their numbers.
        for split in Split.allCases { hash.update("\n\(data.splits.traces(split))".utf8) }
        for entry in WeightLayout(trunk).entries {
            hash.update(entry.name.utf8)
            for value in weights[entry.name] ?? [] { hash.update(littleEndian(value.bitPattern)) }
        }
        return hash.hex
    }
}

extension Session {
    /// A machine for a frozen trunk, planned as the whole network is.
    func trunkMachine(_ trunk: Graph, weights: Weights, mode: Mode) throws -> Machine {
        var options = options(mode, symbols: [])
        options.batch = batch
        let machine = try Machine(trunk, registry: registry, options: options)
        var part = Weights(zerosIn: machine.layout)
        for entry in machine.layout.entries { part[entry.name] = weights[entry.name] }
        machine.load(part)
        return machine
    }
}

extension FeatureFile {
    /// The features of traces with labels that the table gives.
    func batch(of traces: ArraySlice<Int>, labels loader: Loader) -> Batch {
        let found = traces.filter { has($0) }
        var batch = loader.labels(of: found)
        batch.inputs = self.batch(of: ArraySlice(found)).inputs
        return batch
    }
}
