import GraphIR

/// Trains a trial's network, or goes on with it, and judges it on the test split.
public struct TrialRunner {
    public var threads: Int?
    public var memory: Int?
    public var skipsBadTraces = false
    public var looksAtEverySample = false
    public var command: [String] = []
    public var version = ""
    public var program: [(key: String, value: String)] = []

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
        let result = try train(request, file: trial.file, claim: claim, watcher: &watcher, isStopped: isStopped)
        if result.isInterrupted { return .interrupted }
        var evaluation = EvaluationRequest(folder: trial.folder)
        evaluation.threads = threads
        evaluation.memory = memory
        evaluation.skipsBadTraces = skipsBadTraces
        evaluation.overwrites = true
        _ = try evaluate(evaluation, record: result.record, file: trial.file, claim: claim)
        return .finished
    }

    /// Does all trials that are not done, beside whoever else works on them. `mayBegin` is asked before each,
    /// `isStopped` also within.
    public func run(
        _ trials: [Trial], watcher: inout some TrainingWatcher, announce: (Trial) -> Void,
        mayBegin: () -> Bool = { true }, isStopped: () -> Bool
    ) throws -> Workshop.Ending {
        try Workshop().work(
            on: trials, claim: { try $0.folder.claimIfFree() }, isFinished: { try $0.isFinished },
            isStopped: { isStopped() || !mayBegin() }
        ) { trial, claim in
            announce(trial)
            return try run(trial, claim: claim, watcher: &watcher, isStopped: isStopped)
        }
    }
}
