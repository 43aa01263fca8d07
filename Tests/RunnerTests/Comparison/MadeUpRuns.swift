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
        /// The share of what the study's rule misses that the curve has all the same.
        var split = 0.0
    }

    static let metrics: Registry = {
        var registry = Registry()
        try? registry.add(MadeUpF1.self, from: "tests")
        try? registry.add(MadeUpError.self, from: "tests")
        try? registry.add(MadeUpCount.self, from: "tests")
        return registry
    }()

    func contender(_ recipe: Recipe, seeds: [Int] = [0, 1, 2]) -> Contender {
        Contender(name: recipe.name, file: nil, runs: seeds.map { run(recipe, seed: $0) })
    }

    func run(_ recipe: Recipe, seed: Int) -> Contender.Run {
        let random = CounterRandom(seed: UInt64(seed), stream: recipe.name)
        let record = RunRecord(
            network: recipe.name, architecture: "\(recipe.name).arch", sources: [], graphHash: recipe.hash,
            taughtBy: recipe.hash, parameters: 12_345, overrides: [],
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
        let count = events * stations + noise
        let isEvent = (0..<count).map { $0 < events * stations }
        let event = (0..<count).map { isEvent[$0] ? $0 / stations : $0 }
        let difficulty = event.map { shared.uniformDouble($0) }
        let luck = 0.01 * random.normal(999_999)
        let distance = (0..<count).map { isEvent[$0] ? 10 + 100 * shared.uniformDouble(event[$0] + 10_000) : .nan }
        var columns: [Predictions.Column] = [
            .init("trace_name", .texts((0..<count).map { "t\($0)" })),
            .init("ID", .texts((0..<count).map { isEvent[$0] ? "event\(event[$0])" : "" })),
            .init("trace_category", .texts(isEvent.map { $0 ? "earthquake_local" : "noise" })),
            .init("snr_db", .numbers(difficulty.map { 30 - 25 * $0 })),
            .init("earthquake_distance_km", .numbers(distance)),
            .init("rate_hz", .numbers([Double](repeating: 100, count: count))),
        ]
        let scores = (0..<count).map { index -> Double in
            let center = isEvent[index] ? recipe.skill + 0.2 * (0.5 - difficulty[index]) : 0.25
            return min(1, max(0, center + 0.18 * random.normal(index + 40_000)))
        }
        columns.append(.init("detection_score", .numbers(scores)))
        columns.append(.init("detected", .numbers(scores.map { $0 > 0.5 ? 1 : 0 })))
        for (phase, delay) in [("P", 0.0), ("S", 600.0)] {
            var pick: [Double] = [], best: [Double] = [], probability: [Double] = [], arrival: [Double] = []
            for index in 0..<count {
                let stream = index + (phase == "P" ? 0 : 500_000)
                let truth = 1000 + Double(event[index]) + delay
                arrival.append(isEvent[index] ? truth : .nan)
                let chance = isEvent[index] ? recipe.skill + luck + 0.2 * (0.5 - difficulty[index]) : 0.05
                let isFound = random.uniformDouble(stream) < chance
                let place = (truth + 100 * recipe.spread * random.normal(stream + 20_000)).rounded()
                pick.append(isFound ? place : .nan)
                best.append(place)
                let confidence = min(0.99, 0.35 + 0.6 * random.uniformDouble(stream + 30_000))
                probability.append(isFound ? confidence : .nan)
            }
            columns.append(.init("\(phase.lowercased())_arrival_sample", .numbers(arrival)))
            columns.append(.init("\(phase)_pick", .numbers(pick)))
            columns.append(.init("\(phase)_best", .numbers(best)))
            columns.append(.init("\(phase)_probability", .numbers(probability)))
            // Whatever the study's rule lets go, the curve has a peak for most of it.
            let peaks = (0..<count).map { index -> [Double] in
                if !pick[index].isNaN { return [pick[index]] }
                return isEvent[index] && random.uniformDouble(index + 700_000) < recipe.split ? [best[index]] : []
            }
            for rule in [PickRule.peaks, .trigger] {
                columns.append(.init(phase + PickColumn.picks(rule), .lists(peaks)))
                columns.append(
                    .init(phase + PickColumn.probability(rule), .lists(peaks.map { $0.map { _ in 0.6 } })))
            }
            columns.append(.init(phase + PickColumn.plateau, .lists(peaks.map { $0.map { _ in 1 } })))
            columns.append(.init(phase + PickColumn.below, .lists(peaks.map { $0.isEmpty ? [1] : [] })))
            columns.append(.init(phase + PickColumn.belowProbability, .lists(peaks.map { $0.isEmpty ? [0.1] : [] })))
        }
        return Predictions(columns)
    }

    /// Recordings on which these contenders might disagree.
    func disagreements(_ contenders: Int, count: Int) -> [Disagreement] {
        (0..<count).map { number in
            let random = CounterRandom(seed: 7, stream: UInt64(number))
            let length = 6000
            func wave(_ channel: Int) -> [Float] {
                (0..<length).map { index in
                    let p = Double(index - 1500), s = Double(index - 2300)
                    let signal = (p > 0 ? exp(-p / 400) : 0) + (s > 0 ? 3 * exp(-s / 700) : 0)
                    return Float((0.15 + signal) * random.normal(index + channel * length))
                }
            }
            func curve(_ center: Double, _ height: Double) -> [Float] {
                (0..<length).map { Float(height * exp(-pow((Double($0) - center) / 30, 2))) }
            }
            let readings = (0..<contenders).map { contender in
                let skill = random.uniformDouble(contender + 100_000)
                return Disagreement.Reading(
                    contender: contender, right: Int(skill * 4), seeds: 3,
                    curves: [
                        .init(
                            name: "P", values: curve(1500 + 20 * skill, skill), threshold: 0.3,
                            picks: skill > 0.4 ? [(1500 + 40 * skill, skill)] : []),
                        .init(name: "S", values: curve(2300, skill * 0.8), threshold: 0.4),
                    ])
            }
            return Disagreement(
                trace: "made.up.\(number)", facts: ["made.up.\(number)", "SNR 12.3 dB", "42 km", "M 1.8"], rate: 100,
                channels: [("Z", wave(0)), ("N", wave(1)), ("E", wave(2))], arrivals: [("P", 1500), ("S", 2300)],
                readings: readings)
        }
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
