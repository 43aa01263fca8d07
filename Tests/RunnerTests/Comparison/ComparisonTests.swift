import Foundation
import GraphIR
import Seismic
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

    /// A network without some output is judged by the rest; the same name for another number is refused, and so are
    /// runs that have no metric in common.
    @Test func onlyWhatAllHaveIsJudged() throws {
        func contender(_ recipe: MadeUpRuns.Recipe, _ metrics: [String: String], without columns: String = "-")
            -> Contender
        {
            var contender = runs.contender(recipe)
            for index in contender.runs.indices {
                contender.runs[index].test = [
                    "split": "test",
                    "metrics": .array(
                        metrics.sorted { $0.key < $1.key }.map {
                            ["name": .string($0.key), "definition": .string($0.value)]
                        }),
                ]
                let kept = contender.runs[index].predictions.columns.filter { !$0.name.hasPrefix(columns) }
                contender.runs[index].predictions = Predictions(kept)
            }
            return contender
        }
        var request = Comparison.Request()
        request.replicates = 200
        let whole = contender(first, ["p_f1_0.5s": "1", "detection_f1": "2"])
        let fewer = contender(keen, ["p_f1_0.5s": "1"], without: "detect")
        for order in [[whole, fewer], [fewer, whole]] {
            let comparison = try Comparison(order, request: request)
            #expect(comparison.judged.contains { $0.use.name == "p_f1_0.5s" })
            #expect(!comparison.judged.contains { $0.use.name.hasPrefix("detection") })
            #expect(comparison.differences.contains { $0.description.hasPrefix("metrics: ") && !$0.isSerious })
        }
        for other in [["p_f1_0.5s": "another"], ["top1": "1"]] {
            let error = #expect(throws: RunError.self) {
                try Comparison([whole, contender(keen, other)], request: request)
            }
            #expect(error?.message.contains("definitions of metrics") == true)
        }
    }

    /// Two networks that pick nothing are not shown to be alike: there is nothing to compare.
    @Test func silenceIsNoEquivalence() throws {
        func silent(_ recipe: MadeUpRuns.Recipe) -> Contender {
            var contender = runs.contender(recipe)
            for index in contender.runs.indices {
                let columns = contender.runs[index].predictions.columns.map { column in
                    guard column.name.hasPrefix("P_peaks"), case .lists(let lists) = column.values else {
                        return column
                    }
                    return Predictions.Column(column.name, .lists(lists.map { _ in [] }))
                }
                contender.runs[index].predictions = Predictions(columns)
            }
            return contender
        }
        var request = Comparison.Request()
        request.replicates = 200
        let comparison = try Comparison([silent(first), silent(keen)], request: request)
        let judged = comparison.judged.filter { $0.use.phase(in: comparison.reference.runs[0].predictions) == "P" }
        #expect(!judged.isEmpty)
        for metric in judged {
            guard let judgement = metric.results[1].judgement else { continue }
            #expect(judgement.verdict == .undecided && judgement.outlook == .picks, "\(metric.use.name)")
            #expect(judgement.sentence.contains("neither network picked anything"))
        }
        #expect(comparison.silences.contains { $0.hasPrefix("no network picked any P") })
        #expect(try Comparison([runs.contender(first), silent(keen)], request: request).silences.isEmpty)
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
        let deviations = [Double](repeating: 0, count: 100)
        return PairedDifference(
            reference: values.map { _ in SeedResult(value: 0, deviations: deviations, events: 100) },
            other: values.map { SeedResult(value: $0, deviations: deviations, events: 100) })
    }

    @Test func agreementEverywhereIsNotCertainty() throws {
        let perfect = (0..<3).map { _ in SeedResult(value: 1, deviations: [Double](repeating: 0, count: 20), events: 20)
        }
        let known = try #require(
            PairedDifference(reference: perfect, other: perfect, leastDataVariance: 4 / (20 * 20)))
        let judged = Judgement.all([.init(difference: known, isHigherBetter: true, margin: 0.005)])[0]
        #expect(judged.verdict == .undecided && judged.outlook == .events)
    }

    /// A network whose detections are split loses by the study's rule what its curves have: the verdict turns round, and
    /// the comparison says so.
    @Test func aVerdictThatHangsOnTheRuleIsSaid() throws {
        let split = MadeUpRuns.Recipe(name: "split", hash: "aaa", skill: 0.5, spread: 0.05, split: 0.95)
        let whole = MadeUpRuns.Recipe(name: "whole", hash: "bbb", skill: 0.75, spread: 0.05)
        let contenders = [split, whole].map { runs.contender($0, seeds: Array(0..<5)) }
        var request = Comparison.Request()
        request.replicates = 200
        let honest = try Comparison(contenders, request: request)
        let f1 = try #require(honest.judged.first { $0.use.name == "p_f1_0.5s" })
        #expect(f1.results[1].judgement?.verdict == .worse)
        #expect(!honest.judged.contains { $0.use.rule == .eqt || $0.use.rule == .trigger })
        let found = try #require(honest.dependences.first { $0.metric.use.name == "p_f1_0.5s" })
        #expect(found.turnsRound && found.others.first { $0.rule == .eqt }?.verdict == .better)
        let block = try #require(honest.otherRules.first { $0.rule == .eqt })
        let dropped = try #require(block.counted.first { $0.use.name == "p_dropped_eqt" })
        #expect(dropped.results[0].values.mean > 60 && dropped.results[1].values.mean == 0)
        let text = ComparisonTable(honest).text
        #expect(text.contains("turns round with the rule of reading picks") && text.contains("P dropped eqt"))
        #expect(text.contains("without verdicts (--rule eqt)"))
        let told = honest.json["reading"]?["verdicts_that_depend_on_it"]?.array ?? []
        #expect(told.contains { $0["metric"]?.string == "p_f1_0.5s" && $0["turns_round"]?.bool == true })

        request.rule = .eqt
        let study = try Comparison(contenders, request: request)
        let other = try #require(study.judged.first { $0.use.name == "p_f1_0.5s_eqt" })
        #expect(other.results[1].judgement?.verdict == .better)
        #expect(study.judged.count == honest.judged.count)
    }

    /// Who finds only the easy half has the smaller error of its own picks; of what both find there is no difference.
    @Test func errorsAreJudgedOnWhatBothMatched() throws {
        func contender(_ name: String, finds: (Int) -> Bool) -> Contender {
            var contender = runs.contender(.init(name: name, hash: name, skill: 1, spread: 0))
            for run in contender.runs.indices {
                let table = contender.runs[run].predictions
                let truth = table.numbers("p_arrival_sample") ?? []
                // Late by 2 to 20 samples, the same for everybody, and the more the harder the event.
                let picks = truth.enumerated().map { index, sample in
                    sample.isNaN || !finds(index) ? [] : [sample + 2 + Double((index / 2) % 10) * 2 + Double(run)]
                }
                contender.runs[run].predictions = Predictions(
                    table.columns.map { column in
                        column.name == "P_peaks"
                            ? .init("P_peaks", .lists(picks))
                            : column.name.hasPrefix("P_peaks_")
                                ? .init(column.name, .lists(picks.map { $0.map { _ in 1 } })) : column
                    })
            }
            return contender
        }
        var request = Comparison.Request()
        request.replicates = 200
        request.metrics = ["p_residual_mae_matched", "p_error_or_miss_0.5s"]
        let comparison = try Comparison(
            [contender("all") { _ in true }, contender("easy") { ($0 / 2) % 10 < 5 }], request: request)
        let matched = try #require(comparison.judged.first { $0.use.name == "p_residual_mae_matched" })
        #expect(matched.results[1].values.mean < matched.results[0].values.mean - 0.04)
        #expect(matched.results[1].judgement?.difference.mean == 0)
        #expect(matched.results[1].shared?.counts == [120, 120, 120])
        let words = ComparisonTable(comparison).text.split { $0.isWhitespace }.joined(separator: " ")
        #expect(words.contains("of 120 P arrivals that both matched"))
        let missed = try #require(comparison.judged.first { $0.use.name == "p_error_or_miss_0.5s" })
        #expect(missed.results[1].values.mean > missed.results[0].values.mean + 0.1)
    }

    /// Nobody reads a trace wholly right, and still one network finds what the other misses.
    @Test func tracesDifferByWhatWasFoundOnThem() throws {
        func contender(_ name: String, finds: Bool) -> Contender {
            var contender = runs.contender(.init(name: "same", hash: name, skill: 1, spread: 0), seeds: [0])
            contender.name = name
            let table = contender.runs[0].predictions
            let picks = (table.numbers("p_arrival_sample") ?? []).map { $0.isNaN || !finds ? [3] : [3, $0] }
            contender.runs[0].predictions = Predictions(
                table.columns.map { column in
                    guard column.name.hasPrefix("P_peaks") else { return column }
                    let isPlace = column.name == "P_peaks"
                    return .init(column.name, .lists(isPlace ? picks : picks.map { $0.map { _ in 1 } }))
                })
            return contender
        }
        let comparison = try Comparison([contender("finds", finds: true), contender("misses", finds: false)])
        let differing = comparison.differingTraces
        #expect(differing.count == 240 && differing.allSatisfy { $0.isEvent && $0.right == [0, 0] })
        #expect(differing.allSatisfy { abs($0.lead - 2) < 1e-9 })
        #expect(comparison.testSetInWords == "300 test traces: 240 of 120 earthquakes, 60 of noise")
    }

    @Test func whatStillImprovesIsSaid() throws {
        var late = runs.contender(keen)
        for index in late.runs.indices { late.runs[index].record.best = .init(epoch: runs.epochs, loss: 0.1) }
        let comparison = try compare([runs.contender(first), late])
        #expect(comparison.stillImproving.runs == 3 && comparison.stillImproving.of == 6)
        #expect(ComparisonTable(comparison).text.contains("still improving: in 3 of 6 runs"))
        late.runs[0].record.status = .interrupted
        #expect(ComparisonTable(try compare([runs.contender(first), late])).text.contains("UNFINISHED: keen, seed 0"))
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

    /// One network on two catalogues is no measure of noise.
    @Test func catalogueThatWasPickedAnewIsNamed() throws {
        let parts = DatasetFingerprint.Part.allCases
        var contenders = [runs.contender(first), runs.contender(first)]
        for index in contenders.indices {
            for run in contenders[index].runs.indices {
                contenders[index].runs[run].record.data.fingerprint = Dictionary(
                    uniqueKeysWithValues: parts.map { ($0, $0 == .arrivals ? "picks \(index)" : $0.rawValue) })
            }
        }
        let error = try #require(throws: RunError.self) { try compare(contenders) }
        #expect(error.message.contains("arrivals") && error.message.contains("'picks 1'"))
        #expect(!error.message.contains("samples:"))
    }

    /// Labels are how picks are learned, not how they are judged; classes are judged by their labels. One length in two
    /// spellings is no difference.
    @Test func labelsAreRefusedOnlyWhereTheyAreJudged() throws {
        func labelled(_ recipe: MadeUpRuns.Recipe, _ labels: String) -> Contender {
            var contender = runs.contender(recipe)
            for run in contender.runs.indices {
                contender.runs[run].record.settings.append(
                    .init(key: "learn.p", value: labels + " loss binary_cross_entropy() weight 1.0", origin: .file))
            }
            return contender
        }
        let short = labelled(first, "pick(phase: P, shape: gaussian, width: 0.2 s)")
        let wide = labelled(keen, "pick(phase: P, shape: gaussian, width: 400 ms)")
        let same = labelled(keen, "pick(phase: P, shape: gaussian, width: 200 ms)")
        #expect(try compare([short, same]).differences.isEmpty)
        let noted = try compare([short, wide]).differences
        #expect(noted.count == 1 && noted[0].isSerious == false)
        #expect(noted[0].description.contains("--set 'learn.p.from.width=0.2 s'"))
        #expect(noted[0].description.contains("picks are judged by arrivals"))
        let refused = Fairness.differences([short, wide], judgesLabels: true)
        #expect(refused.count == 1 && refused[0].isSerious && refused[0].description.contains("to make them the same"))
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
