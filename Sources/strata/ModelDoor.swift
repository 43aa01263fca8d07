import Files
import GraphIR
import Interpreter
import Runner

/// A trained network as a command is given one: a run's folder, or a network with `--weights F`. One place decides what
/// may stand there, and what is said of anything else.
struct ModelDoor {
    let file: NetworkFile
    let weights: Safetensors
    let weightsPath: String
    /// What pages and JSON say that it is.
    let note: RelevanceFinding.RunNote
    /// What it was trained on, where that is known.
    let data: String?

    /// - `settings`: whether `--set` may change the network, where the command has it.
    init(_ call: Invocation) throws {
        let name = call.operands[0]
        let folder = RunFolder(name)
        let asked = call.value(NetworkRun.weights.name)
        guard !folder.exists else {
            if call.has(Option.set.name) {
                throw Exit(
                    .usage, "\(Option.set.name) changes a network, and \(folder.path) is a run, which is what it is")
            }
            let record = try folder.record()
            file = try NetworkFile(of: folder, call)
            let choice = asked.map { EvaluationRequest.WeightsChoice(rawValue: $0) } ?? .best
            weightsPath =
                switch choice {
                case .best: folder.bestWeightsPath
                case .last: folder.lastWeightsPath
                case nil: asked ?? folder.bestWeightsPath
                }
            weights = try readWeights(weightsPath, network: folder.path)
            note = .init(
                folder: folder.path, graphHash: record.graphHash, weights: choice?.rawValue ?? weightsPath,
                seed: record.seed)
            data = record.data.path
            return
        }
        guard let asked, EvaluationRequest.WeightsChoice(rawValue: asked) == nil else {
            throw Exit(
                .usage, "'\(name)' is no run, and a network needs weights",
                help: "name a run's folder, or say --weights F.safetensors")
        }
        let opened = try OpenNetwork(name, call)
        file = try NetworkFile(opened, named: name, settings: call.settings())
        weightsPath = asked
        weights = try readWeights(asked, network: name)
        note = .init(folder: name, graphHash: file.network.graph.meaningHash(file.registry), weights: asked, seed: 0)
        data = nil
    }
}
