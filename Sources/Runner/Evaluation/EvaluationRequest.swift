import GraphIR
import Seismic

/// One evaluation as somebody asks for it.
public struct EvaluationRequest: Sendable {
    public enum WeightsChoice: String, CaseIterable, Sendable { case best, last }

    public var folder: RunFolder
    /// A dataset's path; `nil`: the one that the run was trained on.
    public var data: String?
    /// The result goes to `evaluations/NAME`; `nil`: the run's own folder for its own test split, else a name that is
    /// made of the data's.
    public var name: String?
    public var split = SplitChoice.test
    public var weights = WeightsChoice.best
    /// How many passes with dropout on; their spread is the uncertainty. 0: one pass.
    public var passes = 0
    public var batch: Int?
    public var threads: Int?
    public var memory: Int?
    public var skipsBadTraces = false
    public var overwrites = false
    /// Where trials share what one frozen trunk makes of the data, and which program may have made it.
    public var sharedFeatures: SharedFeatures?

    public struct SharedFeatures: Sendable, Hashable {
        public var folder: String
        public var version: String
        public init(folder: String, version: String) { (self.folder, self.version) = (folder, version) }
    }
    /// Thresholds to use with every rule instead of those chosen on the dev split.
    public var thresholds: PickThresholds?

    public init(folder: RunFolder) { self.folder = folder }
}

/// What an evaluation found.
public struct Evaluation: Sendable {
    /// Whose it is, and where it lies.
    public var run: RunFolder
    public var place: ResultPlace
    /// What people should know of it.
    public var notes: [String] = []
    /// One row a trace: what `predictions.csv` holds.
    public var predictions: Predictions
    /// Every metric that these predictions allow, with its value; `nil` where it is undefined.
    public var values: [(use: MetricUse, value: Double?)]
    /// What `test.json` holds.
    public var json: JSON
}

extension Evaluation {
    /// One that lies there already, its metrics computed from its table.
    init(stored place: ResultPlace, of run: RunFolder, registry: Registry) throws {
        self.run = run
        self.place = place
        predictions = try place.predictions()
        json = try place.test()
        values = MetricUse.all(for: predictions, registry: registry).map { [predictions] use in
            (use, use.metric.measure(predictions)?.value(traces: predictions.count))
        }
    }
}
