import Foundation
import GraphIR
import Kernels

@testable import Runner

/// Runs of networks that never were, for tests of what is done with runs.
struct MadeUpRuns {
    var events = 120
    var noise = 60
    var stations = 2
    var epochs = 12

    struct Recipe {
        var name: String
        var hash: String
        /// The chance to find a phase.
        var skill: Double
        /// The deviation of its picks in seconds.
        var spread: Double
    }

    static let metrics: Registry = {
        var registry = Registry()
        try? registry.add(MadeUpF1.self, from: "tests")
        try? registry.add(MadeUpError.self, from: "tests")
        try? registry.add(MadeUpCount.self, from: "tests")
        return registry
    }()

    func contender(_ recipe: Recipe, seeds: [Int] = [0, 1, 2]) -> Contender {
        Contender(name: recipe.name, graph: nil, runs: seeds.map { run(recipe, seed: $0) })
    }

    func run(_ recipe: Recipe, seed: Int) -> Contender.Run {
        let random = CounterRandom(seed: UInt64(seed), stream: recipe.name)
        let record = RunRecord(
            network: recipe.name, architecture: "\(recipe.name).arch", sources: [], graphHash: recipe.hash,
            parameters: 12_345, overrides: [],
            settings: [
                RunRecord.Setting(key: "prepare", value: "demean -> normalize(std)", origin: .file),
                RunRecord.Setting(key: "train.batch", value: "32", origin: .file),
            ],
            data: RunRecord.Data(
                path: "made-up", hash: "0123456789abcdef",
                traces: [.init(name: "train", count: 800), .init(name: "test", count: events * stations + noise)]),
            seed: seed, status: .done, epochs: epochs, best: RunRecord.Best(epoch: epochs - 2, loss: 0.1),
            version: "0.1.0", machine: [], command: ["strata", "train", recipe.name, "--seed", "\(seed)"])
        var history = History(outputs: ["p"])
        for epoch in 1...epochs {
            let loss = 0.1 + exp(-Double(epoch) / 4) * (1 + 0.1 * random.normal(100_000 + epoch))
            history.append([Double(epoch), Double(epoch * 25), 1e-3, loss, loss * 1.1, loss, loss * 1.1, 2, 400])
        }
        return Contender.Run(
            folder: RunFolder("/made-up/\(recipe.name)/seed_\(seed)"), record: record, history: history,
            predictions: predictions(recipe, random), test: ["split": "test"])
    }

    private func predictions(_ recipe: Recipe, _ random: CounterRandom) -> Predictions {
        let shared = CounterRandom(seed: 99, stream: "events")
        var names: [String] = [], ids: [String] = [], categories: [String] = [], snr: [String] = []
        var distance: [Double] = [], arrival: [Double] = [], pick: [Double] = [], probability: [Double] = []
        let luck = 0.01 * random.normal(999_999)
        for record in 0..<events * stations + noise {
            let isEvent = record < events * stations
            let event = isEvent ? record / stations : record
            let difficulty = shared.uniformDouble(event)
            names.append("t\(record)")
            ids.append(isEvent ? "event\(event)" : "")
            categories.append(isEvent ? "earthquake_local" : "noise")
            snr.append("[\(30 - 25 * difficulty) \(28 - 25 * difficulty) \(29 - 25 * difficulty)]")
            distance.append(isEvent ? 10 + 100 * shared.uniformDouble(event + 10_000) : .nan)
            arrival.append(isEvent ? 1000 + Double(event) : .nan)
            let chance = isEvent ? recipe.skill + luck + 0.1 * (0.5 - difficulty) : 0.03
            let isFound = random.uniformDouble(record) < chance
            pick.append(isFound ? 1000 + Double(event) + 100 * recipe.spread * random.normal(record + 20_000) : .nan)
            probability.append(isFound ? 0.5 + 0.5 * random.uniformDouble(record + 30_000) : .nan)
        }
        return Predictions([
            .init("trace_name", .texts(names)), .init("ID", .texts(ids)), .init("trace_category", .texts(categories)),
            .init("snr_db", .texts(snr)), .init("source_distance_km", .numbers(distance)),
            .init("p_arrival_sample", .numbers(arrival)), .init("P_pick", .numbers(pick)),
            .init("P_probability", .numbers(probability)),
        ])
    }
}

/// Found and missed phases.
struct MadeUpF1: Metric {
    static let signature = Signature(.metric, "p_f1", "The harmonic mean of precision and recall of P.")
    static let group = MetricGroup.picks
    init(_ arguments: Arguments) {}
    var isHeadline: Bool { true }
    func measure(_ predictions: Predictions) -> Runner.Measurement? {
        guard let picks = predictions.numbers("P_pick"), let isEvent = predictions.isEvent else { return nil }
        let found = zip(picks, isEvent).map { !$0.isNaN && $1 ? 1.0 : 0 }
        let wrong = zip(picks, isEvent).map { !$0.isNaN && !$1 ? 1.0 : 0 }
        let missed = zip(picks, isEvent).map { $0.isNaN && $1 ? 1.0 : 0 }
        return .sums(terms: [found, wrong, missed]) { 2 * $0[0] / (2 * $0[0] + $0[1] + $0[2]) }
    }
}

/// How far picks lie from the truth.
struct MadeUpError: Metric {
    static let signature = Signature(.metric, "p_mae", "The mean distance of P picks from the truth.")
    static let group = MetricGroup.picks
    init(_ arguments: Arguments) {}
    var unit: String { "s" }
    var better: Better { .lower }
    var isHeadline: Bool { true }
    func measure(_ predictions: Predictions) -> Runner.Measurement? {
        guard let picks = predictions.numbers("P_pick"), let truth = predictions.numbers("p_arrival_sample") else {
            return nil
        }
        let errors = zip(picks, truth).map { abs($0 - $1) / 100 }
        let counted = errors.map { $0.isNaN ? 0.0 : 1 }
        return .sums(terms: [errors.map { $0.isNaN ? 0 : $0 }, counted]) { $0[1] > 0 ? $0[0] / $0[1] : nil }
    }
}

/// A number that is neither good nor bad.
struct MadeUpCount: Metric {
    static let signature = Signature(.metric, "traces", "How many traces there are.")
    static let group = MetricGroup.amounts
    init(_ arguments: Arguments) {}
    var unit: String { "traces" }
    var better: Better { .neither }
    func measure(_ predictions: Predictions) -> Runner.Measurement? {
        .sums(terms: [[Double](repeating: 1, count: predictions.count)]) { $0[0] }
    }
}
