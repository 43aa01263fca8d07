import Foundation
import Kernels

@testable import Runner

/// A world where the truth is known: networks find events or miss them. Events differ in difficulty, networks differ in
/// which events they find hard, seeds differ in luck, and the records of an event succeed and fail nearly together.
struct MadeUpWorld: CustomStringConvertible, Sendable {
    var description: String
    var events = 100
    /// Records an event, or on average where they are unequal: swarms with many, most events with one.
    var records = 2
    var isUnequal = false
    /// Traces of noise, and the share of them in which something is picked.
    var noise = 0
    var falsePicks = 0.1
    var seeds = 3
    /// The deviation of a seed's luck, of an event's difficulty, of a network's own taste, of what a seed does to an
    /// event, of a record.
    var luck = 0.15
    var difficulty = 1.0
    var taste = 0.3
    var rest = 0.5
    var record = 0.3
    /// The tastes follow Student's t with two degrees of freedom: a few events decide.
    var isHeavy = false

    /// How much better the second network is in `shifted` worlds, in units of difficulty.
    static let shift = 0.4

    static let all = [
        MadeUpWorld(description: "plain"),
        MadeUpWorld(description: "seeds alike", luck: 0.02),
        MadeUpWorld(description: "seeds that differ", luck: 0.5),
        MadeUpWorld(description: "five seeds", seeds: 5),
        MadeUpWorld(description: "one network twice", taste: 0),
        MadeUpWorld(description: "16 events", events: 16, records: 5),
        MadeUpWorld(description: "16 events, one network twice", events: 16, records: 5, luck: 0.3, taste: 0),
        MadeUpWorld(description: "false picks in noise", noise: 100),
        MadeUpWorld(description: "unequal events", isUnequal: true, luck: 0.1),
        MadeUpWorld(description: "heavy tails", luck: 0.1, isHeavy: true),
        MadeUpWorld(description: "networks unlike each other", seeds: 5, luck: 0.05, taste: 1.2),
    ]

    /// F1 over all that could ever be tested: with each luck the share of records that are found.
    func truth(shift: Double) -> Double {
        let random = CounterRandom(seed: 77, stream: "truth")
        let count = 20_000
        let spread = (difficulty * difficulty + rest * rest + record * record).squareRoot()
        let lacks = (0..<count).map { spread * random.normal($0) + tasteOf(random, count + 3 * $0) }.sorted()
        let steps = 100
        var sum = 0.0
        for step in 0..<steps {
            let luck = luck * Normal.quantile(upperTail: (Double(step) + 0.5) / Double(steps))
            let level = 0.8 + shift + luck
            // How many of the lacks are greater than minus the level.
            var (low, high) = (0, count)
            while low < high {
                let middle = (low + high) / 2
                if lacks[middle] > -level { high = middle } else { low = middle + 1 }
            }
            let found = Double(count - low) / Double(count)
            sum += 2 * found / (1 + found + Double(noise) * falsePicks / Double(events * records))
        }
        return sum / Double(steps)
    }

    private func tasteOf(_ random: CounterRandom, _ place: Int) -> Double {
        guard isHeavy else { return taste * random.normal(place) }
        let (a, b) = (random.normal(place + 1), random.normal(place + 2))
        return taste * random.normal(place) / ((a * a + b * b) / 2).squareRoot()
    }

    /// One draw of this world: the test set, and the F1 of two networks with each seed.
    func draw(_ number: Int, shift: Double) -> (events: TestEvents, runs: [[Runner.Measurement]]) {
        let random = CounterRandom(seed: 11, stream: UInt64(number))
        var next = 0
        func normal() -> Double {
            next += 1
            return random.normal(next)
        }
        func taste() -> Double {
            next += 3
            return tasteOf(random, next - 2)
        }
        let sizes = (0..<events).map { _ in
            isUnequal ? min(40, 1 + Int(Double(records - 1) * exp(1.5 * normal() - 1.125))) : records
        }
        let difficulties = (0..<events).map { _ in difficulty * normal() }
        let names =
            sizes.enumerated().flatMap { event, size in [String](repeating: "e\(event)", count: size) }
            + (0..<noise).map { "n\($0)" }
        let isEvent = names.map { $0.hasPrefix("e") }
        let runs = [0, shift].map { shift in
            let tastes = (0..<events).map { _ in taste() }
            return (0..<seeds).map { _ in
                let level = 0.8 + shift + luck * normal()
                var hits: [Double] = []
                for event in 0..<events {
                    let strength = level + difficulties[event] + tastes[event] + rest * normal()
                    for _ in 0..<sizes[event] { hits.append(strength + record * normal() > 0 ? 1 : 0) }
                }
                let missed = hits.map { 1 - $0 } + [Double](repeating: 0, count: noise)
                let limit = Normal.quantile(upperTail: falsePicks)
                let wrong = hits.map { _ in 0.0 } + (0..<noise).map { _ in normal() > limit ? 1.0 : 0 }
                hits += [Double](repeating: 0, count: noise)
                return Runner.Measurement.sums(terms: [hits, wrong, missed]) {
                    F1Score.value(hits: $0[0], false: $0[1], missed: $0[2])
                }
            }
        }
        return (TestEvents(names: names, isEvent: isEvent), runs)
    }

    /// The difference between the two networks in one draw, by today's rule.
    func difference(_ number: Int, shift: Double) -> PairedDifference? {
        let (events, runs) = draw(number, shift: shift)
        let effect = EventEffect(events, of: runs[0])
        let results = runs.map { $0.map { effect.result(of: $0, traces: events.ofTrace.count) } }
        let support = Double(results.joined().map(\.events).min() ?? 1)
        return PairedDifference(
            reference: results[0], other: results[1], leastDataVariance: 4 / (support * support))
    }
}
