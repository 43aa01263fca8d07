import Files
import Foundation
import GraphIR
import Interpreter
import Seismic

/// A network with its weights before a dataset, whoever trained it.
struct Examination {
    let predictor: Predictor
    let data: TrainingData
    /// What lies beside the weights.
    private let notes: Safetensors
    /// Where the weights come from, for messages.
    private let path: String
    var session: Session { predictor.session }

    init(_ data: TrainingData, session: Session, weights stored: Safetensors, from path: String, passes: Int) throws {
        (self.data, notes, self.path) = (data, stored, path)
        let weights: Weights
        do {
            weights = try Weights(stored, layout: session.layout)
        } catch {
            throw RunError(.badData, "\(path): \(error)")
        }
        predictor = Predictor(session: session, weights: weights, passes: passes)
    }

    /// The thresholds, and who chose them.
    func thresholds(given: PickThresholds?) throws -> (values: RuleThresholds, from: String)? {
        if let given { return (RuleThresholds(given), "given") }
        if let note = notes.note(WeightNote.thresholds) {
            guard let json = try? JSON(parsing: Array(note.utf8)), json.holdsShares else {
                throw RunError(
                    .badData, "the thresholds in \(path) are no numbers from 0 to 1",
                    help: "--thresholds gives others")
            }
            if let stored = RuleThresholds(json: json) { return (stored, "dev split, at the end of training") }
        }
        let readings = try Readings(session.recipe, graph: session.graph, thresholds: nil, registry: session.registry)
        guard let picks = readings.picks else { return nil }
        if let choice = try ThresholdChoice(predictor, on: data) { return (choice.choose(), "dev split") }
        return (picks.settled, "EQTransformer's tester, as there is no dev split")
    }
}

extension Safetensors {
    /// Weights that say of which network they are must be of this one.
    public func mustBe(of file: NetworkFile, path: String) throws(RunError) {
        guard let hash = note(WeightNote.hash), hash != file.network.graph.meaningHash(file.registry) else { return }
        throw RunError(
            .refused, "\(path) holds weights of another network than the run's record says",
            help: "bring the run's own weights back, or train again")
    }
}

extension JSON {
    /// Whether every number in it is a share, as thresholds are; `null` stands where there are none.
    fileprivate var holdsShares: Bool {
        switch self {
        case .null: true
        case .object(let members): members.allSatisfy { $0.value.holdsShares }
        default: double.map { (0...1).contains($0) } ?? false
        }
    }
}
