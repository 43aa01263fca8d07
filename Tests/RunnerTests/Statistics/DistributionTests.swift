import Foundation
import GraphIR
import Testing

@testable import Runner

/// Distributions against the values that SciPy gives (Fixtures/Statistics/distributions.py).
@Suite struct DistributionTests {
    let fixture: JSON

    init() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let file = folder.appendingPathComponent("Fixtures/Statistics/distributions.json")
        fixture = try JSON(parsing: Array(Data(contentsOf: file)))
    }

    private func rows(_ key: String) throws -> [[Double]] {
        let rows = try #require(fixture[key]?.array).compactMap { $0.array?.compactMap(\.double) }
        #expect(rows.count > 5)
        return rows
    }

    @Test func tailsOfStudentsT() throws {
        for row in try rows("student_tail") {
            let tail = StudentT.tail(above: row[0], freedom: row[1])
            #expect(abs(tail / row[2] - 1) < 1e-11, "t \(row[0]), \(row[1]) degrees: \(tail), not \(row[2])")
        }
    }

    @Test func quantilesOfStudentsT() throws {
        for row in try rows("student_quantile") {
            let quantile = StudentT.quantile(upperTail: row[0], freedom: row[1])
            #expect(abs(quantile / row[2] - 1) < 1e-9, "\(row[0]), \(row[1]) degrees: \(quantile), not \(row[2])")
        }
        let ends = [0.975, 0.025].map { StudentT.quantile(upperTail: $0, freedom: 2) }
        #expect(abs(ends[0] + ends[1]) < 1e-10)
    }

    @Test func tailsOfTheNormal() throws {
        for row in try rows("normal_tail") {
            #expect(abs(Normal.tail(above: row[0]) / row[1] - 1) < 1e-12)
            if row[0] > 0 { #expect(abs(Normal.quantile(upperTail: row[1]) / row[0] - 1) < 1e-11) }
        }
    }

    @Test func incompleteBetaFunction() throws {
        for row in try rows("incomplete_beta") {
            let value = incompleteBeta(row[0], row[1], row[2])
            #expect(abs(value / row[3] - 1) < 1e-10, "I_\(row[0])(\(row[1]), \(row[2])): \(value), not \(row[3])")
        }
    }

    @Test func tailsOfBehrensAndFisher() throws {
        for row in try rows("two_part_tail") {
            let error = FormerRule(mean: 0, seeds: row[1], freedom: Int(row[2]), data: row[3])
            #expect(abs(error.tail(above: row[0]) / row[4] - 1) < 1e-7, "\(row): \(error.tail(above: row[0]))")
            let back = error.quantile(upperTail: row[4])
            #expect(abs(back / row[0] - 1) < 1e-7)
        }
    }

    @Test func oneOfTheTwoPartsAlone() {
        let seeds = TwoPartError(seeds: 4, freedom: 2, data: 0)
        #expect(abs(seeds.halfWidth(confidence: 0.95) - 2 * 4.302652729911275) < 1e-8)
        let data = TwoPartError(seeds: 0, freedom: 2, data: 9)
        #expect(abs(data.halfWidth(confidence: 0.95) - 3 * 1.959963984540054) < 1e-8)
        let few = TwoPartError(seeds: 0, freedom: 2, data: 9, dataFreedom: 4)
        #expect(abs(few.halfWidth(confidence: 0.95) - 3 * 2.7764451051977987) < 1e-8)
    }

    @Test func meanAndIntervalOfThreeSeeds() {
        let sample = Sample([0.90, 0.93, 0.96])
        #expect(abs(sample.mean - 0.93) < 1e-15)
        #expect(abs(sample.deviation - 0.03) < 1e-15)
        // scipy.stats.t.interval(0.95, 2, loc=0.93, scale=0.03/sqrt(3))
        #expect(abs(sample.halfWidth(confidence: 0.95) - 0.07452413135250995) < 1e-12)
        #expect(Sample([0.9]).halfWidth(confidence: 0.95).isNaN)
    }

    /// statsmodels.stats.multitest.multipletests(p, method='holm') gives these.
    @Test func holmsCorrection() {
        let adjusted = holm([0.01, 0.04, 0.03, 0.005])
        for (value, expected) in zip(adjusted, [0.03, 0.06, 0.06, 0.02]) { #expect(abs(value - expected) < 1e-15) }
        #expect(holm([0.9, 0.8]) == [1, 1])
        let factors = holmFactors([0.01, 0.04, 0.03, 0.005])
        for (factor, expected) in zip(factors, [3, 1.5, 2, 4]) { #expect(abs(factor - expected) < 1e-12) }
        #expect(holmFactors([0, 0, 0.5]) == [3, 2, 1])
        let gap = holm([0.01, .nan, 0.02])
        #expect(gap[0] == 0.03 && gap[1].isNaN && gap[2] == 0.04)
    }
}
