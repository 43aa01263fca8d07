import GraphIR
import Seismic

/// What a run is: the facts in which a resumed run must not differ from the one that was stopped.
extension TrainingData {
    var identity: [Checkpoint.Fact] {
        let own = TrainingIdentity(session.file, dataPath: nil, dataHash: nil, seed: Int(session.seed))
        let facts = own.facts.filter { !Set<TrainingIdentity.Part>.goingOn.contains($0.part) && $0.part != .data }.map {
            Checkpoint.Fact(name: $0.name, value: $0.value ?? "")
        }
        let data = DatasetFingerprint.Part.allCases.map {
            Checkpoint.Fact(name: "data, the \($0.meaning),", value: fingerprint.parts[$0] ?? "")
        }
        let whole = Checkpoint.Fact(
            name: Checkpoint.Fact.everySample, value: fingerprint.everySample ?? Checkpoint.Fact.notLookedAt)
        return facts + [trained] + data + [whole]
    }

    /// Which weights move, and what their size costs: the file and `freeze` together.
    private var trained: Checkpoint.Fact {
        let trained = session.layout.entries.map {
            "\($0.name) \($0.isTrainable) \($0.spec.penalty.l1) \($0.spec.penalty.l2)"
        }
        return Checkpoint.Fact(name: "choice of trained weights and penalties", value: trained.joined(separator: ", "))
    }

    /// The same as checkpoints of format 1 say it.
    func identityOfFormat1() throws -> [Checkpoint.Fact] {
        let training = session.recipe.training.entries.filter { !TrainSection.free.contains($0.name) }
            .map { "\($0.name): \($0.value.whole)" }
        return [
            Checkpoint.Fact(name: "network", value: session.graph.meaningHash(session.registry)),
            Checkpoint.Fact(name: "recipe", value: session.recipe.whole),
            Checkpoint.Fact(name: "train section", value: training.joined(separator: ", ")),
            Checkpoint.Fact(name: "data", value: try splits.hashOfFormat1(dataset)),
            Checkpoint.Fact(name: "seed", value: String(session.seed)), trained,
        ]
    }
}

extension Recipe {
    /// Lessons, preparations and augmentations with every argument, defaults too.
    var whole: String {
        let taught = lessons.map { "\($0.output) \($0.labeler.whole) \($0.loss.whole) \($0.weight)" }
        return (taught + preparations.map(\.whole) + augmentations.map(\.whole)).joined(separator: "; ")
    }
}

extension PluginCall {
    /// The call with every argument that it has, said or not.
    var whole: String {
        "\(name)(\(arguments.entries.map { "\($0.name): \($0.value.whole)" }.joined(separator: ", ")))"
    }
}

extension Value {
    var whole: String {
        switch self {
        case .call(let call): call.whole
        case .list(let values): "[" + values.map(\.whole).joined(separator: ", ") + "]"
        default: description
        }
    }
}
