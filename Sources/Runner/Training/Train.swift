import GraphIR

/// Trains what the request names, into its folder. `isStopped` is asked after every step: `true` saves and returns.
public func train(
    _ request: TrainingRequest, registry: Registry = .builtIn, watcher: inout some TrainingWatcher,
    isStopped: () -> Bool = { false }
) throws -> TrainingResult {
    throw RunError(.refused, "training waits for the engine")
}

/// Judges a run on a split and leaves `test.json` and `predictions.csv` in its folder.
public func evaluate(_ request: EvaluationRequest, registry: Registry = .builtIn) throws -> Evaluation {
    throw RunError(.refused, "evaluation waits for the engine")
}

/// What a run's network says of a few traces, for looking at.
public func curves(of folder: RunFolder, data: String? = nil, traces: [String]) throws -> [TraceCurves] {
    throw RunError(.refused, "evaluation waits for the engine")
}
