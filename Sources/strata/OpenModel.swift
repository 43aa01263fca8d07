import GraphIR
import Interpreter
import Layers
import Runner

/// A network with weights to be run: a trained one, or a network with `--weights` or fresh ones.
struct OpenModel {
    let graph: Graph
    let registry: Registry
    let weights: Weights
    let recipe: Recipe?
    /// What lies beside the weights in their file: thresholds, data, origin.
    let notes: [(key: String, value: String)]

    init(_ call: Invocation<OpenModelOptions>) throws {
        let name = call.operands[0]
        guard ModelDoor.isWhole(name) else {
            let opened = try OpenNetwork(name, call.model.network)
            (graph, registry, recipe) = (opened.network.graph, opened.plugins.registry, opened.network.recipe)
            weights = try Self.weights(call, for: graph)
            if call.model.weights == nil, !call.has(\.seed) {
                Terminal.note(
                    "\(name) has fresh random weights here: it has learned nothing. A run's folder or "
                        + "--weights FILE brings trained ones; --seed N says that random ones are meant")
            }
            notes = []
            return
        }
        if call.has(\.seed) { throw Exit(.usage, "--seed is for fresh weights, and \(name) is trained") }
        let model = try ModelDoor(call.model)
        (graph, registry, recipe) = (model.file.network.graph, model.file.registry, model.file.network.recipe)
        weights = try model.weights()
        notes = ["thresholds", "data_hash"].compactMap { key in
            model.stored.note(key).map { (key: "strata." + key, value: $0) }
        }
    }

    /// The weights of a file, or fresh ones.
    private static func weights(_ call: Invocation<OpenModelOptions>, for graph: Graph) throws -> Weights {
        guard let path = call.model.weights?.text else { return Weights(initializing: graph, seed: call.seed) }
        guard !call.has(\.seed) || call.has(\.mode) else {
            throw Exit(.usage, "--weights and --seed exclude each other: there is nothing random left")
        }
        let stored = try readWeights(path, network: call.operands.first)
        return try Weights(stored, layout: WeightLayout(graph))
    }
}

/// What says which weights a network has, and how it runs.
struct OpenModelOptions: OptionGroup {
    let model = ModelOptions()
    let mode = Option<Mode>.mode
    let seed = Option<UInt64>.seed
}
