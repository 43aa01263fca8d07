import Interpreter

/// What a recipe says about sharing: its batch, its parts, and how often gradients or weights travel.
public struct TeamPlan: Sendable {
    public var batch: Int
    public var part: Int
    public var every: Int
    /// Bytes of what travels.
    public var bytes: Int

    public init(_ file: NetworkFile) throws {
        let session = try Session(file, seed: 0, threads: 1)
        let settings = try TrainSettings(session.recipe.training, registry: file.registry)
        let crew = try settings.crew(parts: session.parts)
        (batch, part) = (session.batch, session.part)
        every = crew.workers.count > 1 ? crew.every : 1
        bytes = session.layout.count * 4 * (crew.workers.count > 1 ? 1 + settings.optimizer.memories : 1)
    }
}
