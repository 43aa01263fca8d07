import GraphIR
import Interpreter
import Runner

/// A network with weights as a command is given one: a run's folder, or a network with `--weights` or fresh ones.
struct OpenModel {
    let graph: Graph
    let registry: Registry
    let weights: Weights
    let recipe: Recipe?
    /// What lies beside the weights in their file: thresholds, data, origin.
    let notes: [(key: String, value: String)]

    init(_ call: Invocation) throws {
        let folder = RunFolder(call.operands[0])
        guard folder.exists else {
            let opened = try OpenNetwork(call.operands[0], call)
            (graph, registry, recipe) = (opened.network.graph, opened.plugins.registry, opened.network.recipe)
            weights = try NetworkRun.weights(call, for: graph)
            notes = []
            return
        }
        for option in [Option.set.name, Option.seed.name] where call.has(option) {
            throw Exit(.usage, "\(option) changes a network, and \(folder.path) is a run, which is what it is")
        }
        let file = try reporting { try NetworkFile(of: folder, call) }
        (graph, registry, recipe) = (file.network.graph, file.registry, file.network.recipe)
        let path =
            switch call.value(NetworkRun.weights.name) {
            case nil, "best": folder.bestWeightsPath
            case "last": folder.lastWeightsPath
            case let path?: path
            }
        let stored = try reporting { try readWeights(path, network: folder.path) }
        notes = ["thresholds", "data_hash"].compactMap { key in
            stored.note(key).map { (key: "strata." + key, value: $0) }
        }
        weights = try NetworkRun.running { [graph] in try Weights(stored, layout: WeightLayout(graph)) }
    }
}
