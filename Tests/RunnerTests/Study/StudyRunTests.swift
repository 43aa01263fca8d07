@testable import Views
import Compiler
import Foundation
import GraphIR
import Testing

@testable import Files
@testable import Runner

@Suite struct StudyRunTests {
    static let tiny = """
        network Tiny(width: int = 8, depth: int = 1) {
            input waveform: [3, 256] at 100 Hz
            output p: [1, 256] = waveform -> repeat depth { conv(width, 5, activation: relu) } -> conv(1, 5) -> sigmoid
            learn p from pick(P, shape: gaussian, width: 10 samples) loss binary_cross_entropy
            train { optimizer: adam(rate: 1e-3), batch: 4, epochs: 9 }
        }
        """

    static func compile(_ name: String, _ settings: [(key: String, value: String)]) throws -> NetworkFile {
        let compilation = Compiler.compile(text: tiny, path: "tiny.arch", settings: settings)
        let network = try #require(compilation.network, "\(compilation.diagnostics)")
        return NetworkFile(
            name: name, network: network, sources: [.init(path: "tiny.arch", text: tiny)], overrides: settings)
    }

    private func run(_ statements: String) throws -> StudyRun {
        let text = "study s {\nnetworks tiny\ndata \"synthetic:20\"\n\(statements)\n}"
        return try StudyRun(
            try StudyFile.read(text, path: "s"), folder: "/nowhere", data: nil, runner: TrialRunner(),
            compile: Self.compile)
    }

    /// A file that says eight anyway is not trained once more as it is.
    @Test func aPointThatIsTheFileItselfIsTheReference() throws {
        let run = try run("vary width in [4, 8]\nvary train.batch in [4, 16]\nseeds 2\nepochs 3")
        let names = [
            "width=8 train.batch=4", "width=4 train.batch=4", "width=4 train.batch=16", "width=8 train.batch=16",
        ]
        #expect(run.candidates.map(\.name) == names.map { "tiny " + $0 })
    }

    @Test func theReferenceComesFirst() throws {
        let run = try run("vary width in [4, 16]\nseeds 2\nepochs 3")
        #expect(run.candidates.map(\.name) == ["tiny", "tiny width=4", "tiny width=16"])
        #expect(run.candidates[1].parameters < run.candidates[0].parameters)
        let trials = run.trials(of: run.candidates[2], seeds: 0..<2)
        #expect(
            trials.map(\.folder.path) == [
                "/nowhere/trials/tiny_width=16/seed_0", "/nowhere/trials/tiny_width=16/seed_1",
            ])
        #expect(trials.allSatisfy { $0.epochs == 3 && !$0.mayBeLonger })
    }

    /// A deeper network gets the width with which it is as large as the shallow one.
    @Test func matchedNetworksAreAsLarge() throws {
        let run = try run("vary depth in [2, 3]\nmatch parameters by width in 1..32")
        let target = run.candidates[0].parameters
        for candidate in run.candidates.dropFirst() {
            let width = try #require(candidate.point.settings.last)
            #expect(width.key == "width")
            let count = candidate.parameters
            for other in [-1, 1] {
                let near = try Self.compile(
                    "tiny",
                    candidate.point.settings.dropLast().map { ($0.key, $0.value) }
                        + [("width", String((Int(width.value) ?? 0) + other))])
                #expect(abs(near.network.graph.trainableCount - target) >= abs(count - target))
            }
        }
    }

    @Test func halvingBeginsSmall() throws {
        #expect(try run("vary width in [4, 16]\nsearch halving(keep: 1/3, from: 1)\nepochs 9").rounds == [1, 3, 9])
        #expect(try run("vary width in [4, 16]\nsearch halving(keep: 0.5, from: 3)\nepochs 9").rounds == [3, 6, 9])
        #expect(try run("vary width in [4, 16]").rounds == [nil])
    }

    /// A network that comes twice would give the same runs to the bit; the second gets seeds of its own.
    @Test func aTwinGetsItsOwnSeeds() throws {
        var plan = ComparisonPlan(
            seeds: 3, data: "synthetic:20", place: ComparisonPlace(folder: "/nowhere"))
        let first = try plan.trials(for: Self.compile("a", []))
        #expect(first.map(\.seed) == [0, 1, 2] && plan.note == nil)
        let other = try plan.trials(for: Self.compile("b", [("width", "9")]))
        #expect(other.map(\.seed) == [0, 1, 2] && plan.note == nil)
        let twin = try plan.trials(for: Self.compile("a", []))
        #expect(twin.map(\.seed) == [3, 4, 5] && plan.note?.contains("same network") == true)
        #expect(Set((first + other + twin).map(\.folder.path)).count == 9)
    }

    /// A penalty does not change what a network computes, but what it learns.
    @Test func aPenaltyMakesNoTwin() throws {
        var plan = ComparisonPlan(seeds: 2, data: "synthetic:20", place: ComparisonPlace(folder: "/nowhere"))
        _ = try plan.trials(for: Self.compile("a", []))
        let text = Self.tiny.replacingOccurrences(of: "conv(1, 5)", with: "conv(1, 5, l2: 0.1)")
        let compilation = Compiler.compile(text: text, path: "tiny.arch")
        let network = try #require(compilation.network, "\(compilation.diagnostics)")
        let penalized = NetworkFile(name: "b", network: network, sources: [])
        #expect(try plan.trials(for: penalized).map(\.seed) == [0, 1] && plan.note == nil)
    }

    /// A run that was finished under an older text of the same file is not taken for one of this text.
    @Test func anotherRecipeIsAnotherRun() throws {
        let folder = RunFolder(NSTemporaryDirectory() + "strata_trial_\(UUID().uuidString)")
        try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder.path) }
        let file = try Self.compile("a", [])
        let trial = Trial(contender: "a", file: file, data: "made-up", seed: 0, folder: folder)
        var record = MadeUpRuns().run(.init(name: "a", hash: "", skill: 0.5, spread: 0.3), seed: 0).record
        record.graphHash = file.network.graph.meaningHash()
        record.settings = RunRecord.settings(file)
        try AtomicFile(folder.recordPath).write(record.json.text())
        #expect(try !trial.isFinished)
        for key in ["learn.p", "prepare", "augment", "train.batch"] {
            var other = record
            let place = try #require(other.settings.firstIndex { $0.key == key })
            other.settings[place].value = "another"
            try AtomicFile(folder.recordPath).write(other.json.text())
            let error = #expect(throws: RunError.self) { try trial.isFinished }
            #expect("\(try #require(error))".contains(key))
            other.settings.remove(at: place)
            try AtomicFile(folder.recordPath).write(other.json.text())
            #expect(throws: RunError.self) { try trial.isFinished }
        }
    }

    @Test(arguments: [("eqt/gru", "eqt_gru"), ("../../x", "_.._x"), ("", "network"), ("a drop=0.1", "a_drop=0.1")])
    func folderNamesStayInTheFolder(name: String, folder: String) {
        #expect(RunFolder.component(name) == folder)
    }
}
