import GraphIR
import Interpreter
import Runner

/// A network with weights to be run: a trained one, or a network with `--weights` or fresh ones.
struct OpenModel {
    let graph: Graph
    let registry: Registry
    let weights: Weights
    let recipe: Recipe?
    /// What lies beside the weights in their file: thresholds, data, origin.
    let notes: [(key: String, value: String)]

    init(_ call: Invocation) throws {
        guard ModelDoor.isWhole(call) else {
            let opened = try OpenNetwork(call.operands[0], call)
            (graph, registry, recipe) = (opened.network.graph, opened.plugins.registry, opened.network.recipe)
            weights = try NetworkRun.weights(call, for: graph)
            if call.value(NetworkRun.weights.name) == nil, call.value(Option.seed.name) == nil {
                Terminal.note(
                    "\(call.operands[0]) has fresh random weights here: it has learned nothing. A run's folder or "
                        + "--weights FILE brings trained ones; --seed N says that random ones are meant")
            }
            notes = []
            return
        }
        if call.has(Option.seed.name) {
            throw Exit(.usage, "--seed is for fresh weights, and \(call.operands[0]) is trained")
        }
        let model = try reporting { try ModelDoor(call) }
        (graph, registry, recipe) = (model.file.network.graph, model.file.registry, model.file.network.recipe)
        weights = try model.weights()
        notes = ["thresholds", "data_hash"].compactMap { key in
            model.stored.note(key).map { (key: "strata." + key, value: $0) }
        }
    }
}
