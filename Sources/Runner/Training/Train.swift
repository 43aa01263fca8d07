import GraphIR
import Seismic

/// Trains a network into the request's folder. `isStopped` is asked after every step: `true` saves and returns.
public func train(
    _ request: TrainingRequest, file: NetworkFile, dataset: (any Dataset)? = nil, watcher: inout some TrainingWatcher,
    clock: @escaping () -> Double = secondsNow, isStopped: () -> Bool = { false }
) throws -> TrainingResult {
    let dataset = try dataset ?? openDataset(request.data, registry: file.registry)
    let session = try Session(file, seed: request.seed, threads: request.threads, memory: request.memory)
    let data = try TrainingData(
        session, dataset: dataset, skipsBadTraces: request.skipsBadTraces,
        looksAtEverySample: request.looksAtEverySample)
    guard session.layout.trainableCount > 0 else {
        throw RunError(.refused, "every layer of \(file.name) is frozen: there is nothing to train")
    }
    var run = try TrainingRun(request, data: data, clock: clock)
    if let note = try run.keepFeatures(isStopped: isStopped) { watcher.hear(.note(note)) }
    if request.looksAhead {
        for note in try Preflight(data, trainer: run.trainer, folder: request.folder, clock: clock).notes {
            watcher.hear(.note(note))
        }
    }
    return try run.run(watcher: &watcher, isStopped: isStopped)
}
