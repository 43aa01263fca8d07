import Compiler
import Files
import Foundation
import GraphIR
import Testing

@testable import Runner

/// A result belongs to the weights, the data and the rules that it was made with.
@Suite struct ResultTests {
    private func request(_ run: String) -> EvaluationRequest {
        var request = EvaluationRequest(folder: RunFolder(run))
        request.threads = 1
        return request
    }

    @Test func aResultOfOtherWeightsIsMadeAnew() throws {
        let scratch = try Scratch()
        let run = scratch.path + "/run"
        let folder = RunFolder(run)
        let short = [("train.epochs", "1")]
        let first = try ToyStudy.train(run, settings: short)
        #expect(folder.staleness(first.record) == ["it is not evaluated"])
        let before = try evaluate(request(run), record: first.record, file: ToyStudy.file(short), dataset: ToyData())
        #expect(folder.staleness(first.record).isEmpty && before.notes.isEmpty)
        // It holds: nothing is computed again.
        let written = try FileManager.default.attributesOfItem(atPath: folder.testPath)[.modificationDate] as? Date
        let same = try evaluate(request(run), record: first.record, file: ToyStudy.file(short), dataset: ToyData())
        #expect(same.predictions.csv == before.predictions.csv)
        #expect(
            try FileManager.default.attributesOfItem(atPath: folder.testPath)[.modificationDate] as? Date == written)

        let long = [("train.epochs", "8")]
        let later = try ToyStudy.train(run, settings: long, change: { $0.resumes = true })
        #expect(folder.staleness(later.record) == ["the weights are others"])
        let after = try evaluate(request(run), record: later.record, file: ToyStudy.file(long), dataset: ToyData())
        #expect(after.notes.contains { $0.contains("no longer held") && $0.contains("weights") })
        #expect(after.predictions.csv != before.predictions.csv && folder.staleness(later.record).isEmpty)
    }

    /// Rules that changed, and results from before results said what they were made from.
    @Test func aResultByOtherRulesDoesNotHold() throws {
        let scratch = try Scratch()
        let run = scratch.path + "/run"
        let result = try ToyStudy.train(run)
        _ = try evaluate(request(run), record: result.record, file: ToyStudy.file(), dataset: ToyData())
        let folder = RunFolder(run)
        let text = try String(contentsOfFile: folder.testPath, encoding: .utf8)
        try text.replacingOccurrences(of: JudgingRules.hash, with: "older").write(
            toFile: folder.testPath, atomically: true, encoding: .utf8)
        #expect(folder.staleness(result.record) == ["the rules of judging are others"])
        try text.replacingOccurrences(of: "basis", with: "bases").write(
            toFile: folder.testPath, atomically: true, encoding: .utf8)
        #expect(folder.staleness(result.record) == ["its result is of an older version of Strata"])
        let anew = try evaluate(request(run), record: result.record, file: ToyStudy.file(), dataset: ToyData())
        #expect(anew.notes.contains { $0.contains("made anew") } && folder.staleness(result.record).isEmpty)
    }

    /// Somebody's metric comes later: the result has it from then on, and another text of it is another number. Who
    /// asks without it is content with what is there.
    @Test func aMetricThatCameLaterIsJudged() throws {
        let scratch = try Scratch()
        let run = scratch.path + "/run"
        let result = try ToyStudy.train(run)
        func judge(_ hash: String?) throws -> Evaluation {
            var registry = Registry.builtIn
            if let hash { try registry.add(Loudness.self, from: "loudness.swift", sha256: hash) }
            return try evaluate(
                request(run), record: result.record, file: ToyStudy.file(registry: registry), dataset: ToyData())
        }
        func has(_ evaluation: Evaluation) -> Bool { evaluation.values.contains { $0.use.name == "loudness" } }
        #expect(try !has(judge(nil)))
        let first = try judge("a")
        #expect(first.notes.contains { $0.contains("the metric loudness is new") } && has(first))
        #expect(first.highlights.contains { $0.use.name == "loudness" })
        let written = try String(contentsOfFile: RunFolder(run).testPath, encoding: .utf8)
        #expect(written.contains("\"loudness\""))
        #expect(try judge("a").notes.isEmpty && judge(nil).notes.isEmpty)
        #expect(try String(contentsOfFile: RunFolder(run).testPath, encoding: .utf8) == written)
        #expect(try judge("b").notes.contains { $0.contains("the metric loudness is another one") })
        #expect(RunFolder(run).staleness(result.record).isEmpty)
    }

    /// A stranger's activation may stand in an argument alone.
    @Test func whatAnArgumentNamesIsUsed() throws {
        let text = "network A {\n    input x: [3, 20]\n    output y = x -> conv(2, 3, activation: gelu)\n}"
        #expect(try #require(compile(text: text).network).uses.contains("layer gelu"))
    }

    struct Loudness: Metric {
        static let signature = Signature(.metric, "loudness", "The mean signal to noise ratio.", example: "loudness")
        static let group = MetricGroup.picks
        var isHeadline: Bool { true }
        init(_ arguments: Arguments) {}
        func measure(_ predictions: Predictions) -> Runner.Measurement? {
            guard let values = predictions.numbers("snr_db") else { return nil }
            return .sums(terms: [values, values.map { _ in 1 }]) { $0[0] / $0[1] }
        }
    }

    @Test func resultsOfOtherDataLieBeside() throws {
        let scratch = try Scratch()
        let run = scratch.path + "/run"
        let result = try ToyStudy.train(run)
        let own = try evaluate(request(run), record: result.record, file: ToyStudy.file(), dataset: ToyData())
        var other = request(run)
        other.data = "other"
        let beside = try evaluate(
            other, record: result.record, file: ToyStudy.file(), dataset: ToyData(count: 60, path: "some/other"))
        let name = try #require(beside.place.name)
        #expect(name.hasPrefix("other-") && name.count == "other-".count + 8)
        #expect(RunFolder(run).evaluations == [name])
        #expect(try RunFolder(run).result.predictions().csv == own.predictions.csv)
        #expect(beside.predictions.count == 12)
        var dev = request(run)
        dev.split = .dev
        #expect(try evaluate(dev, record: result.record, file: ToyStudy.file(), dataset: ToyData()).place.name == "dev")
        #expect(RunFolder(run).evaluations == ["dev", name].sorted())
    }

    @Test func anUnfinishedRunIsMarked() throws {
        let scratch = try Scratch()
        let run = scratch.path + "/run"
        var epochs = 0
        let stopped = try ToyStudy.train(
            run, hear: { if case .epoch = $0 { epochs += 1 } }, isStopped: { epochs >= 1 })
        #expect(stopped.record.unfinished == "interrupted after 1 epoch")
        let judged = try evaluate(request(run), record: stopped.record, file: ToyStudy.file(), dataset: ToyData())
        #expect(judged.notes.contains { $0.hasPrefix("UNFINISHED") })
        #expect(judged.json["run"]?["status"]?.string == "interrupted")
    }

    /// The network asks for dropout always: judging is without it, whatever the batch, and says so; passes have random
    /// numbers that belong to the trace.
    @Test func judgingIsWithoutDropout() throws {
        let scratch = try Scratch()
        let run = scratch.path + "/run"
        let text = ToyStudy.text.replacing("dropout(0.1)", with: "dropout(0.5, always: true)")
        let result = try ToyStudy.train(run, text: text)
        let file = try ToyStudy.file(text: text)
        func judge(batch: Int, passes: Int = 0) throws -> Evaluation {
            var request = request(run)
            request.batch = batch
            request.passes = passes
            request.overwrites = true
            return try evaluate(request, record: result.record, file: file, dataset: ToyData())
        }
        let whole = try judge(batch: 8)
        #expect(try judge(batch: 3).predictions.csv == whole.predictions.csv)
        #expect(whole.json["dropout"]?.string == "off, though the network asks for it always")
        let quiet = text.replacing("always: true", with: "always: false")
        // The same numbers as those of a network that has no dropout at rest.
        let best = request(run).folder.bestWeightsPath
        var weights = try readWeights(best)
        let meaning = try ToyStudy.file(text: quiet).network.graph.meaningHash()
        weights.metadata = weights.metadata.map { ($0.key, $0.key == WeightNote.hash ? meaning : $0.value) }
        let own = try readWeights(best).bytes
        try AtomicFile(best).write(weights.bytes)
        let plain = try evaluate(
            {
                var request = request(run); request.overwrites = true; return request
            }(), record: result.record,
            file: ToyStudy.file(text: quiet), dataset: ToyData())
        #expect(plain.predictions.csv == whole.predictions.csv)
        try AtomicFile(best).write(own)

        let passes = try judge(batch: 8, passes: 3)
        #expect(try judge(batch: 3, passes: 3).predictions.csv == passes.predictions.csv)
        #expect(passes.predictions.csv != whole.predictions.csv)
        #expect(passes.json["dropout"]?.string?.hasPrefix("on in 3 passes") == true)
    }
}
