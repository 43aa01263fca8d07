import Foundation
import GraphIR
import Runner

/// What `show` is given: a network, or one with weights, which are a run's, a bundle's or a file's.
struct Shown {
    let graph: Graph
    let registry: Registry
    /// The file that it was read from.
    let path: String
    private let run: RunFolder?
    private let bundle: ModelBundle?
    private let model: ModelDoor?

    init(_ call: Invocation<ModelOptions>) throws {
        let name = call.operands[0]
        let folder = RunFolder(name)
        run = folder.exists ? folder : nil
        bundle = try ModelBundle.isBundle(name) ? ModelBundle(reading: name) : nil
        // A run that has learned nothing yet has a network all the same.
        guard bundle != nil || call.weights != nil else {
            let opened =
                try run.map { run in
                    try OpenNetwork(run, settings: call.network.set, plugins: call.everywhere.plugin)
                } ?? OpenNetwork(name, call.network)
            (graph, registry, path, model) = (opened.network.graph, opened.plugins.registry, opened.path, nil)
            return
        }
        let model = try ModelDoor(call)
        (graph, registry) = (model.file.network.graph, model.file.registry)
        path = ModelDoor.isWhole(name) ? name : model.file.sources.first?.path ?? name
        // Numbers that do not fit are no weights of this network.
        _ = try model.weights()
        self.model = model
    }

    /// What stands below the table: of a run how far it came, of a bundle its card, of a file whence it came.
    func lines() throws -> [String] {
        if let run { return [""] + (try ShowRun.lines(run)) }
        if let bundle { return ["", bundle.identityLine] + bundle.summary.map { "  " + $0 } }
        guard let model else { return [] }
        let origin = model.stored.note("imported_from").map { ["imported from \($0)"] } ?? []
        return ["", "weights: \(model.weightsPath), every array fits"]
            + ["hash of the numbers: \(model.stored.tensorsSHA256)"] + origin
    }

    /// What it adds to the network's JSON.
    func members() throws -> [JSON.Member] {
        var tensors = model.map { JSON.string($0.stored.tensorsSHA256) }
        if let run {
            let record = try run.record()
            if tensors == nil, FileManager.default.fileExists(atPath: run.bestWeightsPath) {
                tensors = .string(try run.tensorsSHA256())
            }
            return [
                JSON.Member("status", .string(record.status.rawValue)), JSON.Member("epochs", .int(record.epochs)),
                JSON.Member("tensors_sha256", tensors ?? .null),
                JSON.Member("result_holds", .bool(run.staleness(record).isEmpty)),
                JSON.Member("evaluations", .array(run.evaluations.map { .string($0) })),
            ]
        }
        guard let tensors, let model else { return [] }
        let weights = [JSON.Member("weights_from", .string(model.weightsPath)), JSON.Member("tensors_sha256", tensors)]
        guard let bundle else { return weights }
        return weights + [
            JSON.Member("identity", .string(bundle.identity)), JSON.Member("line", .string(bundle.identityLine)),
            JSON.Member("manifest", bundle.manifest.json),
        ]
    }
}
