import Files
import GraphIR
import Interpreter

extension Safetensors {
    /// A hash of the numbers alone: names, sizes and values, in the order of the names. Two files with the same tensors
    /// have the same, whatever else stands in them and wherever they lie.
    public var tensorsSHA256: String {
        var hash = SHA256()
        for entry in entries.sorted(by: { $0.name < $1.name }) {
            // Lengths first: no two lists of tensors are written alike.
            hash.update("\(entry.name.utf8.count) \(entry.name) \(entry.shape) \(entry.values.count)\n".utf8)
            entry.values.withUnsafeBytes { hash.update($0) }
        }
        return hash.hex
    }
}

extension RunFolder {
    /// The hash of the numbers of its weights.
    public func tensorsSHA256(_ weights: EvaluationRequest.WeightsChoice = .best) throws -> String {
        try readWeights(weights == .best ? bestWeightsPath : lastWeightsPath).tensorsSHA256
    }
}
