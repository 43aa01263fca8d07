import Foundation
import GraphIR
import Interpreter
import Layers
import Seismic

/// A training behind a frozen trunk: the trunk looks at every window once, and what it says is kept; epochs run only
/// the head. A new head on a trained trunk learns in seconds.
struct KeptTrunk {
    let head: Graph
    let file: FeatureFile
    private let layout: WeightLayout
    /// Where each array of the head lies in its own block, and in the whole network's.
    private let places: [(head: Range<Int>, whole: Range<Int>)]

    init(_ cut: FrozenTrunk, file: FeatureFile, whole: WeightLayout) {
        head = cut.head
        self.file = file
        layout = WeightLayout(cut.head)
        places = layout.entries.compactMap { entry in whole[entry.name].map { (entry.range, $0.range) } }
    }

    /// The head's part of the network's weights.
    func part(of weights: Weights) -> Weights {
        var part = Weights(zerosIn: layout)
        for (head, whole) in places { part.values.replaceSubrange(head, with: weights.values[whole]) }
        return part
    }

    /// Puts the head's part back into the whole.
    func put(_ part: Weights, into weights: inout Weights) {
        for (head, whole) in places { weights.values.replaceSubrange(whole, with: part.values[head]) }
    }
}

extension Workbench {
    /// Why features are not kept, or what was done; `nil` where there is no frozen trunk. Epochs run the head alone
    /// afterwards.
    func keepFeatures(
        _ weights: Weights, version: String, in folder: RunFolder, clock: () -> Double, isStopped: () -> Bool
    ) throws -> String? {
        guard settings.cachesFrozen, let cut = FrozenTrunk(graph, registry: registry) else { return nil }
        let traces = splits.train + splits.dev
        guard let first = try firstBatch(of: try loader(of: traces).batches(epoch: 0)) else { return nil }
        guard first.isTheSameEveryEpoch else {
            return "the frozen layers run in every epoch: windows are augmented or cut anew each time"
        }
        let form = FeatureFile.Form(cut.trunk, batch: first)
        let key = featureKey(cut.trunk, weights, version: version)
        let began = clock()
        if FeatureFile(folder, key: key, form: form) == nil {
            let needed = form.count * traces.count * MemoryLayout<Float>.size
            guard needed < (folder.freeBytes ?? .max) / 2 else {
                return "the frozen layers run in every epoch: their features would take \(MemoryReport.text(needed))"
            }
            guard try writeFeatures(cut.trunk, weights, key: key, in: folder, isStopped: isStopped) else {
                return isStopped()
                    ? nil : "the frozen layers run in every epoch: some windows are cut anew each time"
            }
        }
        guard let file = FeatureFile(folder, key: key, form: form) else { return nil }
        trunk = KeptTrunk(cut, file: file, whole: layout)
        let places = cut.trunk.outputs.map(\.name).joined(separator: ", ")
        return "frozen up to \(places): features of \(file.count) windows kept "
            + "(\(MemoryReport.text(file.byteCount)), \(String(format: "%.1f", clock() - began)) s); "
            + "epochs run what is behind"
    }

    private func firstBatch(of stream: BatchStream) throws -> Batch? {
        while let batch = try stream.next() {
            if batch.count > 0 { return batch }
        }
        return nil
    }

    /// All windows through the trunk, once; `false` if it was stopped or the windows are not the same every epoch.
    private func writeFeatures(
        _ trunk: Graph, _ weights: Weights, key: String, in folder: RunFolder, isStopped: () -> Bool
    ) throws -> Bool {
        var writer = try FeatureWriter(folder)
        do {
            // Planned as the whole network is, for training and for the dev split: the same steps, the same bits.
            for (traces, mode) in [(splits.train, Mode.training), (splits.dev, .inference)] {
                let machine = try Machine(trunk, registry: registry, options: options(mode, symbols: []))
                var part = Weights(zerosIn: machine.layout)
                for entry in machine.layout.entries { part[entry.name] = weights[entry.name] }
                machine.load(part)
                let stream = try loader(of: traces).batches(epoch: 0)
                while let batch = try stream.next() {
                    guard batch.isTheSameEveryEpoch, !isStopped() else {
                        writer.abandon()
                        return false
                    }
                    guard batch.count > 0 else { continue }
                    try feed(batch, to: machine)
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
    private func featureKey(_ trunk: Graph, _ weights: Weights, version: String) -> String {
        var hash = SHA256()
        let facts = [
            trunk.meaningHash(registry), dataHash, recipe.whole, String(seed), String(settings.batch), version,
        ]
        hash.update((facts + Set(file.plugins.map(\.sha256)).sorted()).joined(separator: "\n").utf8)
        for index in splits.train + splits.dev {
            let metadata = dataset.metadata(index)
            for column in metadata.columns { hash.update("\n\(column)\t\(metadata[column] ?? "")".utf8) }
        }
        for entry in WeightLayout(trunk).entries {
            hash.update(entry.name.utf8)
            for value in weights[entry.name] ?? [] { hash.update(littleEndian(value.bitPattern)) }
        }
        return hash.hex
    }

    /// The windows behind a batch, which may hold features of them.
    func windows(of batch: Batch, epoch: Int, number: Int) throws -> Batch {
        guard trunk != nil else { return batch }
        return try loader(.train, epoch: epoch).batches(epoch: epoch, from: number).next() ?? batch
    }

    /// From now on the whole network again.
    func forgetFeatures(in folder: RunFolder) {
        trunk = nil
        try? FileManager.default.removeItem(atPath: folder.featureFolderPath)
    }
}

extension FeatureFile.Form {
    fileprivate init(_ trunk: Graph, batch: Batch) {
        features = trunk.outputs.map { Part(name: $0.name, shape: trunk.nodes[$0.node].type.shape.numbers ?? []) }
        labels = batch.lessons.map { Part(name: $0.labels.name, shape: Array($0.labels.shape.dropFirst())) }
    }
}
