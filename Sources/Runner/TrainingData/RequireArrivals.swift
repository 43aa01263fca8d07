import GraphIR
import Seismic

extension TrainingData {
    /// Refuses to train a network that picks on traces without any arrival that it could learn: it would learn to be
    /// silent, and end with success.
    func requireArrivals() throws {
        let labelers = try session.recipe.labelers(session.graph, registry: session.registry)
        let phases = labelers.flatMap { labeler -> [Phase] in
            guard case .onsets(let phases) = labeler.meaning else { return [] }
            return phases.compactMap { $0.flatMap(Phase.init(rawValue:)) }
        }
        guard !phases.isEmpty, !splits.train.isEmpty else { return }
        let isThere = splits.train.contains { trace in
            dataset.picks(trace).contains { pick in phases.contains { pick.phase.belongs(to: $0) } }
        }
        guard !isThere else { return }
        let names = Set(phases.map(\.rawValue)).sorted().joined(separator: " or ")
        throw RunError(
            .badData, "no trace of the training split of \(dataset.path) has a \(names) arrival",
            help: dataset.format == "waveforms"
                ? "of a folder of recordings they stand in a file picks.csv in it: docs/data.md has its columns"
                : "strata data info shows which columns are read; picks stand in columns such as "
                    + "trace_P_arrival_sample")
    }
}
