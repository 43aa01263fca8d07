import Files
import Foundation
import GraphIR
import Testing

@testable import Runner

/// A run that an older Strata left: what it is can still be read, judged, compared and built on. What its record does
/// not say is said not to be known, and never taken as equal.
@Suite struct FirstPhaseTests {
    /// A copy of the run, and the network that it recorded.
    private func old(in folder: String) throws -> (run: RunFolder, record: RunRecord, file: NetworkFile) {
        let run = RunFolder(folder + "/old")
        try FileManager.default.copyItem(atPath: Fixture.path("first_phase/run"), toPath: run.path)
        let record = try run.record()
        return (run, record, try NetworkFile(record, of: run))
    }

    private func train(_ folder: String, like record: RunRecord, _ file: NetworkFile, resumes: Bool = false) throws
        -> TrainingResult
    {
        var request = TrainingRequest(
            architecture: record.architecture, data: record.data.path, folder: RunFolder(folder))
        request.seed = record.seed
        request.resumes = resumes
        var watcher = NoWatcher()
        return try Runner.train(request, file: file, watcher: &watcher)
    }

    @Test func itsRecordIsRead() throws {
        let scratch = try Scratch()
        let (run, record, file) = try old(in: scratch.path)
        #expect(record.status == .done && record.epochs == 2 && record.best?.epoch == 2)
        #expect(file.network.graph.trainableCount == record.parameters)
        #expect(try run.history().rows.count == 2)
        #expect(try run.result.predictions().count == 17)
    }

    @Test func itIsJudgedAgain() throws {
        let scratch = try Scratch()
        let (run, record, file) = try old(in: scratch.path)
        var request = EvaluationRequest(folder: run)
        request.overwrites = true
        let evaluation = try evaluate(request, record: record, file: file)
        #expect(evaluation.predictions.count > 0)
        #expect(try run.result.test()["network"]?.string == "First")
    }

    @Test func itIsComparedWithOneOfToday() throws {
        let scratch = try Scratch()
        let (run, record, file) = try old(in: scratch.path)
        var request = EvaluationRequest(folder: run)
        request.overwrites = true
        _ = try evaluate(request, record: record, file: file)
        let today = RunFolder(scratch.path + "/today")
        let result = try train(today.path, like: record, file)
        _ = try evaluate(EvaluationRequest(folder: today), record: result.record, file: file)
        let contenders = try [run, today].map { folder in
            Contender(name: folder.name, file: file, runs: [try Contender.Run(reading: folder)])
        }
        var comparison = Comparison.Request()
        comparison.allowsDifferent = true
        #expect(try Comparison(contenders, request: comparison).contenders.count == 2)
    }

    @Test func anotherTrainingBeginsWithItsWeights() throws {
        let scratch = try Scratch()
        let (run, record, _) = try old(in: scratch.path)
        var heir = record
        heir.settle("train.weights", to: "\"\(run.path)\"")
        heir.settle("train.epochs", to: "1")
        let file = try NetworkFile(heir, of: run)
        #expect(try train(scratch.path + "/heir", like: record, file).history.rows.count == 1)
    }

    /// It goes on, or one line says why not.
    @Test func itGoesOnOrSaysWhyNot() throws {
        let scratch = try Scratch()
        let (run, record, _) = try old(in: scratch.path)
        var longer = record
        longer.settle("train.epochs", to: "3")
        let file = try NetworkFile(longer, of: run)
        do {
            let result = try train(run.path, like: record, file, resumes: true)
            #expect(result.history.rows.count == 3)
        } catch let error as RunError {
            #expect(error.cause == .refused && !error.message.contains("\n"))
            #expect(error.message.hasPrefix("\(run.path) cannot be resumed: its "), "\(error.message)")
        }
    }

    /// What travels with the weights is looked at before it is used: thresholds are shares, and the network is the run's.
    @Test(arguments: [
        ("thresholds", #"{"detection": 7, "P": 0.5, "S": 0.5}"#), ("thresholds", #"{"detection": 0.2, "P": "x"}"#),
        ("thresholds", "[0.1]"), ("graph_hash", String(repeating: "a", count: 64)),
    ]) func whatTravelsWithWeightsIsChecked(note: String, value: String) throws {
        let scratch = try Scratch()
        let (run, record, file) = try old(in: scratch.path)
        var weights = try readWeights(run.bestWeightsPath)
        weights.metadata = weights.metadata.map { ($0.key, $0.key == note ? value : $0.value) }
        try AtomicFile(run.bestWeightsPath).write(weights.bytes)
        var request = EvaluationRequest(folder: run)
        request.overwrites = true
        let error = #expect(throws: RunError.self) { try evaluate(request, record: record, file: file) }
        #expect(error?.cause == (note == "thresholds" ? .badData : .refused))
    }
}
