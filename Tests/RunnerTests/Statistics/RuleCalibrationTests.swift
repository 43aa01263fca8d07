import Foundation
import Kernels
import Testing

@testable import Runner

/// How often verdicts are false where two networks find the same arrivals equally well, and only the shape of their
/// curves differs: detections in two pieces, flat tops. A rule that reads such shapes as skill claims a difference.
@Suite struct RuleCalibrationTests {
    /// Curves of one network around a P and an S.
    struct Shape: Sendable {
        /// The share of traces whose detection falls apart between P and S.
        var split = 0.0
        /// The share of traces whose S saturates: so many samples hold one value, with the arrival in their middle.
        var saturated = 0.0
    }

    struct World: CustomStringConvertible, Sendable {
        var description: String
        var other: Shape
        /// Seconds.
        var tolerance: Double
    }
    static let worlds = [
        World(description: "like curves", other: Shape(), tolerance: 0.5),
        World(description: "split detections", other: Shape(split: 0.3), tolerance: 0.5),
        World(description: "plateaus", other: Shape(saturated: 0.5), tolerance: 0.1),
    ]
    static let trials = 100
    private let events = 60
    private let rate = 100.0
    private let thresholds = PickThresholds(detection: 0.3, phases: [.init("P", 0.3), .init("S", 0.3)])

    /// The S of a trace as a rule reads it, in samples; the arrival lies at 200.
    private func s(_ rule: PickRule, isFound: Bool, isSplit: Bool, isFlat: Bool) -> Double? {
        let length = 320
        func bump(_ center: Int, _ height: Float, flat: Int = 0) -> ProbabilityCurve {
            ProbabilityCurve((0..<length).map { max(0, height - 0.05 * Float(max(0, abs($0 - center) - flat))) })
        }
        let curve = bump(200, isFound ? 0.9 : 0.2, flat: isFlat ? 20 : 0)
        guard rule == .eqt else {
            return rule.picks(curve, threshold: 0.3)?.max { $0.probability < $1.probability }?.sample
        }
        let gap = isSplit ? 140..<160 : 0..<0
        let detection = ProbabilityCurve((0..<length).map { (55..<280).contains($0) && !gap.contains($0) ? 0.9 : 0 })
        return EQTRule(thresholds, rate: rate).events(detection: detection, p: bump(60, 0.9), s: curve).first?.s?.sample
    }

    private func run(_ rule: PickRule, _ shape: Shape, _ random: CounterRandom, _ lacks: [Double]) -> [Double?] {
        let luck = 0.15 * random.normal(0)
        return lacks.indices.map { event in
            let isFound = 0.8 + luck + lacks[event] + 0.5 * random.normal(event + 1) > 0
            return s(
                rule, isFound: isFound, isSplit: random.uniformDouble(event + 1000) < shape.split,
                isFlat: random.uniformDouble(event + 2000) < shape.saturated)
        }
    }

    private func claims(_ rule: PickRule, _ world: World, trials: Int = Self.trials) throws -> Double {
        let names = (0..<events).map { "e\($0)" }
        let test = TestEvents(names: names, isEvent: nil)
        var claims = 0.0
        for trial in 0..<trials {
            let lacks = (0..<events).map { CounterRandom(seed: 21, stream: UInt64(trial)).normal($0) }
            let results = [Shape(), world.other].enumerated().map { network, shape in
                (0..<3).map { seed in
                    let random = CounterRandom(seed: 22, stream: UInt64((trial * 2 + network) * 3 + seed))
                    let picks = run(rule, shape, random, lacks)
                    let hits = picks.map { $0.map { abs($0 - 200) <= world.tolerance * rate ? 1.0 : 0 } ?? 0 }
                    let wrong = zip(picks, hits).map { $0 != nil && $1 == 0 ? 1.0 : 0 }
                    let measurement = Runner.Measurement.sums(terms: [hits, wrong, hits.map { 1 - $0 }]) {
                        F1Score.value(hits: $0[0], false: $0[1], missed: $0[2])
                    }
                    return EventEffect(test, of: []).result(of: measurement, traces: events)
                }
            }
            let difference = try #require(PairedDifference(reference: results[0], other: results[1]))
            if abs(difference.mean) > difference.error.halfWidth(confidence: 0.95) { claims += 1 }
        }
        return claims / Double(trials)
    }

    /// The table of docs/comparing.md: scripts/calibration.sh writes it.
    @Test(.enabled(if: ProcessInfo.processInfo.environment["STRATA_CALIBRATION"] != nil))
    func table() throws {
        var lines = ["| S F1, equally good networks | peaks | eqt |", "| --- | --- | --- |"]
        for world in Self.worlds {
            let shares = try [PickRule.peaks, .eqt].map { String(format: "%.3f", try claims($0, world, trials: 500)) }
            lines.append("| \(world) | " + shares.joined(separator: " | ") + " |")
        }
        let path = (ProcessInfo.processInfo.environment["STRATA_CALIBRATION"] ?? "") + ".rules"
        try (lines.joined(separator: "\n") + "\n").write(toFile: path, atomically: true, encoding: .utf8)
    }

    @Test(arguments: worlds)
    func theHonestRuleDoesNotJudgeShapes(world: World) throws {
        let share = try claims(.peaks, world)
        #expect(share <= 0.05 + 2.5 * (0.05 * 0.95 / Double(Self.trials)).squareRoot(), "\(share)")
    }

    /// The study's rule is as good where curves are alike, and claims what is not so where they are not.
    @Test(arguments: worlds)
    func theStudysRuleDoes(world: World) throws {
        let share = try claims(.eqt, world)
        if world.other.split == 0, world.other.saturated == 0 { #expect(share <= 0.11) } else { #expect(share > 0.5) }
    }
}
