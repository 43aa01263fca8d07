import GraphIR
import Seismic

/// Trains a network into the request's folder. `isStopped` is asked after every step: `true` saves and returns. A
/// team trains one network together; its first process alone writes and is to be heard.
///
/// - Parameter claim: the folder opened for writing, where the caller has it already.
public func train(
    _ request: TrainingRequest, file: NetworkFile, dataset: (any Dataset)? = nil, claim: RunClaim? = nil,
    team: Team = Team(),
    watcher: inout some TrainingWatcher, clock: @escaping () -> Double = secondsNow, isStopped: () -> Bool = { false }
) throws -> TrainingResult {
    let data = try team.agree {
        let dataset =
            try dataset
            ?? openDataset(request.data, registry: file.registry, skippingBad: request.skipsBadTraces)
        let session = try Session(file, seed: request.seed, threads: request.threads, memory: request.memory)
        guard session.layout.trainableCount > 0 else {
            throw RunError(.refused, "every layer of \(file.name) is frozen: there is nothing to train")
        }
        return try TrainingData(
            session, dataset: dataset, skipsBadTraces: request.skipsBadTraces,
            looksAtEverySample: request.looksAtEverySample)
    }
    try team.agree { try data.requireArrivals() }
    let claim = try team.agree { team.isFirst ? try claim ?? request.folder.claim() : nil }
    defer { withExtendedLifetime(claim) {} }
    var run = try TrainingRun(request, data: data, team: team, clock: clock)
    if let reason = run.passedOver { watcher.hear(.note("\(reason); going on from the checkpoint before it")) }
    if let place = try run.place { watcher.hear(.note(place)) }
    if let note = try run.keepFeatures(isStopped: isStopped) { watcher.hear(.note(note)) }
    if request.looksAhead {
        let look = try team.agree {
            try Preflight(
                data, trainer: run.trainer, own: run.own, folder: request.folder, done: run.position.epoch,
                clock: clock)
        }
        for note in look.notes { watcher.hear(.note(note)) }
        for warning in look.warnings { watcher.hear(.warning(warning)) }
    }
    return try run.run(watcher: &watcher, isStopped: isStopped)
}
