import GraphIR
import Interpreter
import Seismic

/// What travels with the weights, so that nobody has to ask how the data was prepared: the architecture, the
/// preparation, the labels, the thresholds, and what they were learned from.
enum WeightNote {
    static let network = "network"
    static let hash = "graph_hash"
    static let sources = "architecture"
    static let overrides = "overrides"
    static let preparation = "preparation"
    static let thresholds = "thresholds"
    static let data = "data_hash"
    static let seed = "seed"
}

extension Workbench {
    /// The bytes of a weights file.
    func weightsFile(_ weights: Weights, thresholds: RuleThresholds? = nil) throws -> [UInt8] {
        let texts = file.sources.map {
            JSON.object([.init("path", .string($0.path)), .init("text", .string($0.text))])
        }
        let overrides = file.overrides.map { JSON.Member($0.key, .string($0.value)) }
        let statement = try loader(.train, epoch: 0).statement
        return weights.safetensors(metadata: [
            (WeightNote.network, graph.name), (WeightNote.hash, graph.meaningHash(registry)),
            (WeightNote.sources, JSON.array(texts).text()), (WeightNote.overrides, JSON.object(overrides).text()),
            (WeightNote.preparation, statement.text()),
            (WeightNote.thresholds, (thresholds?.json ?? .null).text()), (WeightNote.data, dataHash),
            (WeightNote.seed, String(seed)),
        ]).bytes
    }
}
