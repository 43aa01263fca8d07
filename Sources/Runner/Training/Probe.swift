import GraphIR
import Interpreter
import Seismic

/// Whether a network can learn a single batch by heart: the cheapest test of an architecture, its losses and its
/// labels.
public struct ProbeResult: Sendable {
    public var steps: Int
    public var windows: Int
    public var first: Double
    public var last: Double
    /// The loss after every tenth step.
    public var losses: [Double]
    /// The loss that no network can go below: that of the labels as outputs is not zero where labels are soft.
    public static let wantedShare = 0.5
    public var hasLearned: Bool { last < first * Self.wantedShare }

    public var json: JSON {
        [
            "steps": .int(steps), "windows": .int(windows), "first": .number(first), "last": .number(last),
            "learned": .bool(hasLearned), "losses": .array(losses.map { .number($0) }),
        ]
    }
    public var description: String {
        let says = hasLearned ? "it learns" : "it does not get below half of where it began: something is wrong"
        return "\(windows) windows, \(steps) steps: loss \(first) to \(last): \(says)"
    }
}

/// Trains on the first batch alone, without augmentation, at the optimizer's own rate.
public func probe(
    _ request: TrainingRequest, file: NetworkFile, dataset: (any Dataset)? = nil, steps: Int = 200
) throws -> ProbeResult {
    let dataset =
        try dataset
        ?? openDataset(request.data, registry: file.registry, skippingBad: request.skipsBadTraces)
    let session = try Session(file, seed: request.seed, threads: request.threads, memory: request.memory)
    let data = try TrainingData(session, dataset: dataset, skipsBadTraces: request.skipsBadTraces)
    let settings = try TrainSettings(session.recipe.training, registry: session.registry)
    let traces = Array(data.splits.train.prefix(session.part))
    guard let batch = try data.loader(of: traces).batches(epoch: 0).next(), batch.count > 0 else {
        throw RunError(.badData, "no trace of the training set can be used")
    }
    var trainer = Trainer(session, settings: settings, weights: try session.firstWeights(settings))
    var losses: [Double] = []
    for step in 1...max(2, steps) {
        do {
            let outcome = try trainer.step(batch, number: step, rate: settings.rate(forBatch: session.batch))
            losses.append(session.lessons.total(outcome.losses) + outcome.penalty)
        } catch let problem as NotFinite {
            throw RunError(.notFinite, "step \(step) of the probe: \(problem.what) is not finite")
        }
    }
    return ProbeResult(
        steps: losses.count, windows: batch.count, first: losses[0], last: losses[losses.count - 1],
        losses: losses.indices.filter { $0 % 10 == 9 }.map { losses[$0] })
}
