import Foundation
import Kernels
import Testing

@testable import Runner

/// Whether the verdicts keep what they promise, in made-up worlds where the truth is known.
@Suite struct CalibrationTests {
    /// Networks that find events or miss them. Events differ in difficulty, networks differ in which events they find
    /// hard, seeds differ in luck, each event has several records that succeed and fail together.
    struct World {
        var events = 100
        var records = 2
        var seeds = 3
        /// How much the second network is better, in units of the noise.
        var shift = 0.0
        /// The deviation of a seed's luck, of an event's difficulty, of a network's own taste, of the rest.
        var luck = 0.1
        var difficulty = 1.0
        var taste = 0.3
        var rest = 0.5

        var resamples: EventResamples {
            EventResamples(events: eventOfRecord.map { "e\($0)" }, isEvent: nil, replicates: 100, seed: 5)
        }
        var eventOfRecord: [Int] { (0..<events * records).map { $0 / records } }

        /// How many events the second network finds more than the first, of all there could ever be.
        var truth: Double {
            let spread = (luck * luck + difficulty * difficulty + taste * taste + rest * rest).squareRoot()
            return Normal.tail(above: -(0.8 + shift) / spread) - Normal.tail(above: -0.8 / spread)
        }

        /// The share of records found by two networks, for each seed, in one draw of this world.
        func trial(_ number: Int, _ resamples: EventResamples) -> [[SeedResult]] {
            let random = CounterRandom(seed: 11, stream: UInt64(number))
            var next = 0
            func normal() -> Double {
                next += 1
                return random.normal(next)
            }
            let difficulties = (0..<events).map { _ in difficulty * normal() }
            return [0, shift].map { shift in
                let tastes = (0..<events).map { _ in taste * normal() }
                return (0..<seeds).map { _ in
                    let level = 0.8 + shift + luck * normal()
                    var found: [Double] = []
                    for event in 0..<events {
                        let isFound = level + difficulties[event] + tastes[event] + rest * normal() > 0
                        for _ in 0..<records { found.append(isFound ? 1 : 0) }
                    }
                    let measurement = Measurement.sums(
                        terms: [found, found.map { _ in 1 }], finish: { $0[1] > 0 ? $0[0] / $0[1] : nil })
                    return SeedResult(
                        value: measurement.value(traces: found.count) ?? .nan,
                        resampled: resamples.values(of: measurement))
                }
            }
        }

        func differences(trials: Int) throws -> [PairedDifference] {
            let resamples = resamples
            return try (0..<trials).map { number in
                let results = trial(number, resamples)
                return try #require(PairedDifference(reference: results[0], other: results[1]))
            }
        }
    }

    static let trials = 400
    /// Two binomial standard errors of a share near 5 % among that many trials.
    static let tolerance = 2 * (0.05 * 0.95 / Double(trials)).squareRoot()

    /// Under no difference at most 5 % of claims, whatever part of the error dominates; up to chance among 400 trials.
    @Test(arguments: [(3, 0.02), (3, 0.15), (3, 0.5), (5, 0.15)])
    func falseClaims(seeds: Int, luck: Double) throws {
        let world = World(seeds: seeds, luck: luck)
        let claims = try world.differences(trials: Self.trials).filter { difference in
            let judgement = Judgement.all([Judgement.Case(difference: difference, isHigherBetter: true, margin: 0)])[0]
            return judgement.verdict == .better || judgement.verdict == .worse
        }
        let share = Double(claims.count) / Double(Self.trials)
        #expect(share <= 0.05 + Self.tolerance, "\(share)")
        #expect(share > 0.005, "a method that never claims anything is no method: \(share)")
    }

    /// The 95 % interval holds the known difference in 95 % of the trials or a little more, never in less.
    @Test(arguments: [(3, 0.02), (3, 0.15), (4, 0.15), (5, 0.3)])
    func coverage(seeds: Int, luck: Double) throws {
        let world = World(seeds: seeds, shift: 0.4, luck: luck)
        let truth = world.truth
        let covered = try world.differences(trials: Self.trials).filter {
            $0.interval(confidence: 0.95).contains(truth)
        }
        let share = Double(covered.count) / Double(Self.trials)
        #expect(share >= 0.95 - Self.tolerance && share < 0.995, "\(share)")
    }
}

/// The level of the two-part test, computed and not simulated: how often the mean of a few seeds with a known error from
/// the events lies outside its 95 % interval, for every proportion of the two parts.
@Suite struct LevelTests {
    /// - Parameter limit: how far the interval reaches, given the estimated variance of the seeds.
    private func level(seedShare: Double, freedom: Double, limit: (Double) -> Double) -> Double {
        // Over the chi-square variable of the variance that the seeds show, in equal steps of its logarithm.
        let step = 0.25
        var outside = 0.0
        var weight = 0.0
        var y = -60 / freedom
        while y < 6 {
            let chi = exp(y)
            let density = exp(freedom * y / 2 - chi / 2)
            outside += density * 2 * Normal.tail(above: limit(seedShare * chi / freedom))
            weight += density
            y += step
        }
        return outside / weight
    }

    @Test(arguments: [2, 3, 4])
    func neverAboveItsLevel(freedom: Int) {
        for seedShare in [0.1, 0.5, 0.8, 0.9, 0.98] {
            let level = level(seedShare: seedShare, freedom: Double(freedom)) { variance in
                TwoPartError(seeds: variance, freedom: freedom, data: 1 - seedShare).halfWidth(confidence: 0.95)
            }
            #expect(level <= 0.0501 && level > 0.02, "\(seedShare): \(level)")
        }
    }

    /// The reason for the trouble: one t with Satterthwaite's degrees of freedom claims too much with three seeds.
    @Test func satterthwaiteIsAboveIt() {
        let level = level(seedShare: 0.9, freedom: 2) { variance in
            let whole = variance + 0.1
            let freedom = whole * whole / max(variance * variance / 2, 1e-300)
            return StudentT.quantile(upperTail: 0.025, freedom: min(freedom, 1e9)) * whole.squareRoot()
        }
        #expect(abs(level - 0.078) < 0.002, "\(level)")
    }
}
