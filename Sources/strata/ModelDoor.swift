import Files
import GraphIR
import Interpreter
import Runner

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

    /// Whether something is a model by itself, so that it needs no `--weights`.
    static func isWhole(_ name: String) -> Bool { RunFolder(name).exists || ModelBundle.isBundle(name) }

    init(_ call: Invocation<ModelOptions>) throws {
        let name = call.operands[0]
        let asked = call.weights
        if Self.isWhole(name), call.has(\.network.set) {
            throw Exit(.usage, "--set changes a network, and \(name) is trained, which is what it is")
        }
        let run = RunFolder(name)
        if run.exists {
            let record = try run.record()
            let choice = asked.map(\.choice) ?? .best
            (folder, data) = (run, record.data.path)
            file = try NetworkFile(of: run, plugins: call.everywhere.plugin)
            weightsPath =
                switch choice {
                case .best: run.bestWeightsPath
                case .last: run.lastWeightsPath
                case nil: asked?.text ?? run.bestWeightsPath
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
            let plugins = try PluginUse(call.everywhere.plugin)
            file = try bundle.networkFile(registry: plugins.registry, plugins: plugins.records)
            _ = try bundle.weights(for: file.network.graph)
            (stored, weightsPath) = (try bundle.weightsFile(), name)
            note = .init(folder: name, graphHash: bundle.manifest.hash, weights: bundle.identity, seed: 0)
            return
        }
        guard let asked, asked.choice == nil else {
            throw Exit(
                .usage, "'\(name)' is no run and no bundle, and a network needs weights",
                help: "name a run's folder or a bundle, or say --weights F.safetensors")
        }
        let opened = try OpenNetwork(name, call.network)
        file = NetworkFile(opened, named: name, settings: call.network.set)
        weightsPath = asked.text
        stored = try readWeights(weightsPath, network: name)
        note = .init(
            folder: name, graphHash: file.network.graph.meaningHash(file.registry), weights: weightsPath,
            seed: 0)
    }

    /// The numbers in the network's own layout.
    func weights() throws -> Weights {
        try Weights(stored, layout: WeightLayout(file.network.graph))
    }
}
