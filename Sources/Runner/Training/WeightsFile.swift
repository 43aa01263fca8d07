import GraphIR
import Interpreter
import Seismic

extension TrainingData {
    /// The bytes of a file of the session's weights, with what they were learned from.
    func weightsFile(_ weights: Weights, thresholds: RuleThresholds? = nil) throws -> [UInt8] {
        let texts = session.file.sources.map {
            JSON.object([.init("path", .string($0.path)), .init("text", .string($0.text))])
        }
        let overrides = session.file.overrides.map { JSON.Member($0.key, .string($0.value)) }
        let statement = try loader(.train, epoch: 0).statement
        return weights.safetensors(metadata: [
            (WeightNote.network, session.graph.name), (WeightNote.hash, session.graph.meaningHash(session.registry)),
            (WeightNote.sources, JSON.array(texts).text()), (WeightNote.overrides, JSON.object(overrides).text()),
            (WeightNote.preparation, statement.text()),
            (WeightNote.thresholds, (thresholds?.json ?? .null).text()), (WeightNote.data, hash),
            (WeightNote.seed, String(session.seed)),
        ]).bytes
    }
}
