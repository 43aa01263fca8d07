import Foundation
import GraphIR

/// One training that a comparison or a study needs: a network with its settings and a seed, and where its run lies.
public struct Trial: Sendable {
    /// The contender that it belongs to.
    public var contender: String
    /// The network, compiled with all its settings.
    public var file: NetworkFile
    public var data: String
    public var seed: Int
    public var folder: RunFolder
    /// A run that has had more epochs already will do: it was a later round of the same search.
    public var mayBeLonger = false

    public init(contender: String, file: NetworkFile, data: String, seed: Int, folder: RunFolder) {
        self.contender = contender
        self.file = file
        self.data = data
        self.seed = seed
        self.folder = folder
    }

    /// How many epochs it is to be trained, as its recipe says.
    var epochs: Int? { file.network.recipe.map { $0.training[TrainSection.epochs] } }

    /// Whether its run is there, trained to its end and judged. A run that is there but is another one is an error: it
    /// would be compared under a wrong name.
    var isFinished: Bool {
        get throws {
            guard folder.exists else { return false }
            let record = try folder.record()
            try checkIdentity(record)
            let had = record.setting("train.epochs").flatMap { Int($0) } ?? 0
            let wanted = epochs ?? had
            guard had <= wanted || mayBeLonger else {
                throw RunError(
                    .refused, "\(folder.path) was trained for up to \(had) epochs, not \(wanted)",
                    help: "give another --out, or remove that folder")
            }
            return record.status == .done && folder.staleness(record).isEmpty && had >= wanted
        }
    }

    private func checkIdentity(_ record: RunRecord) throws {
        try record.requirePlugins(file.plugins, of: folder.path, to: "used")
        let own = TrainingIdentity(file, dataPath: data, dataHash: nil, seed: seed)
        let different = own.differences(from: TrainingIdentity(record), except: .sameTrial)
        guard different.isEmpty else {
            throw RunError(
                .refused, "\(folder.path) holds another run: it differs in \(Words.list(different.map(\.description)))",
                help: "give another --out, or remove that folder")
        }
    }
}
