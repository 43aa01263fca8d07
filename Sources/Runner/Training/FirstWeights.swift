import Files
import Foundation
import GraphIR
import Interpreter

/// What a training begins with: fresh weights, or some of another run's (transfer).
extension Session {
    func firstWeights(_ settings: TrainSettings) throws -> Weights {
        var weights = Weights(initializing: graph, seed: seed)
        guard !settings.weights.isEmpty else { return weights }
        let path = RunFolder(settings.weights).exists ? RunFolder(settings.weights).bestWeightsPath : settings.weights
        let there =
            try ModelBundle.isBundle(path)
            ? ModelBundle(reading: path).weightsFile() : readWeights(path, network: file.name)
        var taken = 0
        var differing: [String] = []
        for entry in layout.entries where settings.take.contains(where: { matches(entry.name, $0) }) {
            guard let there = there[entry.name] else { continue }
            guard there.shape == entry.shape else {
                differing.append("\(entry.name) is \(there.shape) there and \(entry.shape) here")
                continue
            }
            weights.values.replaceSubrange(entry.range, with: there.values)
            taken += 1
        }
        if !differing.isEmpty {
            throw RunError(
                .refused, "\(path) does not fit: \(differing.prefix(3).joined(separator: "; "))",
                help: "take says which weights to take; leave those out")
        }
        if taken == 0 {
            throw RunError(
                .refused, "none of the weights in \(path) has a name that this network takes",
                help: "there: \(there.entries.prefix(3).map(\.name).joined(separator: ", ")) …; here: "
                    + layout.entries.prefix(3).map(\.name).joined(separator: ", ") + " …")
        }
        return weights
    }
}
