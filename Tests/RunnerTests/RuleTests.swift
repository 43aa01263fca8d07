import GraphIR
import Testing

@testable import Runner

@Suite struct RuleTests {
    /// ObsPy's triggers and SciPy's peaks on sixty curves, with plateaus, clipped tops and ends in mid-air.
    @Test func triggersAndPeaksAreOthersToo() throws {
        var (triggers, peaks, plateaus) = (0, 0, 0)
        for (number, entry) in try #require(Fixture.json("rules.json")["curves"]?.array).enumerated() {
            let curve = ProbabilityCurve(try #require(entry["values"]).doubles.map { Float($0 / 1000) })
            let threshold = try #require(entry["threshold"]?.double)
            let theirs = try #require(entry["triggers"]?.array).map(\.doubles)
            let ours = try #require(PickRule.trigger.picks(curve, threshold: threshold))
            #expect(ours.map { [Double($0.begin), Double($0.end), $0.sample] } == theirs, "curve \(number)")
            let edges = try #require(entry["peaks"]?.array).map(\.doubles)
            let found = try #require(PickRule.peaks.picks(curve, threshold: threshold - 1e-6))
            #expect(found.map { [Double($0.begin), Double($0.end)] } == edges, "curve \(number)")
            #expect(found.allSatisfy { $0.sample == Double($0.begin + $0.end) / 2 })
            triggers += ours.count
            peaks += found.count
            plateaus += found.count(where: \.isFlat)
        }
        #expect(triggers > 50 && peaks > 100 && plateaus > 20)
    }

    /// Of peaks within half a second the likeliest stays, and of equals the first; a lower one never takes a higher away.
    @Test func doublesAreOnePick() {
        func pick(_ sample: Double, _ probability: Double) -> CurvePick {
            CurvePick(sample: sample, probability: probability, begin: Int(sample), end: Int(sample))
        }
        let picks = [pick(10, 0.4), pick(40, 0.9), pick(85, 0.8), pick(95, 0.5), pick(200, 0.6), pick(230, 0.6)]
        #expect(picks.separated(by: 50).map(\.sample) == [40, 95, 200])
        #expect(picks.separated(by: 0) == picks)
    }

    /// SciPy's assignment on eighty sets of arrivals and picks.
    @Test func matchingIsTheBestThereIs() throws {
        for entry in try #require(Fixture.json("rules.json")["matchings"]?.array) {
            let arrivals = try #require(entry["arrivals"]).doubles
            let picks = try #require(entry["picks"]).doubles
            let match = PickMatch(arrivals: arrivals, picks: picks, within: try #require(entry["tolerance"]?.double))
            let distance = match.pairs.reduce(0) { $0 + abs(arrivals[$1.arrival] - picks[$1.pick]) }
            #expect(match.pairs.count == entry["pairs"]?.int)
            #expect(abs(distance - (try #require(entry["distance"]?.double))) < 1e-9)
            #expect(Set(match.pairs.map(\.arrival)).count == match.pairs.count)
            #expect(Set(match.pairs.map(\.pick)).count == match.pairs.count)
        }
    }

    /// Forty-five samples of one value: the study's rule picks 0.22 s early, the honest one in the middle.
    @Test func aPlateauIsPickedInItsMiddle() throws {
        let curve = ProbabilityCurve((0..<200).map { (80..<125).contains($0) ? 1 : 0 })
        let pick = try #require(PickRule.peaks.picks(curve, threshold: 0.5)?.first)
        #expect(pick.sample == 102 && pick.plateau == 45 && pick.isFlat)
        #expect(EQTRule.peaks(curve, threshold: 0.5).map(\.sample) == [80])
        let even = ProbabilityCurve([0, 1, 1, 0])
        #expect(PickRule.peaks.picks(even, threshold: 0.5)?.map(\.sample) == [1.5])
    }

    /// A shelf on the way up is no peak, and neither is an end of the curve nor what is not a number.
    @Test func whatIsNoPeak() {
        for values: [Float] in [[0, 0.5, 0.5, 0.9], [1, 1, 1], [0.9, 0.5], [0, .nan, 0.9, .nan, 0], []] {
            #expect(PickRule.peaks.picks(ProbabilityCurve(values), threshold: 0.1)?.isEmpty == true, "\(values)")
        }
    }

    /// A detection in two pieces, with P in the first and S in the second: the study's rule tells the first piece only.
    @Test func aSplitDetectionDropsWhatFollows() throws {
        func curve(_ peaks: [Int], flat: [Range<Int>] = []) -> ProbabilityCurve {
            ProbabilityCurve(
                (0..<400).map { index in
                    peaks.contains(index) ? 0.9 : flat.contains { $0.contains(index) } ? 0.8 : 0.01
                })
        }
        var reading = PickReading(
            thresholds: RuleThresholds(.init(detection: 0.5, phases: [.init("P", 0.3), .init("S", 0.3)])))
        reading.detection = "d"
        reading.add(.P, output: "p", channel: 0)
        reading.add(.S, output: "s", channel: 0)
        let curves = PickReading.Curves(
            detection: curve([], flat: [95..<150, 180..<350]), phases: [(.P, curve([100])), (.S, curve([200]))],
            rate: 100, step: 1)
        #expect(reading.picks(.P, .eqt, in: curves).map(\.sample) == [100])
        #expect(reading.picks(.S, .eqt, in: curves).isEmpty)
        #expect(reading.picks(.S, .peaks, in: curves).map(\.sample) == [200])
    }
}
