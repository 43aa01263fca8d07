import Foundation
import Files
import GraphIR
import Interpreter
import Layers
import Seismic
import Testing

@testable import Runner

/// The toy's traces, one of them with numbers beyond what single precision can square.
struct HugeData: Dataset {
    let toy = ToyData()
    var culprit = 11
    let path = "huge"
    let format = "toy"
    var count: Int { toy.count }
    var columns: [String] { toy.columns }
    func metadata(_ index: Int) -> TraceMetadata { toy.metadata(index) }
    func rate(_ index: Int) -> Double? { toy.rate(index) }
    func components(_ index: Int) -> String? { toy.components(index) }
    func trace(_ index: Int) throws -> Trace {
        var trace = try toy.trace(index)
        if index == culprit { for sample in trace.samples.indices { trace.samples[sample] *= 3e37 } }
        return trace
    }
}

/// A layer that divides by zero where a window begins with a huge number.
struct Cliff: Layer, Arithmetic {
    static let signature = Signature(.layer, "cliff", "Falls where it is steep.", example: "x -> cliff")
    let output: TensorType
    init(_ arguments: Arguments, inputs: [TensorType]) throws(Complaint) { output = inputs[0] }
    var backwardReads: BackwardReads { [] }
    private func factor(_ pass: Pass, _ sample: Int) -> Float {
        abs(pass.input().row(0, of: sample)[0]) > 1e6 ? .infinity : 1
    }
    func forward(_ pass: Pass) {
        for sample in pass.samples {
            for row in 0..<pass.output.rows {
                let (x, y) = (pass.input().row(row, of: sample), pass.output.row(row, of: sample))
                for index in 0..<pass.output.width { y[index] = x[index] * factor(pass, sample) }
            }
        }
    }
    func backward(_ pass: Pass) {
        guard let gradient = pass.inputGradient() else { return }
        for sample in pass.samples {
            for row in 0..<pass.output.rows {
                let (dx, dy) = (gradient.row(row, of: sample), pass.outputGradient.row(row, of: sample))
                for index in 0..<pass.output.width { dx[index] = dy[index] }
            }
        }
    }
}

/// A loss whose slopes are no numbers where a label has its peak and the network is sure enough.
struct SteepLoss: Loss {
    static let signature = Signature(.loss, "steep", "Falls off a cliff.", example: "loss steep")
    init(_ arguments: Arguments, output: TensorType, label: Shape) throws(Complaint) {}
    func measure(_ window: LossWindow) -> Double {
        for index in 0..<window.channels * window.positions {
            window.gradient?[index] = window.label[index] == 1 ? .nan : window.output[index] * window.scale
        }
        return 1
    }
}

/// A number that is not finite stops a training before anything is spoilt, and can be met again.
@Suite struct NotFiniteTests {
    static let raw = ToyStudy.text
        .replacingOccurrences(of: "prepare { demean -> normalize(peak, each: channel) }", with: "")
        .replacingOccurrences(of: "augment { shift(p: 0.5) -> noise(p: 0.5) }", with: "")

    @Test func aTraceThatIsTooLargeIsNamed() throws {
        let scratch = try Scratch()
        var registry = Registry.builtIn
        try registry.add(Cliff.self, from: "tests")
        let text = Self.raw.replacingOccurrences(
            of: "waveform -> conv(width, 7)", with: "waveform -> cliff as edge -> conv(width, 7)")
        let run = RunFolder(scratch.path + "/run")
        let error = try #require(throws: RunError.self) {
            try ToyStudy.train(run.path, text: text, registry: registry, data: HugeData())
        }
        #expect(error.cause == .notFinite)
        for word in ["epoch 1", "batch", "step", "layer 'edge'", "'toy11'", "window", "of 5", "traces of the batch"] {
            #expect(error.message.contains(word), "\(error.message)")
        }
        #expect(error.help?.contains("--replay \(run.path)") == true)
        #expect(try run.record().status == .failed)

        let file = try ToyStudy.file(text: text, registry: registry)
        for threads in [1, 3] {
            let again = try replay(run, file: file, threads: threads)
            #expect(again.trace == "toy11" && again.epoch == 0 && again.traces.count == 5)
            let what = try #require(again.what)
            #expect(error.message.contains("\(what) is not finite"))
        }
        // Mended data are other data: a run does not go on with them, and says what is another.
        let refused = try #require(throws: RunError.self) {
            try ToyStudy.train(
                run.path, text: text, registry: registry, data: HugeData(culprit: -1), change: { $0.resumes = true })
        }
        #expect(refused.cause == .refused && refused.message.contains("samples"))
    }

    @Test func aGradientIsFoundToo() throws {
        let scratch = try Scratch()
        var registry = Registry.builtIn
        try registry.add(SteepLoss.self, from: "tests")
        let text = Self.raw.replacingOccurrences(of: "loss binary_cross_entropy", with: "loss steep")
        let run = RunFolder(scratch.path + "/run")
        let error = try #require(throws: RunError.self) {
            try ToyStudy.train(run.path, text: text, registry: registry)
        }
        #expect(error.cause == .notFinite && error.message.contains("the gradient of '"), "\(error.message)")
        let again = try replay(run, file: ToyStudy.file(text: text, registry: registry), threads: 2)
        #expect(again.what?.hasPrefix("the gradient of '") == true)
        // With another network's optimizer the step cannot be taken.
        let other = try ToyStudy.file([("train.optimizer", "sgd()")], text: text, registry: registry)
        #expect(throws: RunError.self) { try replay(run, file: other) }
    }

    /// Trace 3 is on the dev split: no step meets it, and the epoch's judgement does.
    @Test func aDevPassIsFoundToo() throws {
        let scratch = try Scratch()
        var registry = Registry.builtIn
        try registry.add(Cliff.self, from: "tests")
        let text = Self.raw.replacingOccurrences(
            of: "waveform -> conv(width, 7)", with: "waveform -> cliff as edge -> conv(width, 7)")
        let run = RunFolder(scratch.path + "/run")
        let error = try #require(throws: RunError.self) {
            try ToyStudy.train(run.path, text: text, registry: registry, data: HugeData(culprit: 3))
        }
        #expect(error.cause == .notFinite)
        #expect(error.message.contains("on the dev split layer '") && error.message.contains("'toy3'"), "\(error)")
        #expect(try run.record().status == .failed)
    }

    /// What stands in the file is held against the network before it is used: the numbers of a batch, the optimizer's
    /// memory, labels and masks are read through pointers.
    @Test func aStepThatWasAlteredIsRefused() throws {
        let scratch = try Scratch()
        var registry = Registry.builtIn
        try registry.add(SteepLoss.self, from: "tests")
        let text = Self.raw.replacingOccurrences(of: "loss binary_cross_entropy", with: "loss steep")
        let file = try ToyStudy.file(text: text, registry: registry)
        let run = RunFolder(scratch.path + "/run")
        #expect(throws: RunError.self) { try ToyStudy.train(run.path, text: text, registry: registry) }
        let whole = try Safetensors([UInt8](#require(FileManager.default.contents(atPath: run.failurePath))))
        let state = try JSON(parsing: Array(#require(whole.note("state")).utf8))
        func expectRefused(
            _ what: String, state altered: [String: JSON] = [:], _ alter: (inout [Safetensors.Entry]) -> Void = { _ in }
        ) throws {
            var entries = whole.entries
            alter(&entries)
            let members = try #require(state.members).map { JSON.Member($0.key, altered[$0.key] ?? $0.value) }
            let damaged = Safetensors(
                entries: entries, metadata: [("strata_failure", "1"), ("state", JSON.object(members).text())])
            try Data(damaged.bytes).write(to: URL(fileURLWithPath: run.failurePath))
            let error = #expect(throws: RunError.self, "\(what)") { try replay(run, file: file, threads: 2) }
            #expect(error?.cause == .badData, "\(what): \(error?.message ?? "")")
        }
        func cut(_ prefix: String) -> (inout [Safetensors.Entry]) -> Void {
            { entries in
                guard let index = entries.firstIndex(where: { $0.name.hasPrefix(prefix) }) else { return }
                entries[index] = Safetensors.Entry(entries[index].name, shape: [2], values: [0, 1])
            }
        }
        try expectRefused("fewer windows than numbers", state: ["count": 3, "lengths": [96, 96, 96]])
        for step: JSON in [-1, .int(.max), .null] { try expectRefused("a step", state: ["step": step]) }
        try expectRefused("an epoch", state: ["epoch": -1])
        try expectRefused("a rate", state: ["rate": .number(-1)])
        try expectRefused("no lengths", state: ["lengths": []])
        try expectRefused("lengths", state: ["lengths": .array([JSON](repeating: .int(1 << 62), count: 5))])
        try expectRefused("inputs", cut("inputs/"))
        try expectRefused("labels", cut("labels/"))
        try expectRefused("weights", cut("weights/"))
        try expectRefused("memory", cut("memory/"))
        try expectRefused("no labels") { $0.removeAll { $0.name.hasPrefix("labels/") } }
        try expectRefused("no inputs") { $0.removeAll { $0.name.hasPrefix("inputs/") } }
        try expectRefused("a mask") {
            $0.append(Safetensors.Entry("masks/0/p", shape: [2], values: [1, 1]))
        }
    }

    /// Batch norm makes small numbers of huge ones, and huge slopes of their weights: every number is finite but what
    /// the optimizer makes of them.
    @Test func anUpdateIsFoundToo() throws {
        let scratch = try Scratch()
        let run = RunFolder(scratch.path + "/run")
        let error = try #require(throws: RunError.self) {
            try ToyStudy.train(run.path, text: Self.raw, data: HugeData())
        }
        #expect(error.cause == .notFinite)
        #expect(error.message.contains("weight '") && error.message.contains("after an update"), "\(error.message)")
        let again = try replay(run, file: ToyStudy.file(text: Self.raw), threads: 2)
        #expect(again.what.map { error.message.contains($0) } == true)
        let bytes = try #require(FileManager.default.contents(atPath: run.checkpointPath))
        let checkpoint = try Checkpoint.read([UInt8](bytes), path: run.checkpointPath).contents
        #expect(checkpoint.weights.allSatisfy { $0.isFinite })
    }

    /// Running statistics and the optimizer's memory too are put back where a later number was none.
    @Test func aStepThatFailsChangesNothing() throws {
        let session = try Session(ToyStudy.file(), seed: 3, threads: 2)
        let data = try TrainingData(session, dataset: ToyData())
        let settings = try TrainSettings(session.recipe.training, registry: session.registry)
        var trainer = Trainer(session, settings: settings, weights: try session.firstWeights(settings))
        let batch = try #require(try data.batches(.train, epoch: 0).next())
        _ = try trainer.step(batch, number: 1, rate: 1e-2)
        let (weights, memory) = (trainer.weights.values, trainer.memory)
        #expect(throws: NotFinite.self) { try trainer.step(batch, number: 2, rate: .greatestFiniteMagnitude) }
        #expect(trainer.weights.values == weights && trainer.memory == memory)
        _ = try trainer.step(batch, number: 2, rate: 1e-2)
        #expect(trainer.weights.values != weights && trainer.memory != memory)
    }
}
