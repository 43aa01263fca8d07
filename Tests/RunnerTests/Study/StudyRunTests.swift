import Compiler
import Foundation
import GraphIR
import Testing

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

    @Test(arguments: [("eqt/gru", "eqt_gru"), ("../../x", "_.._x"), ("", "network"), ("a drop=0.1", "a_drop=0.1")])
    func folderNamesStayInTheFolder(name: String, folder: String) {
        #expect(RunFolder.component(name) == folder)
    }
}
