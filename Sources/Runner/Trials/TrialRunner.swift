import GraphIR
import Seismic

/// Trains a trial's network, or goes on with it, and judges it on the test split.
public struct TrialRunner {
    public var threads: Int?
    public var memory: Int?
    public var skipsBadTraces = false
    public var looksAtEverySample = false
    public var command: [String] = []
    public var version = ""
    public var program: [(key: String, value: String)] = []
    /// Where trials share what one frozen trunk makes of the data.
    public var sharedFeatures: String?
    /// The data where they are open already; `nil`: each trial's are opened.
    public var dataset: (any Dataset)?
    /// How the work is shared with other processes.
    public var workshop = Workshop()

    public init() {}

    public func run(
        _ trial: Trial, claim: RunClaim, watcher: inout some TrainingWatcher, isStopped: () -> Bool
    ) throws -> Workshop.Ending {
        var request = TrainingRequest(architecture: trial.file.name, data: trial.data, folder: trial.folder)
        request.seed = trial.seed
        request.threads = threads
        request.memory = memory
        request.resumes = true
        request.skipsBadTraces = skipsBadTraces
        request.looksAtEverySample = looksAtEverySample
        request.command = command
        request.version = version
        request.program = program
        request.sharedFeatures = sharedFeatures
        let result = try train(
            request, file: trial.file, dataset: dataset, claim: claim, watcher: &watcher, isStopped: isStopped)
        if result.isInterrupted { return .interrupted }
        var evaluation = EvaluationRequest(folder: trial.folder)
        evaluation.threads = threads
        evaluation.memory = memory
        evaluation.skipsBadTraces = skipsBadTraces
        evaluation.overwrites = true
        evaluation.sharedFeatures = sharedFeatures.map { .init(folder: $0, version: version) }
        _ = try evaluate(evaluation, record: result.record, file: trial.file, dataset: dataset, claim: claim)
        return .finished
    }

    /// Does all trials that are not done, beside whoever else works on them. `mayBegin` is asked before each,
    /// `isStopped` also within.
    public func run(
        _ trials: [Trial], watcher: inout some TrainingWatcher, announce: (Trial, TrialPlace) -> Void,
        mayBegin: () -> Bool = { true }, isStopped: () -> Bool
    ) throws -> Workshop.Ending {
        let began = secondsNow()
        var performed = 0
        return try workshop.work(
            on: trials, claim: { try $0.folder.claimIfFree() }, isFinished: { try $0.isFinished },
            isStopped: { isStopped() || !mayBegin() }
        ) { trial, claim in
            // Others may have finished some meanwhile: what is done is looked up, not counted.
            let done = trials.count { (try? $0.isFinished) == true }
            let each = performed > 0 ? (secondsNow() - began) / Double(performed) : nil
            announce(
                trial,
                TrialPlace(
                    number: done + 1, count: trials.count, secondsLeft: each.map { $0 * Double(trials.count - done) }))
            performed += 1
            return try run(trial, claim: claim, watcher: &watcher, isStopped: isStopped)
        }
    }
}

/// Which of several trainings begins, and what is left.
public struct TrialPlace: Sendable, CustomStringConvertible {
    /// From 1.
    public var number: Int
    public var count: Int
    /// By what the trainings so far took, this one with; `nil` while nobody can say.
    public var secondsLeft: Double?

    public var description: String {
        "\(number) of \(count)" + (secondsLeft.map { ", about \(SpokenTime.text($0)) left" } ?? "")
    }
}
