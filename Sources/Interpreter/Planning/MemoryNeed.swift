import GraphIR
import Layers

/// The bytes that a network needs, to use it and to train it, as its plans say before anything is allocated.
public struct MemoryNeed: Hashable, Sendable {
    public var inference: Int
    /// With two moments for each weight, as Adam keeps them.
    public var training: Int

    /// - lengths: the numbers of the graph's symbols.
    public init(
        _ graph: Graph, registry: Registry = .builtIn, batch: Int, lengths: [String: Int] = [:]
    ) throws(PlanError) {
        func total(_ mode: Mode, _ gradients: PlanOptions.Gradients) throws(PlanError) -> Int {
            var options = PlanOptions(batch: batch, mode: mode, gradients: gradients)
            options.lengths = lengths
            options.memoryLimit = Int.max
            return try Plan(graph, registry: registry, options: options).memory.total
        }
        inference = try total(.inference, .none)
        let weights = graph.nodes.flatMap(\.weights).filter(\.isTrainable).reduce(0) { Rational.sum($0, $1.count) }
        let moments = Rational.product(2 * MemoryLayout<Float>.size, weights)
        training = Rational.sum(try total(.training, .weights), moments)
    }
}
