import GraphIR

/// One training as somebody asks for it.
public struct TrainingRequest: Sendable {
    /// A path to an `.arch` file, or a catalogue name.
    public var architecture: String
    /// Overrides of the file's parameters and settings, as `--set` gives them.
    public var settings: [(key: String, value: String)] = []
    /// A dataset's path.
    public var data: String
    /// The folder of the run.
    public var folder: RunFolder
    public var seed = 0
    public var epochs: Int?
    public var batch: Int?
    /// `nil`: all processors. The result does not depend on it.
    public var threads: Int?
    /// The most bytes to use; `nil`: what the machine has.
    public var memory: Int?
    /// Continue where a checkpoint in the folder stands; from the beginning if there is none.
    public var resumes = false
    public var overwrites = false
    /// Leaves out traces that cannot be used, and counts them, instead of stopping at the first.
    public var skipsBadTraces = false
    /// Looks at every sample of the data before the first step, so that whatever is another later is noticed.
    public var looksAtEverySample = false
    /// Measures a step and says what is ahead before the first one: memory, time, disk, what in the data does not fit.
    public var looksAhead = false
    /// Where several trainings share what one frozen trunk makes of the data; `nil`: each keeps its own.
    public var sharedFeatures: String?
    /// The words that asked for it, for the record.
    public var command: [String] = []
    public var version = ""
    /// What else explains its numbers and times: commit, compiler, processor.
    public var program: [(key: String, value: String)] = []

    public init(architecture: String, data: String, folder: RunFolder) {
        self.architecture = architecture
        self.data = data
        self.folder = folder
    }

    /// The settings with `--epochs` and `--batch` said in their way.
    public var allSettings: [(key: String, value: String)] {
        settings + (epochs.map { [("train.epochs", String($0))] } ?? [])
            + (batch.map { [("train.batch", String($0))] } ?? [])
    }
}

/// What became of a training.
public struct TrainingResult: Sendable {
    public var folder: RunFolder
    public var record: RunRecord
    public var history: History
    /// After how many epochs without a better loss it ended; `nil` if it had all its epochs.
    public var patience: Int?
    /// Whether the dev split says which epoch is best, or the training loss.
    public var isJudgedByDev = true
    public var isInterrupted: Bool { record.status == .interrupted }
}

/// Hears how a training goes while it goes: a terminal, a log, a test.
public protocol TrainingWatcher {
    mutating func hear(_ event: TrainingEvent)
}

/// A watcher that does not listen.
public struct NoWatcher: TrainingWatcher {
    public init() {}
    public mutating func hear(_ event: TrainingEvent) {}
}

public enum TrainingEvent: Sendable {
    /// Something worth a line before the first epoch: memory, time, how many traces.
    case note(String)
    /// Something in the data or the file that may make the training worth little, though it goes on.
    case warning(String)
    case step(Progress)
    /// The history with the row of the epoch that just ended.
    case epoch(History, isBest: Bool, of: Int)

    public struct Progress: Sendable {
        /// From 1.
        public var epoch: Int
        public var epochs: Int
        public var window: Int
        public var windows: Int
        /// Seconds spent in the epoch so far.
        public var seconds: Double
        public var windowsPerSecond: Double
        /// The mean of the epoch so far, whole and by output.
        public var loss: Double
        public var losses: [(output: String, loss: Double)]
        /// The dev losses of the epochs so far.
        public var devLosses: [Double]
    }
}
