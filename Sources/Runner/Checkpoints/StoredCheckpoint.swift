import Foundation

/// A checkpoint as a file has it: everything in it may be wrong, by accident or on purpose, however well it is signed.
/// Only what was held against the run's own plan becomes a `Checkpoint` that goes on.
struct StoredCheckpoint {
    /// For looking at; what trains asks `held`.
    let contents: Checkpoint
    let path: String
    var format = Checkpoint.format

    /// What a checkpoint of a run must be like.
    struct Form {
        /// How many numbers the network's weights are.
        var weights: Int
        /// How many memories its optimizer keeps, each as long as the weights.
        var memories: Int
        /// The outputs that it learns.
        var outputs: [String]
        /// Windows of a batch.
        var batch: Int
        /// How many batches an epoch has.
        var batches: (_ epoch: Int) throws -> Int
        var identity: [Checkpoint.Fact]
        /// The same in the words of format 1.
        var identityOfFormat1: () throws -> [Checkpoint.Fact]
        /// The folder of the run, for messages.
        var folder: String
    }

    /// The checkpoint, if it can be one of this run; another run's is refused by what it differs in, and what no
    /// training can have come to, as damage.
    func held(against form: Form) throws -> Checkpoint {
        try requireIdentity(of: form)
        let batches = try contents.position.epoch.isEpoch ? form.batches(contents.position.epoch) : 0
        if let fault = arrayFault(form) ?? historyFault(form) ?? positionFault(form, batches: batches) {
            throw Checkpoint.damaged(path, fault)
        }
        return contents
    }

    /// Every fact that makes the run what it is stands in the checkpoint, once, and says the same.
    private func requireIdentity(of form: Form) throws {
        let own = try format == Checkpoint.firstFormat ? form.identityOfFormat1() : form.identity
        let names = own.map(\.name)
        guard Set(contents.identity.map(\.name)).count == contents.identity.count,
            contents.identity.contains(where: { $0.name == "network" })
        else { throw Checkpoint.damaged(path, "it does not say what run it is of") }
        if let fact = contents.identity.first(where: { !names.contains($0.name) }) {
            throw RunError(.refused, "\(form.folder) cannot be resumed: it had a \(fact.name), and has none now")
        }
        for now in own {
            guard let then = contents.identity.first(where: { $0.name == now.name }) else {
                throw Checkpoint.damaged(path, "it does not say its \(now.name)")
            }
            guard now.differs(from: then) else { continue }
            throw RunError(
                .refused, "\(form.folder) cannot be resumed: its \(now.name) is another",
                help: "it was \(then.value.prefix(200)), now it is \(now.value.prefix(200))")
        }
    }

    private func arrayFault(_ form: Form) -> String? {
        if contents.weights.count != form.weights {
            return "it has \(contents.weights.count) weights, and the network \(form.weights)"
        }
        if contents.memory.count != form.memories {
            return "it has \(contents.memory.count) memories, and the optimizer \(form.memories)"
        }
        if let odd = contents.memory.firstIndex(where: { $0.count != form.weights }) {
            return "memory \(odd) has \(contents.memory[odd].count) numbers for \(form.weights) weights"
        }
        let areFinite = ([contents.weights] + contents.memory).allSatisfy { $0.allSatisfy(\.isFinite) }
        return areFinite ? nil : "its numbers are not finite"
    }

    private func historyFault(_ form: Form) -> String? {
        let history = contents.history
        if history.columns != History(outputs: form.outputs).columns { return "its history is of other outputs" }
        if history.rows.count != contents.position.epoch {
            return "it has \(history.rows.count) rows of history after \(contents.position.epoch) epochs"
        }
        return nil
    }

    private func positionFault(_ form: Form, batches: Int) -> String? {
        let position = contents.position
        guard position.epoch.isEpoch else { return "there is no epoch \(position.epoch)" }
        guard (0...batches).contains(position.batch) else {
            return "there is no batch \(position.batch) among \(batches)"
        }
        // Batches without a usable trace make no step.
        let before = contents.history.steps.last ?? 0
        guard position.step >= before, position.step - before <= position.batch else {
            return "step \(position.step) is none of batch \(position.batch) after step \(before)"
        }
        guard position.seconds.isFinite, position.seconds >= 0 else { return "its seconds are none" }
        if position.sums.isEmpty { return position.batch == 0 ? nil : "its sums are missing" }
        // Each output's loss, the penalty, the windows.
        guard position.sums.count == form.outputs.count + 2, position.sums.allSatisfy(\.isFinite) else {
            return "its sums are not those of \(form.outputs.count) outputs"
        }
        let windows = position.sums[position.sums.count - 1]
        guard windows >= 0, windows <= Double(position.batch) * Double(form.batch) else {
            return "\(windows) windows are not of \(position.batch) batches"
        }
        return nil
    }

    /// The latest checkpoint of a run; `nil` if there is none. One that is damaged is passed over for the one before
    /// it, and why is said.
    static func latest(in folder: RunFolder, form: Form) throws -> (checkpoint: Checkpoint, passedOver: String?)? {
        var damage: RunError?
        for path in [folder.checkpointPath, folder.previousCheckpointPath] {
            guard let data = FileManager.default.contents(atPath: path) else { continue }
            do {
                let checkpoint = try Checkpoint.read([UInt8](data), path: path).held(against: form)
                return (checkpoint, damage?.message)
            } catch let error as RunError where error.cause == .badData {
                damage = damage ?? error
            }
        }
        if let damage { throw damage }
        return nil
    }
}

extension Int {
    /// Whether a training can have done so many epochs.
    fileprivate var isEpoch: Bool { (0...1_000_000).contains(self) }
}

extension Checkpoint.Fact {
    /// The fact that `--strict` settles.
    static let everySample = "data, every sample of it,"
    static let notLookedAt = "not looked at"

    /// Whether a run with the one fact is another than one with the other. Only where both looked at every sample can
    /// they differ in it.
    func differs(from other: Checkpoint.Fact) -> Bool {
        if name == Self.everySample, [value, other.value].contains(Self.notLookedAt) { return name != other.name }
        return self != other
    }
}
