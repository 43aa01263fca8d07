import Compiler
import Files
import Foundation
import GraphIR
import Seismic
import Testing

@testable import Images
@testable import Runner

/// Small networks learn from pictures with what trains pickers.
@Suite struct PictureTrainingTests {
    private static let small = """
        network Small {
            input image: [3, 16, 16]
            trunk = image -> conv(12, 3, activation: relu) as first -> max_pool(2)
            output class: [10] = trunk -> flatten -> dense(10) as last -> softmax
            learn class from class(
                values: ["checks", "cross", "disc", "dots", "grain", "ring", "rings", "square", "stripes", "triangle"],
                by: column) loss cross_entropy
            prepare { resize -> standardize(mean: [0.5], deviation: [0.25]) }
            train { optimizer: adam(rate: 3e-3), batch: 20, epochs: 4 }
        }
        """
    private static let tagged = """
        network Tagged {
            input image: [1, 8, 8]
            output tags: [3] = image -> flatten -> dense(16, activation: relu) -> dense(3) -> sigmoid
            learn tags from tags(values: ["0", "1", "7"]) loss binary_cross_entropy
            prepare { standardize(mean: [0.3], deviation: [0.4]) }
            train { optimizer: adam(rate: 1e-2), batch: 8, epochs: 40 }
        }
        """

    private func file(_ text: String, _ settings: [(key: String, value: String)] = []) throws -> NetworkFile {
        let compilation = compile(text: text, registry: .builtIn, settings: settings)
        let messages = compilation.diagnostics.filter { $0.severity == .error }.map(\.message)
        try #require(messages.isEmpty, "\(messages)")
        return NetworkFile(
            name: "small", network: try #require(compilation.network), sources: [.init(path: "text.arch", text: text)],
            overrides: settings)
    }

    private func train(
        _ file: NetworkFile, _ data: String, _ folder: String, seed: Int = 0, shared: String? = nil,
        watcher: inout some TrainingWatcher
    ) throws -> TrainingResult {
        var request = TrainingRequest(architecture: file.name, data: data, folder: RunFolder(folder))
        request.seed = seed
        request.threads = 2
        request.sharedFeatures = shared
        return try Runner.train(request, file: file, watcher: &watcher)
    }

    private func judge(_ file: NetworkFile, _ folder: String, shared: String? = nil) throws -> Evaluation {
        var request = EvaluationRequest(folder: RunFolder(folder))
        request.threads = 2
        request.sharedFeatures = shared.map { .init(folder: $0, version: "") }
        return try evaluate(request, record: try RunFolder(folder).record(), file: file)
    }

    private func value(_ name: String, _ evaluation: Evaluation) -> Double? {
        evaluation.values.first { $0.use.name == name }?.value
    }

    @Test func picturesAreLearnedJudgedAndShown() throws {
        try withTemporaryFolder { folder in
            let run = folder.appendingPathComponent("run").path
            let file = try file(Self.small)
            var watcher = NoWatcher()
            let result = try train(file, "synthetic:images:600,side=24", run, watcher: &watcher)
            let losses = try #require(result.history["train_loss"])
            #expect((losses.last ?? 9) < (losses.first ?? 0))
            let evaluation = try judge(file, run)
            let top1 = try #require(value("top1", evaluation)), top5 = try #require(value("top5", evaluation))
            #expect(top1 > 0.2 && top5 > top1 && value("accuracy", evaluation) == top1)
            // What is told of recordings is not told of pictures.
            let names = evaluation.predictions.columns.map(\.name)
            #expect(names.contains("picture") && !names.contains("source_magnitude"))
            let again = try #require(Predictions(csv: evaluation.predictions.csv))
            #expect(again == evaluation.predictions)
            // A page shows pictures with what was said of them.
            let comparison = try Comparison(evaluation, record: try RunFolder(run).record(), file: file)
            let pictures = PictureSearch(comparison).pictures()
            #expect(pictures.count == 1 && !pictures[0].isEmpty)
            let html = Report(ReportContent(comparison: comparison, pictures: pictures)).html
            #expect(html.components(separatedBy: "<figure class=\"picture ").count == pictures[0].count + 1)
            #expect(html.contains("src=\"data:image/png;base64,") && html.contains("id=\"pictures\""))
            let judged = try judgedPictures(
                of: RunFolder(run), file: file, dataset: openDataset("synthetic:images:600,side=24"), indices: [3, 5])
            #expect(judged.map(\.truth) == ["dots", "ring"] && judged[0].picture.width == 24)
        }
    }

    @Test func tagsHavePrecisionAndRecall() throws {
        try withTemporaryFolder { folder in
            let run = folder.appendingPathComponent("run").path
            let file = try file(Self.tagged)
            var watcher = NoWatcher()
            _ = try train(file, Fixture.path("digits"), run, watcher: &watcher)
            var request = EvaluationRequest(folder: RunFolder(run))
            request.split = .train
            let evaluation = try evaluate(request, record: try RunFolder(run).record(), file: file)
            #expect(value("recall_7", evaluation) == 1 && value("precision_1", evaluation) ?? 0 > 0.5)
            #expect(value("tags_macro_f1", evaluation) ?? 0 > 0.8)
            #expect(value("average_precision_0", evaluation) ?? 0 > 0.9)
        }
    }

    /// Says how often each picture was asked for.
    private struct Counted: Dataset {
        final class Looks: @unchecked Sendable {
            private let lock = NSLock()
            private var looks: [Int: Int] = [:]
            func add(_ index: Int) { lock.withLock { looks[index, default: 0] += 1 } }
            func take() -> [Int: Int] {
                lock.withLock {
                    defer { looks = [:] }; return looks
                }
            }
        }
        let base: MadePictures
        let looks = Looks()
        var path: String { base.path }
        var format: String { base.format }
        var count: Int { base.count }
        var columns: [String] { base.columns }
        func metadata(_ index: Int) -> TraceMetadata { base.metadata(index) }
        func name(_ index: Int) -> String { base.name(index) }
        func rate(_ index: Int) -> Double? { nil }
        func trace(_ index: Int) throws -> Trace {
            looks.add(index)
            return try base.trace(index)
        }
    }

    private struct Listener: TrainingWatcher {
        var notes: [String] = []
        mutating func hear(_ event: TrainingEvent) {
            if case .note(let note) = event { notes.append(note) }
        }
    }

    /// Heads over one trunk share what it makes of each picture, and learn what they would have learnt alone.
    @Test func headsShareWhatTheirTrunkSees() throws {
        try withTemporaryFolder { folder in
            func path(_ name: String) -> String { folder.appendingPathComponent(name).path }
            let data = "synthetic:images:200,side=16"
            var watcher = Listener()
            _ = try train(try file(Self.small), data, path("trunk"), watcher: &watcher)
            let weights = [
                ("train.weights", "\"\(path("trunk"))\""), ("train.freeze", "[\"first\"]"), ("train.epochs", "2"),
            ].map { (key: $0.0, value: $0.1) }
            for (number, rate) in ["1e-2", "3e-3", "1e-3"].enumerated() {
                let head = try file(Self.small, weights + [(key: "train.optimizer", value: "adam(rate: \(rate))")])
                _ = try train(head, data, path("alone\(number)"), seed: number, watcher: &watcher)
                watcher.notes = []
                _ = try train(
                    head, data, path("shared\(number)"), seed: number, shared: path("features"), watcher: &watcher)
                let note = try #require(watcher.notes.first { $0.hasPrefix("frozen up to") })
                #expect(note.contains(number == 0 ? "for others too" : "found in"), "\(note)")
                let alone = try judge(head, path("alone\(number)"))
                let shared = try judge(head, path("shared\(number)"), shared: path("features"))
                #expect(alone.predictions == shared.predictions)
                let (a, b) = (RunFolder(path("alone\(number)")), RunFolder(path("shared\(number)")))
                #expect(try readWeights(a.lastWeightsPath).entries == readWeights(b.lastWeightsPath).entries)
            }
            // One shelf, whatever the heads are.
            let shelves = try FileManager.default.contentsOfDirectory(atPath: path("features"))
            #expect(shelves.count == 1)
            // Another trunk has another shelf.
            let other = try file(
                Self.small, [(key: "train.freeze", value: "[\"first\"]"), (key: "train.epochs", value: "1")])
            _ = try train(other, data, path("other"), shared: path("features"), watcher: &watcher)
            #expect(try FileManager.default.contentsOfDirectory(atPath: path("features")).count == 2)
        }
    }

    @Test func eachPictureIsLookedAtOnce() throws {
        try withTemporaryFolder { folder in
            let dataset = Counted(base: try MadePictures(.init(count: 100, side: 16)))
            func path(_ name: String) -> String { folder.appendingPathComponent(name).path }
            for number in 0..<3 {
                let head = try file(
                    Self.small,
                    [
                        (key: "train.freeze", value: "[\"first\"]"), (key: "train.epochs", value: "2"),
                        (key: "train.optimizer", value: "sgd(rate: 1e-\(number + 1))"),
                    ])
                var request = TrainingRequest(
                    architecture: "small", data: dataset.path, folder: RunFolder(path("\(number)")))
                request.sharedFeatures = path("features")
                _ = dataset.looks.take()
                var watcher = NoWatcher()
                _ = try Runner.train(request, file: head, dataset: dataset, watcher: &watcher)
                let looks = dataset.looks.take()
                // The fingerprint of the data looks at a few, whoever comes.
                let own = looks.values.reduce(0, +) - DatasetFingerprint.sampledTraces
                #expect(own == (number == 0 ? 100 : 0))
            }
        }
    }
}
