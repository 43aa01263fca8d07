import Compiler
import Foundation
import Files
import GraphIR
import Interpreter
import Seismic

@testable import Runner

/// Checkpoints that are signed, whatever stands in them: what is not of the run must be refused, and what passes must
/// take a step without touching memory that is not its own.
///
/// The bytes decide how many numbers each array has and what the state says; the rest of them is the state's text as it
/// is. Without the signature nearly nothing would come beyond the hash.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    guard let run = Run.toy else { preconditionFailure("the toy network does not compile") }
    var bytes = Array(UnsafeBufferPointer(start: data, count: size))[...]
    let signed = run.checkpoint(from: &bytes)
    // Whatever it is, it is also read as a file of its own.
    _ = try? Checkpoint.read(Array(UnsafeBufferPointer(start: data, count: size)), path: "raw")
    guard let checkpoint = try? Checkpoint.read(signed, path: "fuzz").held(against: run.form) else { return 0 }
    precondition(
        checkpoint.weights.count == run.form.weights && checkpoint.history.rows.count == checkpoint.position.epoch)
    guard let weights = try? Weights(layout: run.data.session.layout, values: checkpoint.weights) else { return 0 }
    var trainer = Trainer(run.data.session, settings: run.settings, weights: weights, memory: checkpoint.memory)
    _ = try? trainer.step(run.batch, number: checkpoint.position.step + 1, rate: 1e-3)
    return 0
}

/// A small training that checkpoints are held against, made once.
private struct Run {
    let data: TrainingData
    let settings: TrainSettings
    let form: StoredCheckpoint.Form
    let batch: Batch
    let history: String

    nonisolated(unsafe) static let toy = try? Run()

    private static let text = """
        network Toy {
            input waveform: [3, 64] at 100 Hz
            output p: [1, 64] = waveform -> conv(2, 3) -> batch_norm -> relu -> conv(1, 3) -> sigmoid
            learn p from pick(P, shape: gaussian, width: 3 samples) loss binary_cross_entropy
            train { batch: 4, epochs: 3 }
        }
        """

    init() throws {
        let compilation = compile(path: "toy.arch", registry: .builtIn, settings: []) { _ in Array(Run.text.utf8) }
        guard let network = compilation.network else { throw RunError(.refused, "no network") }
        let file = NetworkFile(
            name: "toy", network: network, sources: [.init(path: "toy.arch", text: Run.text)])
        let session = try Session(file, seed: 0, threads: 1)
        let data = try TrainingData(session, dataset: openDataset("synthetic:24"))
        let settings = try TrainSettings(session.recipe.training, registry: session.registry)
        guard let batch = try data.batches(.train, epoch: 0).next() else { throw RunError(.refused, "no batch") }
        (self.data, self.settings, self.batch) = (data, settings, batch)
        let batches = try data.loader(.train).batchCount
        form = StoredCheckpoint.Form(
            weights: session.layout.count, memories: settings.optimizer.memories, outputs: session.lessons.outputs,
            batch: session.batch, batches: { _ in batches }, identity: data.identity,
            identityOfFormat1: data.identityOfFormat1, folder: "fuzz")
        var history = History(outputs: session.lessons.outputs)
        history.append([1, Double(batches), 1e-3, 1, 1, 1, 1, 1, 1])
        self.history = history.csv
    }

    /// A signed checkpoint that differs from a right one in what the bytes say.
    func checkpoint(from bytes: inout ArraySlice<UInt8>) -> [UInt8] {
        func next() -> Int { bytes.popFirst().map(Int.init) ?? 0 }
        func number(near right: Int) -> Int {
            switch next() % 8 {
            case 0: return -1 - next()
            case 1: return right + 1 + next()
            case 2: return max(0, right - 1 - next())
            case 3: return [Int.max, Int.min, 1 << 53, 1 << 62, (1 << 31) - 1][next() % 5]
            default: return right
            }
        }
        func array(_ name: String) -> Safetensors.Entry {
            let count = min(4096, max(0, number(near: form.weights)))
            let value = [Float(0), 1, -1, .nan, .infinity, .greatestFiniteMagnitude][next() % 6]
            return Safetensors.Entry(name, shape: [count], values: [Float](repeating: value, count: count))
        }
        var entries = [array("weights")]
        for index in 0..<min(9, max(0, number(near: form.memories))) { entries.append(array("memory.\(index)")) }
        let sums = (0..<min(64, max(0, number(near: form.outputs.count + 2)))).map { _ in
            JSON.number([0, 1, 4, -1, .nan, 1e300][next() % 6])
        }
        var identity = form.identity.map {
            JSON.object([.init("name", .string($0.name)), .init("value", .string($0.value))])
        }
        if next() % 8 == 0 { identity = Array(identity.prefix(next())) }
        var history = history
        if next() % 4 == 0 { history = String(decoding: bytes.prefix(next()), as: UTF8.self) }
        let state: JSON = [
            "epoch": .int(number(near: 1)), "batch": .int(number(near: 1)), "step": .int(number(near: 5)),
            "sums": .array(sums), "seconds": .number([0, 1, -1, .nan, 1e308][next() % 5]),
            "history": .string(history), "identity": .array(identity),
        ]
        let text = next() % 8 == 0 ? String(decoding: bytes, as: UTF8.self) : state.text()
        return Checkpoint.signed(state: text, entries)
    }
}
