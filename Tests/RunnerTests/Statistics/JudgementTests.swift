import Kernels
import Testing

@testable import Runner

/// A verdict and the interval printed beside it are one statement.
@Suite struct JudgementTests {
    private func difference(_ values: [Double], deviation: Double = 0.01) throws -> PairedDifference {
        let random = CounterRandom(seed: 3, stream: "events")
        let deviations = (0..<40).map { deviation / 40.0.squareRoot() * random.normal($0) }
        return try #require(
            PairedDifference(
                reference: values.map { _ in SeedResult(value: 0, deviations: deviations.map { _ in 0 }, events: 40) },
                other: values.map { SeedResult(value: $0, deviations: deviations, events: 40) }))
    }

    @Test func theIntervalAgreesWithTheVerdict() throws {
        let random = CounterRandom(seed: 4, stream: "cases")
        var seen: Set<Verdict> = []
        for round in 0..<30 {
            let scale = [0.002, 0.03, 0.1][round % 3]
            let cases = try (0..<5).map { metric in
                let center = scale * random.normal(100 * round + metric)
                let values = (0..<3).map { center + 0.005 * random.normal(100 * round + 10 * metric + 10 + $0) }
                return Judgement.Case(
                    difference: try difference(values, deviation: 0.002), isHigherBetter: metric % 2 == 0,
                    margin: 0.03)
            }
            for judgement in Judgement.all(cases) {
                seen.insert(judgement.verdict)
                let isClaimed = judgement.verdict == .better || judgement.verdict == .worse
                if judgement.verdict == .equivalent {
                    #expect(judgement.confidence == 0.9)
                    #expect(judgement.interval.low > -judgement.margin && judgement.interval.high < judgement.margin)
                } else {
                    #expect(judgement.confidence == 0.95)
                    #expect(judgement.interval.contains(0) == !isClaimed)
                }
            }
        }
        #expect(seen == [.better, .worse, .equivalent, .undecided])
    }

    /// The case that was printed as "+0.23 (+0.02 … +0.45), can't tell": significant alone, not among five.
    @Test func correctedForTheOtherMetrics() throws {
        let clear = try difference([0.19, 0.23, 0.27])
        let open = try (1...4).map { try difference([0.01 * Double($0), -0.02, 0.01]) }
        let judged = Judgement.all(([clear] + open).map { .init(difference: $0, isHigherBetter: true, margin: 0.005) })
        #expect(!clear.interval(confidence: 0.95).contains(0))
        #expect(judged[0].verdict == .undecided && judged[0].interval.contains(0))
        let alone = Judgement.all([.init(difference: clear, isHigherBetter: true, margin: 0.005)])[0]
        #expect(alone.verdict == .better && !alone.interval.contains(0))
        #expect(abs(alone.interval.halfWidth - clear.interval(confidence: 0.95).halfWidth) < 1e-12)
    }

    @Test func twoSeedsGiveNoVerdict() throws {
        let judged = Judgement.all([.init(difference: try difference([0.4, 0.4]), isHigherBetter: true, margin: 0.01)])[
            0]
        #expect(judged.verdict == .undecided)
        #expect(judged.sentence.contains("2 seeds say next to nothing about their own spread"))
    }
}

/// Seeds and events are crossed, and their parts are told apart.
@Suite struct CrossedTests {
    private let events = 400

    /// Deviations of `seeds` seeds: what all share, and what each has alone.
    private func deviations(seeds: Int, shared: Double, own: Double) -> [[Double]] {
        let random = CounterRandom(seed: 9, stream: "crossed")
        let scale = 1 / Double(events).squareRoot()
        return (0..<seeds).map { seed in
            (0..<events).map { event in
                scale * (shared * random.normal(event) + own * random.normal((seed + 1) * events + event))
            }
        }
    }

    @Test func partsAreToldApart() throws {
        let both = try #require(Crossed(deviations(seeds: 3, shared: 2, own: 3)))
        #expect(abs(both.shared(freedom: events - 1) - 4) < 0.8)
        #expect(abs(both.own - 3) < 0.3)
        let alone = try #require(Crossed(deviations(seeds: 3, shared: 0, own: 3)))
        #expect(alone.shared(freedom: events - 1) < 0.6 && abs(alone.own - 3) < 0.3)
    }

    /// Left out one at a time, events give the variance that many other test sets show.
    @Test func influenceIsWhatOtherTestSetsShow() throws {
        let world = MadeUpWorld(description: "", events: 60, records: 3, noise: 30, luck: 0, taste: 0)
        var values: [Double] = []
        var claimed = 0.0
        for number in 0..<300 {
            let (events, runs) = world.draw(number, shift: 0)
            values.append(try #require(runs[0][0].value(traces: events.ofTrace.count)))
            claimed += try #require(events.influence(on: runs[0][0])).reduce(0) { $0 + $1 * $1 } / 300
        }
        #expect(abs(claimed / Sample(values).variance - 1) < 0.2)
    }

    @Test func oneEventAloneIsNoGround() {
        let events = TestEvents(names: ["a", "a", "b"], isEvent: nil)
        let ratio = Measurement.sums(terms: [[1, 1, 0], [1, 1, 0]]) { $0[0] / $0[1] }
        #expect(events.influence(on: ratio) == nil)
        #expect(events.support(of: ratio) == 1 && events.count == 2)
    }

    /// With one seed the metric rests on one event alone: that is no ground for a judgement, and no reason to stop.
    @Test func aSeedWithoutInfluencesLeavesItOpen() {
        let known = SeedResult(value: 0.1, deviations: [Double](repeating: 0.01, count: 20), events: 20)
        let unknown = SeedResult(value: 0.2, deviations: [], events: 1)
        for other in [[known, unknown, known], [unknown, known, known], [known, known, unknown]] {
            #expect(PairedDifference(reference: [known, known, known], other: other) == nil)
        }
    }

    /// Each seed finds one event more, each another one: that the differences are equal is a coincidence of counting.
    @Test func equalDifferencesAreNoCertainty() throws {
        let results = (0..<3).map { seed -> SeedResult in
            SeedResult(value: 0.05, deviations: (0..<20).map { $0 == seed ? 0.05 * 0.95 : -0.05 * 0.05 }, events: 20)
        }
        let zero = (0..<3).map { _ in SeedResult(value: 0, deviations: [Double](repeating: 0, count: 20), events: 20) }
        let difference = try #require(PairedDifference(reference: zero, other: results))
        #expect(difference.p > 0.1)
    }
}
