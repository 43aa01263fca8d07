import GraphIR
import Seismic

/// One evaluation as somebody asks for it.
public struct EvaluationRequest: Sendable {
    public enum WeightsChoice: String, CaseIterable, Sendable { case best, last }

    public var folder: RunFolder
    /// A dataset's path; `nil`: the one that the run was trained on.
    public var data: String?
    /// `train`, `dev`, `test`, or `all`.
    public var split = "test"
    public var weights = WeightsChoice.best
    /// How many passes with dropout on; their spread is the uncertainty. 0: one pass.
    public var passes = 0
    public var batch: Int?
    public var threads: Int?
    public var memory: Int?
    public var skipsBadTraces = false
    public var overwrites = false
    /// Thresholds to use with every rule instead of those chosen on the dev split.
    public var thresholds: PickThresholds?

    public init(folder: RunFolder) { self.folder = folder }
}

/// What an evaluation found.
public struct Evaluation: Sendable {
    /// One row a trace: what `predictions.csv` holds.
    public var predictions: Predictions
    /// Every metric that these predictions allow, with its value; `nil` where it is undefined.
    public var values: [(use: MetricUse, value: Double?)]
    /// What `test.json` holds.
    public var json: JSON
}

/// The curves of one trace, beside what they should have been.
public struct TraceCurves: Sendable {
    public var trace: TraceIdentity
    public var rate: Double
    /// Where the window's first sample is in the trace.
    public var start: Int
    /// The network's inputs after preparation, `[channel][time]` each.
    public var inputs: [(name: String, channels: [[Float]])]
    /// The network's outputs, by name, `[channel][time]` each.
    public var outputs: [(name: String, channels: [[Float]])]
    public var labels: [(output: String, channels: [[Float]])]
}
