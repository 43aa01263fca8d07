import Files
import Foundation
import GraphIR
import Interpreter
import Layers
import Seismic
import Testing

@testable import Runner

@Suite struct TrainingTests {
    @Test func itLearnsOneBatchByHeart() throws {
        let request = ToyStudy.request("")
        let result = try probe(request, file: ToyStudy.file(), dataset: ToyData(), steps: 150)
        #expect(result.hasLearned && result.last < 0.2, "\(result.description)")
    }

    @Test func aRunSaysWhatItWas() throws {
        let scratch = try Scratch()
        let result = try ToyStudy.train(
            scratch.path + "/run", settings: [("train.batch", "6")], change: { $0.seed = 4 })
        let record = try RunFolder(scratch.path + "/run").record()
        #expect(record == result.record)
        #expect(record.status == .done && record.seed == 4 && record.epochs == 3 && record.parameters == 77)
        #expect(record.data.traces.map(\.count) == [24, 8, 8])
        let batch = try #require(record.settings.first { $0.key == "train.batch" })
        #expect(batch.value == "6" && batch.origin == .commandLine)
        #expect(record.settings.first { $0.key == "width" }?.origin == .standard)
        let again = try NetworkFile(record, of: RunFolder(scratch.path + "/run"))
        #expect(again.network.graph.nodes.count == (try ToyStudy.file()).network.graph.nodes.count)
        let weights = try readWeights(RunFolder(scratch.path + "/run").bestWeightsPath)
        #expect(weights.note(WeightNote.data) == record.data.hash)
        #expect(weights.note(WeightNote.thresholds)?.contains("\"P\"") == true)
        #expect(weights.note(WeightNote.preparation)?.contains("normalize") == true)
    }

    /// The network is there twice: the machine that learns, and the one that judges the dev split.
    @Test func whatIsAnnouncedHasTheMachineThatJudges() throws {
        let scratch = try Scratch()
        var notes: [String] = []
        let wide = [("train.batch", "20"), ("width", "128")]
        try ToyStudy.train(
            scratch.path + "/run", settings: wide + [("train.epochs", "1")], change: { $0.looksAhead = true },
            hear: { if case .note(let note) = $0 { notes.append(note) } })
        let graph = try ToyStudy.file(wide).network.graph
        let needs = try [Mode.training, .inference].map { mode in
            var options = PlanOptions(batch: 20, mode: mode, gradients: mode == .training ? .weights : .none)
            options.threads = 1
            return try Plan(graph, options: options).memory.total
        }
        let network = MemoryReport.text(needs[0] + needs[1])
        #expect(network != MemoryReport.text(needs[0]))
        #expect(notes.contains { $0.hasPrefix("memory ") && $0.contains("network \(network), ") }, "\(notes)")
    }

    /// Who was killed wrote last that it was running, before the first epoch.
    @Test func howFarAKilledRunCame() throws {
        let scratch = try Scratch()
        let folder = RunFolder(scratch.path + "/run")
        var record = try ToyStudy.train(folder.path).record
        (record.status, record.epochs) = (.running, 0)
        try AtomicFile(folder.recordPath).write(Array(record.json.text().utf8))
        #expect(try folder.record().epochs == 3)
        #expect(try folder.record().unfinished == "still running or killed, after 3 epochs")
    }

    @Test func itStopsWhenNothingImproves() throws {
        let scratch = try Scratch()
        // At a rate of zero every epoch is like the first: the wait is over after two more.
        let result = try ToyStudy.train(
            scratch.path + "/run",
            settings: [
                ("train.optimizer", "sgd(rate: 0.0)"), ("train.schedule", "constant"), ("train.stop_after", "2"),
                ("train.epochs", "50"), ("train.watch", "train"),
            ])
        #expect(result.history.rows.count < 50)
        let best = try #require(result.record.best)
        #expect(result.history.rows.count == best.epoch + 2)
    }

    /// Data without an arrival is no success: the run is refused before it begins.
    @Test func dataWithoutArrivalsIsRefused() throws {
        struct Silent: Dataset {
            let whole = ToyData()
            var count: Int { whole.count }
            var path: String { whole.path }
            var format: String { whole.format }
            var columns: [String] { whole.columns }
            func metadata(_ index: Int) -> TraceMetadata {
                TraceMetadata(["trace_name", "source_id", "split"].map { ($0, whole.metadata(index)[$0]) })
            }
            func rate(_ index: Int) -> Double? { whole.rate(index) }
            func components(_ index: Int) -> String? { whole.components(index) }
            func trace(_ index: Int) throws -> Trace { try whole.trace(index) }
        }
        let scratch = try Scratch()
        let error = try #require(throws: RunError.self) {
            try ToyStudy.train(scratch.path + "/run", data: Silent())
        }
        #expect(error.cause == .badData && error.message.contains("has a P arrival"))
        #expect(!RunFolder(scratch.path + "/run").exists)
    }

    @Test func theTrainingSetGrows() throws {
        let scratch = try Scratch()
        let result = try ToyStudy.train(
            scratch.path + "/run",
            settings: [("train.grow", "[25 %, 50 %, 100 %]"), ("train.grow_at", "[1, 2]"), ("train.batch", "1")])
        #expect(result.history["step"] == [6, 18, 42])
    }

    @Test func frozenLayersStayAndTakenWeightsCome() throws {
        let scratch = try Scratch()
        let first = scratch.path + "/first"
        try ToyStudy.train(first)
        let given = try readWeights(RunFolder(first).bestWeightsPath)
        try ToyStudy.train(
            scratch.path + "/second",
            settings: [
                ("train.weights", "\"\(first)\""), ("train.take", "[\"first\", \"norm\"]"),
                ("train.freeze", "[\"first\", \"norm\"]"),
            ], change: { $0.seed = 9 })
        let taken = try readWeights(RunFolder(scratch.path + "/second").lastWeightsPath)
        for name in ["first.weight", "first.bias", "norm.weight", "norm.running_mean", "norm.running_var"] {
            #expect(taken[name]?.values == given[name]?.values, "\(name)")
        }
        #expect(taken["last.weight"]?.values != given["last.weight"]?.values)
        #expect(throws: RunError.self) {
            try ToyStudy.train(scratch.path + "/third", settings: [("train.freeze", "[\"fisrt\"]")])
        }
        #expect(throws: RunError.self) {
            try ToyStudy.train(
                scratch.path + "/fourth", settings: [("train.weights", "\"\(first)\""), ("width", "5")])
        }
    }

    @Test func evaluationCanBeDoneAgainFromItsTable() throws {
        let scratch = try Scratch()
        let run = scratch.path + "/run"
        let settings = [("train.epochs", "12")]
        let result = try ToyStudy.train(run, settings: settings)
        var request = EvaluationRequest(folder: RunFolder(run))
        request.threads = 1
        let file = try ToyStudy.file(settings)
        let evaluation = try evaluate(request, record: result.record, file: file, dataset: ToyData())
        let names = evaluation.predictions.columns.map(\.name)
        #expect(Array(names.prefix(26)) == ToyStudy.columnsOfEQTransformer)
        let read = try RunFolder(run).result.predictions()
        #expect(read.count == 8)
        for (use, value) in evaluation.values {
            #expect(use.metric.measure(read)?.value(traces: read.count) == value, "\(use.name)")
        }
        func value(_ name: String) throws -> Double {
            try #require(evaluation.values.first { $0.use.name == name }?.value, "\(name)")
        }
        // The honest rule counts what the toy says of noise and beside its onsets; the study's tells one pick a trace.
        #expect(try value("p_f1_0.1s_eqt") > 0.7 && value("p_f1_0.1s") > 0.5)
        request.passes = 4
        // By other choices it would be another result in its place.
        #expect(throws: RunError.self) {
            try evaluate(request, record: result.record, file: file, dataset: ToyData())
        }
        request.overwrites = true
        let unsure = try evaluate(request, record: result.record, file: file, dataset: ToyData())
        let spreads = try #require(unsure.predictions.numbers("P_uncertainty")).filter { !$0.isNaN }
        #expect(!spreads.isEmpty && spreads.contains { $0 > 0 })
    }
}

extension ToyStudy {
    static let columnsOfEQTransformer = [
        "network_code", "ID", "earthquake_distance_km", "snr_db", "trace_name", "trace_category", "trace_start_time",
        "source_magnitude", "p_arrival_sample", "p_status", "p_weight", "s_arrival_sample", "s_status", "s_weight",
        "receiver_type", "number_of_detections", "detection_probability", "detection_uncertainty", "P_pick",
        "P_probability", "P_uncertainty", "P_error", "S_pick", "S_probability", "S_uncertainty", "S_error",
    ]
}
