import Foundation
import Testing

@testable import Runner

/// Whether the verdicts keep what they promise, in made-up worlds where the truth is known.
@Suite struct CalibrationTests {
    static let trials = 500

    /// Two and a half standard errors of a share near `share` among that many trials.
    static func tolerance(_ share: Double) -> Double { 2.5 * (share * (1 - share) / Double(trials)).squareRoot() }

    private func differences(_ world: MadeUpWorld, shift: Double) throws -> [PairedDifference] {
        try (0..<Self.trials).map { try #require(world.difference($0, shift: shift)) }
    }

    /// Between networks that are equally good, p falls below each level as often as the level says: never more often
    /// than chance among the trials allows, and not so much more seldom that differences would go unseen.
    @Test(arguments: MadeUpWorld.all)
    func withoutADifference(world: MadeUpWorld) throws {
        let differences = try differences(world, shift: 0)
        func share(below level: Double) -> Double {
            let claims = differences.filter { abs($0.mean) > $0.error.quantile(upperTail: level / 2) }
            return Double(claims.count) / Double(Self.trials)
        }
        for (level, least) in [(0.01, 0.0), (0.05, 0.02), (0.2, 0.15), (0.5, 0.44)] {
            let share = share(below: level)
            #expect(share <= level + Self.tolerance(level) && share >= least, "\(level): \(share)")
        }
    }

    /// The 95 % interval holds the known difference in 93 to 97 % of the trials, and a little more by chance.
    @Test(arguments: MadeUpWorld.all)
    func withADifference(world: MadeUpWorld) throws {
        let truth = world.truth(shift: MadeUpWorld.shift) - world.truth(shift: 0)
        let covered = try differences(world, shift: MadeUpWorld.shift).filter {
            $0.interval(confidence: 0.95).contains(truth)
        }
        let share = Double(covered.count) / Double(Self.trials)
        #expect(share >= 0.93 - 0.01 && share <= 0.97 + 0.01, "\(share)")
    }

    /// The table of docs/comparing.md: scripts/calibration.sh writes it.
    @Test(.enabled(if: ProcessInfo.processInfo.environment["STRATA_CALIBRATION"] != nil))
    func table() throws {
        var lines = [
            "| world | p < 0.05 | p < 0.2 | p < 0.5 | interval holds the truth | smallest detectable |",
            "| --- | --- | --- | --- | --- | --- |",
        ]
        for world in MadeUpWorld.all {
            let truth = world.truth(shift: MadeUpWorld.shift) - world.truth(shift: 0)
            var (before, after) = (Tally(), Tally())
            for number in 0..<Self.trials {
                for shift in [0, MadeUpWorld.shift] {
                    let (events, runs) = world.draw(number, shift: shift)
                    let former = FormerRule(events, runs)
                    before.add(former.mean, shift: shift, truth: truth, former.quantile)
                    guard let today = world.difference(number, shift: shift) else { continue }
                    after.add(today.mean, shift: shift, truth: truth, today.error.quantile)
                }
            }
            let cells = zip(before.cells, after.cells).map { "\($0) → \($1)" }
            lines.append("| \(world) | " + cells.joined(separator: " | ") + " |")
        }
        let path = ProcessInfo.processInfo.environment["STRATA_CALIBRATION"] ?? ""
        try (lines.joined(separator: "\n") + "\n").write(toFile: path, atomically: true, encoding: .utf8)
    }
}

/// How often a rule was right.
private struct Tally {
    static let levels = [0.05, 0.2, 0.5]
    var claims = [0.0, 0, 0]
    var covered = 0.0
    var nulls = 0.0
    var others = 0.0
    var detectable: [Double] = []

    mutating func add(_ mean: Double, shift: Double, truth: Double, _ quantile: (Double) -> Double) {
        if shift == 0 {
            nulls += 1
            for (place, level) in Self.levels.enumerated() where abs(mean) > quantile(level / 2) { claims[place] += 1 }
        } else {
            others += 1
            if abs(mean - truth) <= quantile(0.025) { covered += 1 }
            detectable.append(quantile(0.025) + quantile(0.2))
        }
    }

    var cells: [String] {
        let median = detectable.sorted()[detectable.count / 2]
        return claims.map { String(format: "%.3f", $0 / nulls) }
            + [String(format: "%.3f", covered / others), String(format: "%.3f", median)]
    }
}
