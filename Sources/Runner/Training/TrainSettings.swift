import GraphIR
import Seismic

/// How weights move: what the `train` section says of it in Swift's own types, with its optimizer and schedule made.
struct TrainSettings {
    var optimizer: any Optimizer
    var schedule: any Schedule
    var strategy: any Strategy
    var rateFor: Int?
    var steps: Int?
    var epochs: Int
    var stopAfter: Int?
    var watch: WatchedLoss
    var clipNorm: Double?
    var clipValue: Double?
    var weights: String
    var take: [String]
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
        strategy = try TrainSettings.make(arguments[TrainSection.strategy], registry) {
            ($0 as? any Strategy.Type).map { type in { try type.init($0) } }
        }
        rateFor = arguments[TrainSection.rateFor]
        steps = arguments[TrainSection.steps]
        epochs = arguments[TrainSection.epochs]
        stopAfter = arguments[TrainSection.stopAfter]
        watch = arguments[TrainSection.watch]
        clipNorm = arguments[TrainSection.clipNorm]
        clipValue = arguments[TrainSection.clipValue]
        weights = arguments[TrainSection.weights]
        take = arguments[TrainSection.take]
        cachesFrozen = arguments[TrainSection.cache]
        checkpoint = arguments[TrainSection.checkpoint].number
    }

    /// The optimizer's rate for a batch of so many windows.
    func rate(forBatch batch: Int) -> Double {
        rateFor.map { optimizer.rate * Double(batch) / Double($0) } ?? optimizer.rate
    }

    /// The workers that the strategy wants for a batch of so many parts.
    func crew(parts: Int) throws(RunError) -> Crew {
        let crew: Crew
        do { crew = try strategy.crew(parts: parts) } catch {
            throw RunError(.refused, "strategy: \(error.message)", help: error.help)
        }
        if let fault = crew.fault(parts: parts) {
            throw RunError(.refused, "strategy '\(type(of: strategy).signature.name)': \(fault)")
        }
        return crew
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
}
