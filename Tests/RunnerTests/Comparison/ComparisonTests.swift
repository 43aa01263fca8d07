import Foundation
import GraphIR
import Testing

@testable import Runner

@Suite struct ComparisonTests {
    let runs = MadeUpRuns()
    let first = MadeUpRuns.Recipe(name: "first", hash: "aaa", skill: 0.75, spread: 0.3)
    let keen = MadeUpRuns.Recipe(name: "keen", hash: "bbb", skill: 0.95, spread: 0.05)
    let copy = MadeUpRuns.Recipe(name: "copy", hash: "aaa", skill: 0.75, spread: 0.3)

    private func compare(_ contenders: [Contender], _ change: (inout Comparison.Request) -> Void = { _ in }) throws
        -> Comparison
    {
        var request = Comparison.Request()
        request.replicates = 200
        change(&request)
        return try Comparison(contenders, request: request, registry: MadeUpRuns.metrics)
    }

    @Test func aClearDifferenceIsFound() throws {
        let seeds = Array(0..<5)
        let comparison = try compare([runs.contender(first, seeds: seeds), runs.contender(keen, seeds: seeds)])
        #expect(comparison.judged.map(\.use.name) == ["p_f1", "p_mae"])
        #expect(comparison.others.map(\.use.name) == ["traces"])
        for metric in comparison.judged {
            #expect(metric.results[0].judgement == nil)
            #expect(metric.results[1].judgement?.verdict == .better, "\(metric.use.name)")
            #expect(metric.best == [1])
        }
        let back = try compare([runs.contender(keen, seeds: seeds), runs.contender(first, seeds: seeds)])
        for metric in back.judged { #expect(metric.results[1].judgement?.verdict == .worse) }
    }

    @Test func oneGraphTwiceIsNoise() throws {
        let comparison = try compare([runs.contender(first), runs.contender(copy, seeds: [3, 4, 5])])
        #expect(comparison.twin(of: 1) == 0)
        #expect(comparison.twin(of: 0) == nil)
        for metric in comparison.judged {
            let judgement = try #require(metric.results[1].judgement)
            #expect(judgement.verdict == .same && judgement.difference.mean != 0)
        }
        #expect(ComparisonTable(comparison).text.contains("same as first"))
    }

    @Test func oneGraphTaughtAnotherWayIsJudged() throws {
        for key in ["learn.p", "augment", "train.optimizer", "train.epochs"] {
            var other = runs.contender(copy, seeds: [3, 4, 5])
            for index in other.runs.indices {
                other.runs[index].record.settings.append(.init(key: key, value: "another", origin: .file))
            }
            #expect(try compare([runs.contender(first), other]) { $0.allowsDifferent = true }.twin(of: 1) == nil)
        }
    }

    @Test func oneSeedSettlesNothing() throws {
        let comparison = try compare([runs.contender(first, seeds: [0]), runs.contender(keen, seeds: [0])])
        for metric in comparison.judged {
            #expect(metric.results[1].judgement?.verdict == .undecided)
            #expect(metric.results[1].judgement?.p.isNaN == true)
        }
        #expect(ComparisonTable(comparison).text.contains("can't tell"))
    }

    @Test func aWideMarginMakesEquals() throws {
        let twin = MadeUpRuns.Recipe(name: "fellow", hash: "ccc", skill: 0.75, spread: 0.3)
        let comparison = try compare([runs.contender(first), runs.contender(twin)]) {
            $0.margins = [("p_f1", 0.5), ("s", 0.5)]
        }
        for metric in comparison.judged { #expect(metric.results[1].judgement?.verdict == .equivalent) }
        let strict = try compare([runs.contender(first), runs.contender(twin)]) { $0.margins = [("p_f1", 0)] }
        #expect(strict.judged[0].results[1].judgement?.verdict == .undecided)
        #expect(strict.judged[0].results[1].judgement?.outlook != nil)
    }

    /// With twice the seeds that the outlook asks for, the same difference is settled.
    @Test func theOutlookKeepsItsWord() throws {
        let rules = VerdictRules()
        let difference = try #require(made(mean: 0.02, deviation: 0.02, seeds: 3))
        let judged = Judgement.all([.init(difference: difference, isHigherBetter: true, margin: 0.001)])[0]
        guard case .seeds(let more)? = judged.outlook else {
            Issue.record("\(String(describing: judged.outlook))")
            return
        }
        #expect(more > 3 && more < 30)
        let later = try #require(made(mean: 0.02, deviation: 0.02, seeds: 3 + more))
        let settled = Judgement.all([.init(difference: later, isHigherBetter: true, margin: 0.001)])[0]
        #expect(settled.verdict == .better && settled.detectable <= 0.0201)
        #expect(rules.level == 0.05)
    }

    /// Alternating values of this mean and deviation, and a test set without error.
    private func made(mean: Double, deviation: Double, seeds: Int) -> PairedDifference? {
        var values = (0..<seeds).map { $0 % 2 == 0 ? 1.0 : -1 }
        let sample = Sample(values)
        values = values.map { mean + deviation * ($0 - sample.mean) / sample.deviation }
        let resampled = [Double](repeating: 0, count: 100)
        return PairedDifference(
            reference: values.map { _ in SeedResult(value: 0, resampled: resampled) },
            other: values.map { SeedResult(value: $0, resampled: resampled) })
    }

    @Test func agreementEverywhereIsNotCertainty() throws {
        let resampled = [Double](repeating: 1, count: 100)
        let perfect = (0..<3).map { _ in SeedResult(value: 1, resampled: resampled) }
        let known = try #require(PairedDifference(reference: perfect, other: perfect, leastDataVariance: 4 / (20 * 20)))
        let judged = Judgement.all([.init(difference: known, isHigherBetter: true, margin: 0.005)])[0]
        #expect(judged.verdict == .undecided && judged.outlook == .events)
    }

    @Test func unlikeRunsAreRefused() throws {
        var other = runs.contender(keen)
        other.runs[1].record.data.hash = "another"
        other.runs[2].record.settings[0].value = "demean"
        let contenders = [runs.contender(first), other]
        let error = try #require(throws: RunError.self) { try compare(contenders) }
        #expect(error.message.contains("data: '0123456789ab' in 5 runs, 'another' in keen seed 1"))
        #expect(error.message.contains("preparation (prepare)"))
        let allowed = try compare(contenders) { $0.allowsDifferent = true }
        #expect(allowed.differences.filter(\.isSerious).count == 2)
        #expect(ComparisonTable(allowed).text.contains("WARNING, not comparable"))
    }

    @Test func unknownMetricsAreNamed() throws {
        let contenders = [runs.contender(first), runs.contender(keen)]
        let error = try #require(throws: RunError.self) { try compare(contenders) { $0.metrics = ["p_f2"] } }
        #expect(error.help == "did you mean 'p_f1'?")
        #expect(throws: RunError.self) { try compare(contenders) { $0.margins = [("p_fl", 1)] } }
        #expect(throws: RunError.self) { try compare(contenders) { $0.metrics = ["traces"] } }
    }

    @Test func seedsStandInPairs() {
        #expect(pairing([0, 1, 2], [2, 0, 1]).map(\.other) == [1, 2, 0])
        #expect(pairing([0, 1, 2], [5, 6, 7]).map(\.other) == [0, 1, 2])
        #expect(pairing([0, 1, 2, 3], [1, 3]).map(\.reference) == [1, 3])
        #expect(pairing([0], [0, 1]).count == 1)
    }
}
