import GraphIR
import Testing

@testable import Compiler

/// Overrides of a command line, symbolic sizes, freezing, plugins: what golden texts cannot show.
@Suite struct SettingsTests {
    private let text = """
        network A(filters: [int] = [4, 8], drop: float = 0.1) {
            input x: [3, T] at 100 Hz
            y = x -> for f in filters { conv(f, 3) -> dropout(drop) } as down
            output p: [1, T] = y -> conv(1, 1) -> sigmoid
            learn p from pick(P, width: 0.1 s) loss binary_cross_entropy
            train { epochs: 7 }
            expect parameters == 153
        }
        """

    private func compiled(_ settings: (key: String, value: String)...) -> Compilation {
        compile(text: text, path: "a.arch", registry: .forTests, settings: settings)
    }

    @Test func theFileAsItIs() throws {
        let compilation = compiled()
        #expect(compilation.diagnostics.map(\.message) == [])
        let network = try #require(compilation.network)
        #expect(network.recipe?.training["epochs"] == .int(7))
        #expect(network.recipe?.lessons.first?.labeler.arguments["width"] == .int(10))
        #expect(network.parameters["filters"] == .list([.int(4), .int(8)]))
        #expect(network.graph.symbols == ["T"])
        #expect(network.graph.nodes.map(\.path).contains("down.1.conv"))
    }

    @Test func overridesAreCheckedLikeTheFile() throws {
        let network = try #require(
            compiled(
                ("filters", "[2, 2, 2]"), ("train.epochs", "3"), ("down.0.conv.kernel", "5"), ("learn.p.weight", "2")
            )
            .network)
        #expect(network.graph.nodes.filter { $0.kind == "conv" }.map(\.type.shape.channels) == [2, 2, 2, 1])
        #expect(network.graph.nodes[1].arguments["kernel"] == .int(5))
        #expect(network.graph.nodes[3].arguments["kernel"] == .int(3))
        #expect(network.recipe?.training["epochs"] == .int(3))
        #expect(network.recipe?.lessons.first?.weight == 2)
        #expect(network.parameters.entries.first?.isExplicit == true)
    }

    @Test func aLessonsLossAndLabelerCanBeAnother() throws {
        let changed = compiled(
            ("learn.p.loss", "mean_square"), ("learn.p.from", "pick(S, width: 0.3 s)"),
            ("learn.p.from.width", "40 samples"))
        #expect(changed.diagnostics.map(\.message) == [])
        let lesson = try #require(changed.network?.recipe?.lessons.first)
        #expect(lesson.loss.name == "mean_square" && lesson.labeler.arguments["phase"] == .string("S"))
        #expect(lesson.labeler.arguments["width"] == .int(40))
    }

    /// What a section calls keeps whatever else was said of it.
    @Test func anArgumentOfARecipeCallIsSet() throws {
        let changed = compiled(("train.optimizer", "adam(epsilon: 0.5)"), ("train.optimizer.rate", "0.25"))
        #expect(changed.diagnostics.map(\.message) == [])
        guard case .call(let optimizer) = changed.network?.recipe?.training["optimizer"] else {
            Issue.record("no optimizer")
            return
        }
        #expect(optimizer.arguments["rate"] == .float(0.25) && optimizer.arguments["epsilon"] == .float(0.5))
        let standard = compiled(("train.optimizer.rate", "0.125"))
        guard case .call(let own) = standard.network?.recipe?.training["optimizer"] else {
            Issue.record("no optimizer")
            return
        }
        #expect(own.arguments["rate"] == .float(0.125))
    }

    @Test(arguments: [
        ("train.optimizer.rat", "1", "E0204"), ("train.epochs.rate", "1", "E0601"),
        ("train.optimizer.rate", "-1", "E0402"),
        ("learn.p.loss", "mean_sqare", "E0504"), ("learn.p.loss", "3", "E0401"),
        ("filter", "[8]", "E0209"), ("filters", "[8.5]", "E0401"), ("filters", "[8", "E0103"),
        ("train.epoch", "3", "E0204"),
        ("train.epochs", "0", "E0402"), ("down.lstm.units", "3", "E0601"), ("down.conv.kernle", "3", "E0204"),
        ("learn.q.weight", "1", "E0601"), ("drop", "2", "E0402"), ("filters", "", "E0103"), ("", "1", "E0103"),
    ])
    func wrongOverridesAreErrors(_ key: String, _ value: String, _ code: String) {
        let compilation = compiled((key, value))
        #expect(compilation.network == nil)
        #expect(compilation.diagnostics.map(\.code) == [code])
    }

    @Test func claimsAboutUnknownLengthsAreKept() throws {
        let claimed = text.replacing("y = x", with: "y: [8, 6000] = x")
        let graph = try #require(compile(text: claimed, registry: .forTests).network?.graph)
        #expect(graph.claims.count == 1)
        #expect(graph.brokenClaims(["T": 6000]) == [])
        #expect(graph.brokenClaims(["T": 5999]).count == 1)
    }

    @Test func freezingKeepsWeights() throws {
        let frozen = text.replacing("    expect", with: "    freeze down.0, sigmoid\n    expect")
        let graph = try #require(compile(text: frozen, registry: .forTests).network?.graph)
        #expect(
            graph.nodes.filter { !$0.isTrainable }.map(\.path) == ["down.0.conv", "down.0.dropout", "p.sigmoid"])
    }

    @Test func pluginsAreHandedBack() {
        let asking = "use plugin \"../p/ricker.swift\"\n" + text
        func compiled(_ allowed: Set<String>) -> Compilation {
            compile(path: "a/b/c.arch", registry: .forTests, allowedPlugins: allowed) { _ in Array(asking.utf8) }
        }
        #expect(compiled([]).pluginRequests.map(\.path) == ["a/p/ricker.swift"])
        #expect(compiled([]).diagnostics.map(\.code) == ["E0703"])
        #expect(compiled(["a/p/ricker.swift"]).diagnostics.isEmpty)
    }

    @Test func withoutLabelersALessonIsLeftOutAndSaid() throws {
        let compilation = compile(text: text, registry: .onlyLayers)
        #expect(Set(compilation.diagnostics.map(\.code)) == ["W0107"])
        #expect(compilation.network?.recipe?.lessons.isEmpty == true)
    }

    @Test func oneLibraryReadsEachFileOnce() {
        var reads: [String] = []
        let files = ["a.arch": text, "b.arch": "variant B of \"a.arch\" { set drop = 0.2 }"]
        let library = Library { path in
            reads.append(path)
            return Array((files[path] ?? "").utf8)
        }
        for path in ["a.arch", "b.arch", "a.arch"] {
            #expect(compile(path: path, library: library, registry: .forTests).network != nil)
        }
        #expect(reads == ["a.arch", "b.arch"])
    }

    @Test func diagnosticsAsJSON() throws {
        let compilation = compile(
            text: "network A {\n  input x: [3, 60]\n  output y = x -> conv(8, kernal: 3)\n}", path: "a.arch")
        let answer = json(try #require(compilation.diagnostics.first), files: compilation.files)
        #expect(answer["code"] == "E0204")
        #expect(answer["severity"] == "error")
        #expect(answer["file"] == "a.arch")
        #expect(answer["range"]?["start"] == ["line": 3, "column": 27])
        #expect(answer["range"]?["end"] == ["line": 3, "column": 33])
        #expect(answer["fixes"]?.array?.first?["edits"]?.array?.first?["text"] == "kernel")
    }
}
