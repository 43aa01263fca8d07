import Foundation
import GraphIR
import Interpreter
import Layers
import Seismic

/// A training behind a frozen trunk: the trunk looks at every window once, and what it says is kept; epochs run only
/// the head. A new head on a trained trunk learns in seconds.
struct FeatureKeeping {
    private let data: TrainingData
    private let weights: Weights
    private let version: String
    private let folder: RunFolder
    private let shared: String?
    private var session: Session { data.session }

    /// - Parameter shared: where other trainings look for features too.
    init(_ data: TrainingData, weights: Weights, version: String, folder: RunFolder, shared: String? = nil) {
        (self.data, self.weights, self.version, self.folder) = (data, weights, version, folder)
        self.shared = shared
    }

    /// Why features are not kept, or what was done; `nil` where there is no frozen trunk. Epochs run the head alone
    /// afterwards.
    func keep(clock: () -> Double, isStopped: () -> Bool) throws -> String? {
        guard let cut = FrozenTrunk(session.graph, registry: session.registry) else { return nil }
        if let shared, let note = try shelve(cut, shared, clock: clock, isStopped: isStopped) { return note }
        let traces = data.splits.train + data.splits.dev
        guard let first = try firstBatch(of: try data.loader(of: traces).batches(epoch: 0)) else { return nil }
        guard first.isTheSameEveryEpoch else {
            return "the frozen layers run in every epoch: windows are augmented or cut anew each time"
        }
        let form = FeatureFile.Form(cut.trunk, batch: first)
        let key = featureKey(cut.trunk)
        let began = clock()
        if FeatureFile(folder.featurePlace, key: key, form: form) == nil {
            let needed = form.count * traces.count * MemoryLayout<Float>.size
            guard needed < (folder.freeBytes ?? .max) / 2 else {
                return "the frozen layers run in every epoch: their features would take \(MemoryReport.text(needed))"
            }
            guard try writeFeatures(cut.trunk, key: key, isStopped: isStopped) else {
                return isStopped()
                    ? nil : "the frozen layers run in every epoch: some windows are cut anew each time"
            }
        }
        guard let file = FeatureFile(folder.featurePlace, key: key, form: form) else { return nil }
        data.features = file
        session.head = TrainedHead(cut.head, whole: session.layout)
        return "frozen up to \(places(cut)): features of \(file.count) windows kept "
            + "(\(MemoryReport.text(file.byteCount)), \(String(format: "%.1f", clock() - began)) s); "
            + "epochs run what is behind"
    }

    private func places(_ cut: FrozenTrunk) -> String { cut.trunk.outputs.map(\.name).joined(separator: ", ") }

    /// Takes features that trainings share, making them where nobody has; `nil` where labels need the windows, or where
    /// there is no room.
    private func shelve(
        _ cut: FrozenTrunk, _ shared: String, clock: () -> Double, isStopped: () -> Bool
    ) throws -> String? {
        guard session.recipe.augmentations.isEmpty, try data.loader(of: []).labelsAreOfTheTable else { return nil }
        let shelf = try FeatureShelf(cut.trunk, data: data, weights: weights, folder: shared, version: version)
        let began = clock()
        let isThere = shelf.file != nil
        guard isThere || shelf.byteCount < (folder.freeBytes ?? .max) / 2,
            let file = try shelf.made(weights, isStopped: isStopped)
        else { return nil }
        data.features = file
        data.featuresHaveLabels = false
        session.head = TrainedHead(cut.head, whole: session.layout)
        return "frozen up to \(places(cut)): features of \(file.count) windows "
            + (isThere ? "found in \(shelf.folder)" : "kept in \(shelf.folder) for others too")
            + " (\(MemoryReport.text(file.byteCount)), \(String(format: "%.1f", clock() - began)) s); "
            + "epochs run what is behind"
    }

    private func firstBatch(of stream: BatchStream) throws -> Batch? {
        while let batch = try stream.next() {
            if batch.count > 0 { return batch }
        }
        return nil
    }

    /// All windows through the trunk, once; `false` if it was stopped or the windows are not the same every epoch.
    private func writeFeatures(_ trunk: Graph, key: String, isStopped: () -> Bool) throws -> Bool {
        var writer = try FeatureWriter(folder.featurePlace)
        do {
            // Planned as the whole network is, for training and for the dev split: the same steps, the same bits.
            for (traces, mode) in [(data.splits.train, Mode.training), (data.splits.dev, .inference)] {
                let machine = try session.trunkMachine(trunk, weights: weights, mode: mode)
                let stream = try data.loader(of: traces).batches(epoch: 0)
                while let batch = try stream.next() {
                    guard batch.isTheSameEveryEpoch, !isStopped() else {
                        writer.abandon()
                        return false
                    }
                    guard batch.count > 0 else { continue }
                    try session.feed(batch, to: machine)
                    try machine.forward(samples: batch.count)
                    try writer.add(batch, features: trunk.outputs.indices.map { machine.output($0) })
                }
            }
            try writer.finish(key: key)
        } catch {
            writer.abandon()
            throw error
        }
        return true
    }

    /// What features depend on: the trunk with its weights, the data with its picks, how windows and labels are made,
    /// and the program that makes them.
    private func featureKey(_ trunk: Graph) -> String {
        var hash = SHA256()
        let facts = [
            trunk.meaningHash(session.registry), data.hash, session.recipe.whole, String(session.seed),
            String(session.batch), version,
        ]
        hash.update((facts + Set(session.file.plugins.map(\.sha256)).sorted()).joined(separator: "\n").utf8)
        for index in data.splits.train + data.splits.dev {
            let metadata = data.dataset.metadata(index)
            for column in metadata.columns { hash.update("\n\(column)\t\(metadata[column] ?? "")".utf8) }
        }
        for entry in WeightLayout(trunk).entries {
            hash.update(entry.name.utf8)
            for value in weights[entry.name] ?? [] { hash.update(littleEndian(value.bitPattern)) }
        }
        return hash.hex
    }

    /// From now on the whole network again.
    static func forget(_ data: TrainingData, in folder: RunFolder) {
        data.features = nil
        data.session.head = nil
        try? FileManager.default.removeItem(atPath: folder.featureFolderPath)
    }
}

extension FeatureFile.Form {
    fileprivate init(_ trunk: Graph, batch: Batch) {
        features = trunk.outputs.map { Part(name: $0.name, shape: trunk.nodes[$0.node].type.shape.numbers ?? []) }
        labels = batch.lessons.map { Part(name: $0.labels.name, shape: Array($0.labels.shape.dropFirst())) }
    }
}
