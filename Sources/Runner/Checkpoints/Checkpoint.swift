import Files
import Foundation
import GraphIR
import Interpreter

/// The whole state of a training between two steps: with it, a run that was killed goes on to the very same weights.
struct Checkpoint: Equatable {
    var weights: [Float]
    /// The optimizer's memories, each as long as the weights.
    var memory: [[Float]]
    /// The weights of the best epoch so far are in their own file; here is only which one it was.
    var position: Position
    var history: History
    /// What the run is: a checkpoint of another is refused by name.
    var identity: [Fact]

    struct Fact: Equatable {
        var name: String
        var value: String
    }

    /// Where a training stands.
    struct Position: Equatable {
        /// Epochs that are done.
        var epoch = 0
        /// Batches of the present epoch that are done.
        var batch = 0
        /// Steps of all epochs.
        var step = 0
        /// The present epoch's sums over windows: each lesson's loss, then the penalty, then the windows.
        var sums: [Double] = []
        /// Seconds spent in the present epoch.
        var seconds = 0.0
    }

    static let format = "2"
    /// Of the first phase: the same state, with other words for what the run is.
    static let firstFormat = "1"
}

// MARK: - The file

extension Checkpoint {
    /// A safetensors file whose notes hold the state and a SHA-256 over it and the numbers.
    var bytes: [UInt8] {
        var entries = [Safetensors.Entry("weights", shape: [weights.count], values: weights)]
        for (index, values) in memory.enumerated() {
            entries.append(Safetensors.Entry("memory.\(index)", shape: [values.count], values: values))
        }
        return Checkpoint.signed(state: stateJSON.text(), entries)
    }

    /// The bytes of a checkpoint with any state and arrays. The hash tells damage from what was written; it is no seal,
    /// since everybody can make one.
    static func signed(state: String, _ entries: [Safetensors.Entry]) -> [UInt8] {
        Safetensors(
            entries: entries,
            metadata: [
                ("strata_checkpoint", Checkpoint.format), ("state", state), ("sha256", digest(state: state, entries)),
            ]
        ).bytes
    }

    private static func digest(state: String, _ entries: [Safetensors.Entry]) -> String {
        var hash = SHA256()
        hash.update(state.utf8)
        for entry in entries {
            hash.update("\(entry.name)\(entry.shape)".utf8)
            entry.values.withUnsafeBytes { hash.update($0) }
        }
        return hash.hex
    }

    private var stateJSON: JSON {
        [
            "epoch": .int(position.epoch), "batch": .int(position.batch), "step": .int(position.step),
            "sums": .array(position.sums.map { .number($0) }), "seconds": .number(position.seconds),
            "history": .string(history.csv),
            "identity": .array(identity.map { ["name": .string($0.name), "value": .string($0.value)] }),
        ]
    }

    /// Reads what `bytes` wrote; anything that does not hold together is refused. What comes out is whatever somebody
    /// wrote: nothing may use it before it was held against the run.
    static func read(_ bytes: [UInt8], path: String) throws(RunError) -> StoredCheckpoint {
        let file: Safetensors
        do { file = try Safetensors(bytes) } catch { throw damaged(path, error.description) }
        guard let format = file.note("strata_checkpoint") else { throw damaged(path, "it does not say so") }
        guard [Checkpoint.format, Checkpoint.firstFormat].contains(format) else {
            throw RunError(.badData, "\(path) has format \(format); this program reads up to \(Checkpoint.format)")
        }
        guard let state = file.note("state"), let stored = file.note("sha256"),
            stored == Checkpoint.digest(state: state, file.entries)
        else { throw damaged(path, "its contents do not match their hash") }
        guard let json = try? JSON(parsing: Array(state.utf8)), let position = Position(json),
            let history = json["history"]?.string.flatMap(History.init(csv:)), let weights = file["weights"]
        else { throw damaged(path, "its state is not complete") }
        var memory: [[Float]] = []
        while let entry = file["memory.\(memory.count)"] { memory.append(entry.values) }
        guard file.entries.count == memory.count + 1 else { throw damaged(path, "it has arrays that are not known") }
        var identity: [Fact] = []
        for fact in json["identity"]?.array ?? [] {
            guard let name = fact["name"]?.string, let value = fact["value"]?.string else {
                throw damaged(path, "its state is not complete")
            }
            identity.append(Fact(name: name, value: value))
        }
        return StoredCheckpoint(
            contents: Checkpoint(
                weights: weights.values, memory: memory, position: position, history: history, identity: identity),
            path: path, format: format)
    }

    static func damaged(_ path: String, _ reason: String) -> RunError {
        RunError(.badData, "\(path) is no checkpoint: \(reason)")
    }

    // MARK: In a run's folder

    /// Written so that a kill or a full disk costs at most this checkpoint, never the one before.
    func write(to folder: RunFolder, disk: any Disk = SystemDisk()) throws(DiskError) {
        try AtomicFile(folder.checkpointPath, keeping: folder.previousCheckpointPath, disk: disk).write(bytes)
    }
}

extension Checkpoint.Position {
    fileprivate init?(_ json: JSON) {
        guard let epoch = json["epoch"]?.int, let batch = json["batch"]?.int, let step = json["step"]?.int,
            let sums = json["sums"]?.array, let seconds = json["seconds"]?.double
        else { return nil }
        // A number that is none is found when the checkpoint is held against its run.
        self.init(epoch: epoch, batch: batch, step: step, sums: sums.map { $0.double ?? .nan }, seconds: seconds)
    }
}
