import Files
import Foundation
import GraphIR
import Interpreter
import Seismic

/// Makes a run's folder of a network and weights that were trained elsewhere, so that whatever takes a run takes them:
/// nothing was trained here, and the record says so by its epochs.
public func adopt(
    _ file: NetworkFile, weights stored: Safetensors, from path: String, request: TrainingRequest,
    dataset: (any Dataset)? = nil
) throws {
    let folder = request.folder
    if folder.exists, !request.overwrites {
        throw RunError(.access, "\(folder.path) already holds a run", help: "give another --out, or --overwrite")
    }
    let session = try Session(file, seed: request.seed, threads: request.threads, memory: request.memory)
    do {
        _ = try Weights(stored, layout: session.layout)
    } catch {
        throw RunError(.badData, "\(path) does not fit \(file.name): \(error)")
    }
    let dataset =
        try dataset
        ?? openDataset(request.data, registry: file.registry, skippingBad: request.skipsBadTraces)
    let data = try TrainingData(session, dataset: dataset, skipsBadTraces: request.skipsBadTraces)
    var record = RunRecord(request, data: data)
    record.status = .done
    if folder.exists { try folder.clear() }
    try folder.make()
    for target in [folder.bestWeightsPath, folder.lastWeightsPath] { try AtomicFile(target).write(stored.bytes) }
    // A table without an epoch: whoever draws how it learned finds that nothing was learned here.
    try AtomicFile(folder.historyPath).write(History(outputs: session.graph.outputs.map(\.name)).csv)
    try AtomicFile(folder.recordPath).write(record.json.text(indented: true) + "\n")
}
