import GraphIR
import Seismic

/// The `train` section in Swift's own types, with its optimizer and schedule made.
struct TrainSettings {
    var optimizer: any Optimizer
    var schedule: any Schedule
    var batch: Int
    var epochs: Int
    var stopAfter: Int?
    var watch: WatchedLoss
    var clipNorm: Double?
    var clipValue: Double?
    var balance: TrainSection.Balance
    /// The shares of the training set and the epochs from which they hold; the first from 0.
    var growth: [(share: Double, from: Int)]
    var weights: String
    var take: [String]
    var freeze: [String]
    var cachesFrozen: Bool
    /// Seconds between checkpoints within an epoch.
    var checkpoint: Double

    init(_ arguments: Arguments, registry: Registry) throws {
        optimizer = try TrainSettings.make(arguments[TrainSection.optimizer], registry) {
            ($0 as? any Optimizer.Type).map { type in { try type.init($0) } }
        }
        schedule = try TrainSettings.make(arguments[TrainSection.schedule], registry) {
            ($0 as? any Schedule.Type).map { type in { try type.init($0) } }
        }
        batch = arguments[TrainSection.batch]
        epochs = arguments[TrainSection.epochs]
        stopAfter = arguments[TrainSection.stopAfter]
        watch = arguments[TrainSection.watch]
        clipNorm = arguments[TrainSection.clipNorm]
        clipValue = arguments[TrainSection.clipValue]
        balance = arguments[TrainSection.balance]
        weights = arguments[TrainSection.weights]
        take = arguments[TrainSection.take]
        freeze = arguments[TrainSection.freeze]
        cachesFrozen = arguments[TrainSection.cache]
        checkpoint = arguments[TrainSection.checkpoint].number
        let shares = arguments[TrainSection.grow].map(\.number)
        let epochs = [0] + arguments[TrainSection.growAt]
        guard shares.count == epochs.count else {
            throw RunError(
                .refused, "grow has \(shares.count) shares and grow_at \(epochs.count - 1) epochs",
                help: "the first share holds from the start, and each epoch in grow_at brings the next")
        }
        growth = zip(shares, epochs).map { (share: $0, from: $1) }
    }

    /// A plugin that a section names, as a value; a complaint of its own becomes a refusal.
    private static func make<Made>(
        _ call: PluginCall, _ registry: Registry, _ initializer: (any Plugin.Type) -> ((Arguments) throws -> Made)?
    ) throws -> Made {
        guard let plugin = registry[call.kind, call.name], let make = initializer(plugin) else {
            throw RunError(.refused, "there is no \(call.kind.rawValue) '\(call.name)'", help: "see: strata layers")
        }
        do {
            return try make(call.arguments)
        } catch let complaint as Complaint {
            throw RunError(.refused, "\(call.name): \(complaint.message)", help: complaint.help)
        }
    }

    /// The share of the training set that an epoch sees.
    func share(at epoch: Int) -> Double { growth.last { $0.from <= epoch }?.share ?? 1 }

    var order: Loader.Order {
        switch balance {
        case .none: .shuffled
        case .batches: .balanced
        case .undersample: .undersampled
        }
    }
}
