import GraphIR
import Seismic

/// Trains a network into the request's folder. `isStopped` is asked after every step: `true` saves and returns.
///
/// - Parameter claim: the folder opened for writing, where the caller has it already.
public func train(
    _ request: TrainingRequest, file: NetworkFile, dataset: (any Dataset)? = nil, claim: RunClaim? = nil,
    watcher: inout some TrainingWatcher, clock: @escaping () -> Double = secondsNow, isStopped: () -> Bool = { false }
) throws -> TrainingResult {
    let dataset = try dataset ?? openDataset(request.data, registry: file.registry)
    let session = try Session(file, seed: request.seed, threads: request.threads, memory: request.memory)
    let data = try TrainingData(
        session, dataset: dataset, skipsBadTraces: request.skipsBadTraces,
        looksAtEverySample: request.looksAtEverySample)
    guard session.layout.trainableCount > 0 else {
        throw RunError(.refused, "every layer of \(file.name) is frozen: there is nothing to train")
    }
    try data.requireArrivals()
    let claim = try claim ?? request.folder.claim()
    defer { withExtendedLifetime(claim) {} }
    var run = try TrainingRun(request, data: data, clock: clock)
    if let reason = run.passedOver { watcher.hear(.note("\(reason); going on from the checkpoint before it")) }
    if let place = try run.place { watcher.hear(.note(place)) }
    if let note = try run.keepFeatures(isStopped: isStopped) { watcher.hear(.note(note)) }
    if request.looksAhead {
        let preflight = try Preflight(
            data, trainer: run.trainer, folder: request.folder, done: run.position.epoch, clock: clock)
        for note in preflight.notes {
            watcher.hear(.note(note))
        }
    }
    return try run.run(watcher: &watcher, isStopped: isStopped)
}
