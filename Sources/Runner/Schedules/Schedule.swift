import GraphIR

/// How the learning rate changes while a training goes on: a plugin of kind `schedule`.
///
/// It is a pure function of where the training stands, so a resumed run has the very rates of one that never stopped.
public protocol Schedule: Plugin {
    init(_ arguments: Arguments) throws(Complaint)
    /// The rate of one step; `base` is the optimizer's own.
    func rate(at clock: TrainingClock, base: Double) -> Double
}

/// Where a training stands when a step begins.
public struct TrainingClock: Sendable {
    /// From 0.
    public var epoch: Int
    /// How many epochs there will be at most.
    public var epochs: Int
    /// Steps of this epoch that are done, and how many it has.
    public var step: Int
    public var steps: Int
    /// The losses of the epochs that are done.
    public var trainLosses: [Double]
    public var devLosses: [Double]

    public init(
        epoch: Int, epochs: Int, step: Int = 0, steps: Int = 1, trainLosses: [Double] = [], devLosses: [Double] = []
    ) {
        self.epoch = epoch
        self.epochs = epochs
        self.step = step
        self.steps = steps
        self.trainLosses = trainLosses
        self.devLosses = devLosses
    }

    /// Epochs done, with the part of the present one.
    public var time: Double { Double(epoch) + Double(step) / Double(max(1, steps)) }
}

/// The two losses of an epoch.
public enum WatchedLoss: String, Word {
    case dev, train
}

/// The same rate all the way.
struct ConstantSchedule: Schedule {
    static let signature = Signature(
        .schedule, "constant", "The optimizer's own rate from the first step to the last.",
        example: "schedule: constant")

    init(_ arguments: Arguments) {}
    func rate(at clock: TrainingClock, base: Double) -> Double { base }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(ConstantSchedule.self, $0) }
