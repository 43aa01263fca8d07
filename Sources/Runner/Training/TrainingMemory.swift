import GraphIR
import Interpreter
import Seismic

/// What a training takes of the machine's memory, beyond the program and the data's own tables.
struct TrainingMemory {
    /// The network at work, learning and judged: its weights as layers read them, what flows, and what is kept for the
    /// way back.
    let network: Int
    /// Weights, gradients and the optimizer's memory: now, before the step, and summed along the tree of parts.
    let weights: Int
    /// Batches that lie ready, and those that are made meanwhile.
    let batches: Int
    var total: Int { network + weights + batches }

    /// - Parameters:
    ///   - batch: one of the batches, or one of its parts.
    ///   - parts: how many of a batch's parts this process does.
    init(_ batch: Batch, parts: Int, network: Int, trainer: Trainer) {
        self.network = network
        let block = trainer.session.layout.count * MemoryLayout<Float>.stride
        let memories = trainer.settings.optimizer.memories
        // Weights and memory, both as they were before the step, and a gradient.
        let always = 2 * (1 + memories) + 1
        // Sums that wait for their neighbours, one a level; the last one of all, with its share of the windows.
        let levels = Int.bitWidth - max(1, parts - 1).leadingZeroBitCount
        let summed = parts > 1 ? 1 + max(3, levels + 1) : 0
        // While nothing is summed, a checkpoint is written: its arrays once more, as bytes.
        weights = block * (always + max(summed, 1 + memories))
        let floats =
            batch.inputs.reduce(0) { $0 + $1.values.count }
            + batch.lessons.reduce(0) { $0 + $1.labels.values.count + ($1.mask?.count ?? 0) }
        let threads = trainer.session.loadingThreads
        // One is learned from and some lie ready; of each that is made there are the windows and the batch.
        batches = floats * MemoryLayout<Float>.stride * parts * (1 + threads + 1 + 2 * threads)
    }

    var statement: String {
        func text(_ bytes: Int) -> String { MemoryReport.text(bytes) }
        return "memory \(text(total)): network \(text(network)), weights \(text(weights)), batches \(text(batches))"
    }
}
