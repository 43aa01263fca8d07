import Files
import Foreign
import Foundation
import GraphIR
import Interpreter

extension ImportCommand {
    /// Whether imported weights give what they gave where they come from.
    enum Verdict {
        case notAsked
        case measured(largest: Double, output: String)

        /// A float32 network on another machine in another order of sums.
        static let tolerance = 5e-5

        var isMet: Bool { if case .measured(let largest, _) = self { largest <= Verdict.tolerance } else { true } }
        var sentence: String {
            switch self {
            case .notAsked: return "not verified: --check X.npy=Y.npy compares with what the file's own framework says"
            case .measured(let largest, let output):
                let text = String(format: "%.2g", largest)
                return isMet
                    ? "verified: the largest difference is \(text), in '\(output)' (dropout off)"
                    : "not met: '\(output)' differs by \(text) (dropout off), more than \(Verdict.tolerance)"
            }
        }
        var json: JSON {
            switch self {
            case .notAsked: .null
            case .measured(let largest, let output):
                ["largest_difference": .number(largest), "output": .string(output), "met": .bool(isMet)]
            }
        }
    }

    static func verified(
        _ call: Invocation<Options>, _ graph: Graph, _ weights: Weights, _ registry: Registry
    ) throws -> Verdict {
        guard let (given, wanted) = call.check else { return .notAsked }
        let input = try NPY.read(given)
        // By what it is: `run --output y.npy` writes several arrays, too.
        let isArchive = try FileBytes(mapping: wanted).matches(Array("PK".utf8), at: 0)
        let answers = isArchive ? try NPZ.read(wanted).map { ($0.name, $0.array) } : [("", try NPY.read(wanted))]
        let function = NetworkFunction(graph.withoutDropout, registry: registry, weights: weights)
        let (shape, values) = channelsFirst(input, graph)
        let result = try function([NamedArray("", shape: shape, values: values)])
        guard answers.count == result.arrays.count else {
            throw Exit(.badData, "\(wanted) has \(answers.count) arrays and the network \(result.arrays.count) outputs")
        }
        var worst = (difference: 0.0, output: result.arrays.first?.name ?? "")
        for (index, said) in result.arrays.enumerated() {
            let named = answers.first { $0.0 == said.name } ?? answers[index]
            guard named.1.count == said.values.count else {
                throw Exit(.badData, "'\(said.name)' has \(said.values.count) numbers, and \(wanted) \(named.1.count)")
            }
            for (one, other) in zip(said.values, turned(named.1, like: said.shape)) {
                let difference = abs(Double(one) - Double(other))
                if !(difference <= worst.difference) { worst = (difference, said.name) }
            }
        }
        return .measured(largest: worst.difference.isNaN ? .infinity : worst.difference, output: worst.output)
    }

    /// An array of `[batch, time, channels]`, as Keras has it, as ours.
    private static func channelsFirst(_ array: NumberArray, _ graph: Graph) -> (shape: [Int], values: [Float]) {
        guard let wanted = graph.inputs.first?.type.shape, array.shape.count == 3, wanted.rank == 2,
            wanted.channels.number != array.shape[1], wanted.channels.number == array.shape[2]
        else { return (array.shape, array.floats) }
        let shape = [array.shape[0], array.shape[2], array.shape[1]]
        return (shape, turned(array, like: shape))
    }

    private static func turned(_ array: NumberArray, like shape: [Int]) -> [Float] {
        let values = array.floats
        guard array.shape.count == 3, shape.count == 3, array.shape != shape,
            [array.shape[0], array.shape[2], array.shape[1]] == shape
        else { return values }
        let (channels, time) = (shape[1], shape[2])
        var result = values
        for batch in 0..<shape[0] {
            for channel in 0..<channels {
                for sample in 0..<time {
                    result[(batch * channels + channel) * time + sample] =
                        values[(batch * time + sample) * channels + channel]
                }
            }
        }
        return result
    }

    // MARK: What is said

    static func text(of model: ForeignModel) -> String {
        var lines = [told("\(model.source.path): \(model.source.framework), \(model.source.name)")]
        if let graph = model.graph {
            lines.append(
                told("\(graph.layers.count) layers, outputs \(graph.outputs.map(\.name).joined(separator: ", "))"))
        }
        let numbers = model.arrays.reduce(0) { $0 + $1.count }
        lines.append("\(model.arrays.count) arrays, \(numbers) numbers")
        lines += model.notes.map { "note: " + told($0) }
        let names = model.arrays.map { told($0.name) }
        let width = min(60, (names.map(\.count).max() ?? 0) + 2)
        lines += zip(names, model.arrays).map { "  \($0.padded(to: width))\($1.shape) \($1.type)" }
        return lines.joined(separator: "\n")
    }

    static func json(of model: ForeignModel) -> JSON {
        [
            "file": .string(model.source.path), "sha256": .string(model.source.sha256),
            "framework": .string(model.source.framework), "notes": .array(model.notes.map { .string($0) }),
            "outputs": .array((model.graph?.outputs ?? []).map { .string($0.name) }),
            "arrays": .array(
                model.arrays.map {
                    [
                        "name": .string($0.name), "shape": .array($0.shape.map { .int($0) }), "type": .string($0.type),
                    ]
                }),
        ]
    }

    static func report(_ model: ForeignModel, _ imported: ImportedWeights, verdict: Verdict) -> JSON {
        [
            "file": .string(model.source.path), "framework": .string(model.source.framework),
            "sha256": .string(model.source.sha256), "arrays": .int(model.arrays.count),
            "placed": .int(imported.arrays), "matched_by": .string(imported.matchedBy.rawValue),
            "notes": .array((model.notes + imported.notes).map { .string($0) }),
            "differences": .array(
                imported.differences.map {
                    [
                        "name": .string($0.name), "place": .string($0.place), "file": .string($0.inFile),
                        "network": .string($0.inNetwork), "only_training": .bool($0.isHarmless),
                    ]
                }),
            "check": verdict.json,
        ]
    }
}
