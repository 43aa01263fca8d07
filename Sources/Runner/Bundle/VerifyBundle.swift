import Files
import GraphIR
import Interpreter

/// How a bundle's example came out here.
public struct BundleVerdict: Sendable {
    public struct Difference: Sendable {
        public var output: String
        public var largest: Double
        /// The place of it, counted from the array's beginning.
        public var index: Int
    }
    public var differences: [Difference]
    public var tolerance: Double
    /// How the picks of the record came out; `nil` where the bundle has none.
    public var picks: PickAgreement?
    public var processors: (there: String, here: String)

    public var largest: Difference? { differences.max { $0.largest < $1.largest } }
    public var isMet: Bool { differences.allSatisfy { $0.largest <= tolerance } && picks?.isMet ?? true }
}

extension ModelBundle {
    /// Runs the example on this machine, and picks the short record. All hashes were held against the bytes when the
    /// bundle was read.
    public func verify(registry: Registry = .builtIn, plugins: [RunRecord.Plugin] = [], threads: Int = 1) throws
        -> BundleVerdict
    {
        let file = try networkFile(registry: registry, plugins: plugins)
        let weights = try weights(for: file.network.graph)
        let inputs = try manifest.example.inputs.map { input in
            let array = try NPY.read(FileBytes(contents(input.member), name: "\(path), \(input.member)"))
            return NamedArray(input.path, shape: array.shape, values: array.floats)
        }
        let place = "\(path), \(manifest.example.output)"
        let expected = try NPZ.read(FileBytes(contents(manifest.example.output), name: place))
        let answers = try BundleExample.run(file.network.graph, registry, weights, inputs, threads: threads)
        guard Set(expected.map(\.name)) == Set(answers.map(\.name)), expected.count == answers.count else {
            throw RunError(
                .badData,
                "\(place) has \(expected.map(\.name).joined(separator: ", ")), the network answers "
                    + answers.map(\.name).joined(separator: ", "))
        }
        let differences = try answers.map { answer in
            guard let said = expected.first(where: { $0.name == answer.name })?.array, said.shape == answer.shape else {
                throw RunError(.badData, "\(place): '\(answer.name)' has another shape than the answer here")
            }
            return ModelBundle.difference(answer, said.floats)
        }
        let picks = try manifest.picking.map {
            try PickAgreement(
                of: self, $0, file: file, weights: weights, tolerance: manifest.example.tolerance, threads: threads)
        }
        return BundleVerdict(
            differences: differences, tolerance: manifest.example.tolerance, picks: picks,
            processors: (manifest.example.processor, BundleExample.processor))
    }

    /// What is no number on one side only is as far away as can be.
    private static func difference(_ answer: NamedArray, _ said: [Float]) -> BundleVerdict.Difference {
        var found = BundleVerdict.Difference(output: answer.name, largest: 0, index: 0)
        for (index, (here, there)) in zip(answer.values, said).enumerated() where here != there {
            if here.isNaN, there.isNaN { continue }
            let size = abs(Double(here) - Double(there))
            let far = size.isNaN ? Double.infinity : size
            if far > found.largest { (found.largest, found.index) = (far, index) }
        }
        return found
    }
}
