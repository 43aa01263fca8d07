import Foundation
import GraphIR
import Kernels
import Seismic

// How fast windows of 6000 x 3 come: made, packed, and prepared for EQTransformer. Two threads, everything warm.
//
//     swift run -c release LoadingBenchmark [FOLDER]

keepFreedMemory()
let threads = 2
let folder = CommandLine.arguments.dropFirst().first ?? FileManager.default.temporaryDirectory.path + "/strata-loading"

/// Runs work on two threads, each with its share of the numbers, and says how many a second were done.
func rate(_ count: Int, _ work: @escaping @Sendable (Int) -> Void) -> Double {
    let start = Date()
    DispatchQueue.concurrentPerform(iterations: threads) { share in
        for number in stride(from: share, to: count, by: threads) { work(number) }
    }
    return Double(count) / Date().timeIntervalSince(start)
}

func median(_ rates: [Double]) -> String { String(format: "%9.0f windows/s", rates.sorted()[rates.count / 2]) }

let made = try SyntheticDataset(SyntheticDataset.Order(count: 4000, seed: 1))
let synthesis = (0..<3).map { _ in rate(2000) { _ = made.madeAnew($0) } }
print("synthesis, \(threads) threads:          \(median(synthesis))")

try PackedDataset.pack(made, to: folder, overwrite: true)
let packed = try PackedDataset(folder)
let order = CounterRandom(seed: 1, stream: "benchmark")
func read(_ number: Int) {
    guard let trace = try? packed.trace(order.int(number, in: 0..<packed.count)), trace.samples.count == 18_000 else {
        fatalError("the packed file lost a window")
    }
}
_ = rate(8000, read)
print("packed, random, \(threads) threads:     \(median((0..<5).map { _ in rate(60_000, read) }))")

func call(_ kind: PluginKind, _ name: String, _ changes: KeyValuePairs<String, Value> = [:]) -> PluginCall {
    var arguments = Registry.builtIn.signature(kind, name)?.defaults ?? Arguments()
    for (name, value) in changes { arguments.set(name, value) }
    return PluginCall(kind, name, arguments)
}
func lesson(_ output: String, _ labeler: PluginCall) -> Recipe.Lesson {
    Recipe.Lesson(
        output: output, labeler: labeler, loss: call(.loss, "binary_cross_entropy"), weight: 1, place: .nowhere)
}
let recipe = Recipe(
    lessons: [
        lesson("detection", call(.labeler, "event")), lesson("p", call(.labeler, "pick", ["phase": .word("P")])),
        lesson("s", call(.labeler, "pick", ["phase": .word("S")])),
    ],
    preparations: [call(.preparation, "demean"), call(.preparation, "normalize")],
    augmentations: ["shift", "second_event", "noise", "drop_channel", "gap"].map { call(.augmentation, $0) })
let outputs = ["detection", "p", "s"].map { Loader.Port($0, TensorType(Shape(1, 6000), rate: 100)) }
let loader = try Loader(
    packed, traces: Array(0..<packed.count), recipe: recipe,
    inputs: [Loader.Port("waveform", TensorType(Shape(3, 6000), rate: 100))], outputs: outputs,
    options: Loader.Options(batch: 32, seed: 1, threads: threads, augments: true, order: .shuffled))
var loading: [Double] = []
for epoch in 0..<3 {
    let start = Date()
    let stream = loader.batches(epoch: epoch)
    var count = 0
    while let batch = try stream.next() { count += batch.count }
    loading.append(Double(count) / Date().timeIntervalSince(start))
}
print("augmented batches, \(threads) threads:  \(median(loading))")
