import Files
import Foundation
import GraphIR
import Interpreter
import Seismic

/// A step that met a number that is not finite, with all that is needed to take it again: weights, the optimizer's
/// memory, windows, labels.
struct Failure {
    var problem: NotFinite
    var batch: Batch
    /// Where its first window stands in the whole batch, if it is a part of one.
    var place: Int
    var position: Checkpoint.Position
    var rate: Double
    var weights: Weights
    var memory: [[Float]]
    var traces: [String]
    var seed: UInt64

    init(_ step: Workforce.Problem, batch: Batch, position: Checkpoint.Position, rate: Double, data: TrainingData) {
        (problem, place, weights, memory) = (step.cause, step.place, step.weights, step.memory)
        (self.batch, self.position, self.rate) = (batch, position, rate)
        traces = batch.traces.map { data.dataset.identity($0).description }
        seed = data.session.seed
    }

    /// Keeps it for `--replay`; what is thrown tells the person.
    func save(to folder: RunFolder) throws -> RunError {
        try AtomicFile(folder.failurePath).write(file.bytes)
        let culprit = problem.sample.flatMap { sample in
            traces.indices.contains(sample) ? "'\(traces[sample])', window \(sample + 1) of \(batch.count)" : nil
        }
        let names = traces.prefix(6).joined(separator: ", ") + (traces.count > 6 ? ", …" : "")
        return RunError(
            .notFinite,
            "epoch \(position.epoch + 1), batch \(position.batch + 1), step \(position.step + 1): \(problem.what) is "
                + "not finite" + (culprit.map { " for trace \($0)" } ?? "") + "; traces of the batch: \(names)",
            help: "saved in \(folder.failurePath): strata train --replay \(folder.path) takes the step again"
                + (FileManager.default.fileExists(atPath: folder.checkpointPath)
                    ? "; the last good state is in \(folder.checkpointPath)" : ""))
    }

    private var file: Safetensors {
        var entries = weights.safetensors().entries.map { entry in
            Safetensors.Entry("weights/" + entry.name, shape: entry.shape, values: entry.values)
        }
        for (index, values) in memory.enumerated() {
            entries.append(Safetensors.Entry("memory/\(index)", shape: [values.count], values: values))
        }
        for input in batch.inputs {
            entries.append(Safetensors.Entry("inputs/" + input.name, shape: input.shape, values: input.values))
        }
        for (index, lesson) in batch.lessons.enumerated() {
            let labels = lesson.labels
            entries.append(
                Safetensors.Entry("labels/\(index)/" + labels.name, shape: labels.shape, values: labels.values))
            if let mask = lesson.mask {
                entries.append(Safetensors.Entry("masks/\(index)/" + labels.name, shape: labels.shape, values: mask))
            }
        }
        let state: JSON = [
            "count": .int(batch.count), "epoch": .int(position.epoch), "batch": .int(position.batch),
            "step": .int(position.step), "place": .int(place), "rate": .number(rate), "seed": .string(String(seed)),
            "traces": .array(traces.map { .string($0) }),
            "lengths": .array(batch.lengths.map { .int($0) }),
            "symbols": .object(batch.symbols.map { JSON.Member($0.name, .int($0.value)) }),
            "what": .string(problem.what),
        ]
        return Safetensors(entries: entries, metadata: [("strata_failure", "1"), ("state", state.text())])
    }
}
