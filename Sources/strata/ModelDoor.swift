import Files
import GraphIR
import Interpreter
import Runner

extension Option {
    /// Beside a model, which may be of three kinds.
    static let modelWeights = Option(
        "--weights", "WHICH", "Of a run best (default) or last; of a network the file of its weights.")
}

/// A trained network as a command is given one: a run's folder, a bundle, or a network with `--weights F`. One place
/// decides what may stand there, and what is said of anything else.
struct ModelDoor {
    let file: NetworkFile
    /// The numbers with the notes beside them: thresholds, data, origin.
    let stored: Safetensors
    /// Where they come from, for messages.
    let weightsPath: String
    /// What pages and JSON say that it is.
    let note: RelevanceFinding.RunNote
    /// The run, where it is one.
    let folder: RunFolder?
    /// What it was trained on, where that is known.
    let data: String?

    /// Whether the first operand is a model by itself, so that it needs no `--weights`.
    static func isWhole(_ call: Invocation) -> Bool {
        RunFolder(call.operands[0]).exists || ModelBundle.isBundle(call.operands[0])
    }

    init(_ call: Invocation) throws {
        let name = call.operands[0]
        let asked = call.value(NetworkRun.weights.name)
        if Self.isWhole(call), call.has(Option.set.name) {
            throw Exit(.usage, "--set changes a network, and \(name) is trained, which is what it is")
        }
        let run = RunFolder(name)
        if run.exists {
            let record = try run.record()
            let choice = asked.map { EvaluationRequest.WeightsChoice(rawValue: $0) } ?? .best
            (folder, data) = (run, record.data.path)
            file = try NetworkFile(of: run, call)
            weightsPath =
                switch choice {
                case .best: run.bestWeightsPath
                case .last: run.lastWeightsPath
                case nil: asked ?? run.bestWeightsPath
                }
            stored = try readWeights(weightsPath, network: run.path)
            if choice != nil { try stored.mustBe(of: file, path: weightsPath) }
            note = .init(
                folder: run.path, graphHash: record.graphHash, weights: choice?.rawValue ?? weightsPath,
                seed: record.seed)
            return
        }
        (folder, data) = (nil, nil)
        if ModelBundle.isBundle(name) {
            guard asked == nil else {
                throw Exit(.usage, "\(name) is a bundle, which has its weights: leave --weights")
            }
            let bundle = try ModelBundle(reading: name)
            let plugins = try PluginUse(call)
            file = try bundle.networkFile(registry: plugins.registry, plugins: plugins.records)
            _ = try bundle.weights(for: file.network.graph)
            (stored, weightsPath) = (try bundle.weightsFile(), name)
            note = .init(folder: name, graphHash: bundle.manifest.hash, weights: bundle.identity, seed: 0)
            return
        }
        guard let asked, EvaluationRequest.WeightsChoice(rawValue: asked) == nil else {
            throw Exit(
                .usage, "'\(name)' is no run and no bundle, and a network needs weights",
                help: "name a run's folder or a bundle, or say --weights F.safetensors")
        }
        let settings = try call.settings()
        let opened = try OpenNetwork(name, call, settings: settings)
        file = NetworkFile(opened, named: name, settings: settings)
        weightsPath = asked
        stored = try readWeights(asked, network: name)
        note = .init(folder: name, graphHash: file.network.graph.meaningHash(file.registry), weights: asked, seed: 0)
    }

    /// The numbers in the network's own layout.
    func weights() throws -> Weights {
        try NetworkRun.running { try Weights(stored, layout: WeightLayout(file.network.graph)) }
    }
}
