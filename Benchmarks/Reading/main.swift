import Dispatch
import Foundation
import Kernels
import Seismic
import Synchronization

// Random single traces of a dataset, read by Strata. Usage: ReadingBenchmark FOLDER [SECONDS]
// Prints traces a second for one and two threads; h5py_reading.py measures h5py in the same way.
// ReadingBenchmark --make FOLDER COUNT leaves a STEAD dataset of so many tiny traces, to see how long opening takes.
guard CommandLine.arguments.count >= 2 else { fatalError("usage: ReadingBenchmark FOLDER [SECONDS]") }
if CommandLine.arguments[1] == "--make", CommandLine.arguments.count == 4 {
    let writer = try DatasetFormat.stead.writer(CommandLine.arguments[2])
    for index in 0..<(Int(CommandLine.arguments[3]) ?? 0) {
        let row = TraceMetadata([("trace_category", "noise"), ("station_code", "A\(index % 1000)")])
        let samples = [Float](repeating: 0, count: 12)
        try writer.add(
            Trace(name: "trace_\(index)", rate: 100, components: "ZNE", samples: samples, length: 4, metadata: row))
    }
    try writer.finish()
    exit(0)
}
// As `strata` does at its start.
keepFreedMemory()
let folder = CommandLine.arguments[1]
let seconds = CommandLine.arguments.count > 2 ? Double(CommandLine.arguments[2]) ?? 5 : 5

let opening = ContinuousClock.now
let dataset = try openDataset(folder)
print("opened \(dataset.count) traces in \(ContinuousClock.now - opening)")
// Warm the page cache.
for index in stride(from: 0, to: dataset.count, by: 1) { _ = try dataset.trace(index).samples.last }

for threads in [1, 2] {
    let total = Atomic(0)
    let start = ContinuousClock.now
    DispatchQueue.concurrentPerform(iterations: threads) { thread in
        var state = UInt64(thread) &+ 0x9E37_79B9_7F4A_7C15
        var count = 0
        while count % 64 != 0 || ContinuousClock.now - start < .seconds(seconds) {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let index = Int((state >> 33) % UInt64(dataset.count))
            guard let trace = try? dataset.trace(index), !trace.samples.isEmpty else { fatalError("trace \(index)") }
            count += 1
        }
        total.add(count, ordering: .relaxed)
    }
    let took = ContinuousClock.now - start
    let perSecond = Double(total.load(ordering: .relaxed)) / (took / .seconds(1))
    print("strata, \(threads) thread\(threads == 1 ? "" : "s"): \(Int(perSecond)) traces/s")
}
