import Foundation
import GraphIR
import Interpreter
import Layers
import Testing

@testable import Runner

/// Frozen layers stand still, and what they make of a window is made once.
@Suite struct FrozenTests {
    /// The toy without what makes every epoch another: a trunk that can be kept.
    static let text = ToyStudy.text
        .replacingOccurrences(of: "augment { shift(p: 0.5) -> noise(p: 0.5) }", with: "")
    static let frozen = [("train.freeze", "[\"first\", \"norm\"]")]

    @Test func theCutLiesBehindTheLastStillLayer() throws {
        let graph = try ToyStudy.file(text: Self.text).network.graph
        #expect(FrozenTrunk(graph, registry: .builtIn) == nil)
        let cut = try #require(FrozenTrunk(try graph.freezing(["first", "norm"]), registry: .builtIn))
        // The dropout behind draws anew every time.
        #expect(cut.trunk.outputs.count == 1 && cut.trunk.nodes.map(\.kind) == ["input", "conv", "batch_norm", "relu"])
        #expect(cut.head.nodes.map(\.kind) == ["input", "dropout", "conv", "sigmoid"])
        #expect(cut.head.nodes[0].path == cut.trunk.outputs[0].name)
        // Frozen alone, what normalises is not still: what comes in moves.
        #expect(try FrozenTrunk(graph.freezing(["norm"]), registry: .builtIn) == nil)
    }

    /// With and without kept features: the same weights, history and optimizer, to the bit.
    @Test(arguments: [1, 3]) func keptFeaturesChangeNothing(threads: Int) throws {
        let scratch = try Scratch()
        let (kept, whole) = (scratch.path + "/kept", scratch.path + "/whole")
        var notes: [String] = []
        func train(_ folder: String, cache: Bool) throws {
            try ToyStudy.train(
                folder, settings: Self.frozen + [("train.cache", "\(cache)")], text: Self.text,
                change: { $0.threads = threads },
                hear: { if case .note(let note) = $0 { notes.append(note) } })
        }
        try train(whole, cache: false)
        #expect(notes.isEmpty)
        try train(kept, cache: true)
        #expect(notes.count == 1 && notes[0].hasPrefix("frozen up to") && notes[0].contains("32 windows"))
        let (a, b) = (try ToyStudy.state(whole), try ToyStudy.state(kept))
        #expect(a.checkpoint.weights == b.checkpoint.weights && a.checkpoint.memory == b.checkpoint.memory)
        #expect(a.checkpoint.history.sameTraining(as: b.checkpoint.history))
        #expect(!FileManager.default.fileExists(atPath: RunFolder(kept).featureFolderPath))
    }

    @Test func aStoppedRunFindsItsFeaturesAgain() throws {
        let scratch = try Scratch()
        let (whole, parts) = (scratch.path + "/whole", scratch.path + "/parts")
        try ToyStudy.train(whole, settings: Self.frozen, text: Self.text)
        var count = 0
        try ToyStudy.train(
            parts, settings: Self.frozen, text: Self.text,
            isStopped: {
                count += 1
                return count == 12
            })
        let rows = RunFolder(parts).featurePlace.rows
        let date = try FileManager.default.attributesOfItem(atPath: rows)[.modificationDate] as? Date
        // A file that was cut short is made again; a whole one is not.
        try ToyStudy.train(
            parts, settings: Self.frozen, text: Self.text, change: { $0.resumes = true }, isStopped: { true })
        #expect(try FileManager.default.attributesOfItem(atPath: rows)[.modificationDate] as? Date == date)
        try FileManager.default.removeItem(atPath: rows)
        try Data(count: 100).write(to: URL(fileURLWithPath: rows))
        try ToyStudy.train(parts, settings: Self.frozen, text: Self.text, change: { $0.resumes = true })
        let (a, b) = (try ToyStudy.state(whole), try ToyStudy.state(parts))
        #expect(a.checkpoint.weights == b.checkpoint.weights && a.checkpoint.memory == b.checkpoint.memory)
    }

    @Test func somethingMustBeLeftToTrain() throws {
        let scratch = try Scratch()
        let error = try #require(throws: RunError.self) {
            try ToyStudy.train(scratch.path + "/run", settings: [("train.freeze", "[\"*\"]")])
        }
        #expect(error.message.contains("nothing to train"))
        #expect(!RunFolder(scratch.path + "/run").exists)
    }

    @Test func windowsThatChangeAreNotKept() throws {
        let scratch = try Scratch()
        var notes: [String] = []
        try ToyStudy.train(
            scratch.path + "/run", settings: Self.frozen,
            hear: { if case .note(let note) = $0 { notes.append(note) } })
        #expect(notes.count == 1 && notes[0].contains("every epoch"))
    }

    /// Its statistics do not move, and it normalises by them as inference does.
    @Test func frozenBatchNormUsesWhatItHas() throws {
        let graph = try ToyStudy.file(text: Self.text).network.graph
        var weights = Weights(initializing: graph, seed: 3)
        weights["norm.running_mean"] = [0.5, -0.25, 0, 2]
        weights["norm.running_var"] = [4, 0.25, 1, 9]
        let x = (0..<192).map { Float(($0 * 37) % 19) / 10 - 1 }
        func results(_ graph: Graph, _ mode: Mode) throws -> (norm: [Float], after: Weights) {
            var options = PlanOptions(batch: 2, mode: mode, gradients: mode == .training ? .weights : .none)
            options.threads = 1
            options.keepsEveryLayer = true
            let machine = try Machine(graph, options: options)
            machine.load(weights)
            try machine.setInput(0, to: x)
            try machine.forward()
            var after = weights
            machine.readStatistics(into: &after)
            let norm = try #require(graph.nodes.firstIndex { $0.path == "norm" })
            return (machine.result(ofNode: norm), after)
        }
        let (inferred, _) = try results(graph, .inference)
        let (free, moved) = try results(graph, .training)
        let (frozen, still) = try results(try graph.freezing(["norm"]), .training)
        #expect(frozen == inferred && free != inferred)
        #expect(still == weights && moved != weights)
    }
}
