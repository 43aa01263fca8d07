import Foundation
import GraphIR
import Testing

@testable import LanguageServer

@Suite struct LifeTests {
    private func code(_ answer: JSON) -> Int? { answer["error"]?["code"]?.int }

    @Test func aSessionHasAnOrder() {
        var talk = Talk(isReady: false)
        #expect(code(talk.ask("textDocument/hover", [:])) == -32002)
        #expect(
            talk.ask("initialize", ["capabilities": [:]])["result"]?["capabilities"]?["positionEncoding"] == "utf-16")
        #expect(code(talk.ask("initialize", ["capabilities": [:]])) == -32600)
        #expect(talk.ask("shutdown", .null)["result"] == .null)
        #expect(code(talk.ask("textDocument/hover", [:])) == -32600)
        talk.tell("exit", .null)
        #expect(talk.session.exitStatus == 0)
        var rude = Talk()
        rude.tell("exit", .null)
        #expect(rude.session.exitStatus == 1)
    }

    @Test func nonsenseIsAnsweredAndSurvived() {
        var talk = Talk()
        for body in ["{", "not JSON", String(repeating: "[", count: 5000), "\u{0}"] {
            let answer = talk.send(Array(body.utf8))
            #expect(code(answer) == -32700 && answer["id"] == .null, "\(body.prefix(20))")
        }
        #expect(code(talk.send([0x22, 0xFF, 0xFE, 0x22])) == -32700)
        #expect(code(talk.send("[]".utf8.map { $0 })) == -32600)
        #expect(code(talk.ask("strata/noSuchThing", [:])) == -32601)
        talk.tell("$/noSuchNotice", [:])
        for id: JSON in ["x", 7, 1.5, .null, ["a"], .bool(true)] {
            let answer = talk.send(["jsonrpc": "2.0", "id": id, "method": "textDocument/hover", "params": []])
            #expect(answer["id"] == id && code(answer) == -32602)
        }
        for method in Session.answers.keys {
            for parameters: JSON in [
                .null, [], "x", ["textDocument": 3], ["textDocument": ["uri": "file:///not/open"]],
            ] {
                let answer = talk.ask(method, parameters)
                #expect(answer["error"] != nil || answer["result"] != nil, "\(method)")
            }
        }
        talk.open("/nowhere/a.arch", "network A {\n    input x: [3, 10]\n    output y = x -> relu\n}\n")
        #expect(talk.ask("textDocument/hover", Talk.at("/nowhere/a.arch", 2, 21))["result"]?["contents"] != nil)
    }
}

@Suite struct DocumentTests {
    private let path = "/nowhere/a.arch"
    private let text = "network A {\n    input x: [3, 10]\n    output y = x -> max_pol(2)\n}\n"

    @Test func findingsComeAndGo() {
        var talk = Talk()
        talk.open(path, text)
        #expect(talk.codes(path) == ["E0202"])
        talk.change(path, [Talk.edit(2, 20, 27, "max_pool")])
        talk.settle()
        #expect(talk.codes(path) == [])
        #expect(talk.told.last?["params"]?["version"] == 2)
        talk.tell("textDocument/didClose", Talk.document(path))
        #expect(talk.codes(path) == [])
        #expect(talk.ask("textDocument/hover", Talk.at(path, 0, 0))["error"] != nil)
    }

    /// Editors ask at once after they have said what was typed; the findings are told all the same.
    @Test func aQuestionInBetweenTakesNoNews() {
        var talk = Talk()
        talk.open(path, text)
        talk.change(path, [Talk.edit(2, 20, 27, "max_pool")])
        _ = talk.ask("textDocument/hover", Talk.at(path, 2, 21))
        #expect(talk.session.hasChanges)
        talk.settle()
        #expect(talk.codes(path) == [])
        #expect(!talk.session.hasChanges)
    }

    @Test func aQuickFixIsFoundAnew() {
        var talk = Talk()
        talk.open(path, text)
        talk.change(path, [Talk.edit(0, 0, 0, "// one line more 🌋\n")])
        let answer = talk.ask(
            "textDocument/codeAction",
            [
                "textDocument": ["uri": .string(Paths.uri(of: path))],
                "range": ["start": ["line": 3, "character": 22], "end": ["line": 3, "character": 22]],
                "context": [
                    "diagnostics": [
                        ["range": ["start": ["line": 2, "character": 20], "end": ["line": 2, "character": 27]]]
                    ]
                ],
            ])
        let fix = answer["result"]?.array?.first { $0["kind"] == "quickfix" }
        let edit = fix?["edit"]?["documentChanges"]?.array?.first
        #expect(edit?["textDocument"]?["version"] == 2)
        #expect(edit?["edits"]?.array?.first?["range"]?["start"] == ["line": 3, "character": 20])
    }

    @Test func oddEditsAreSurvived() {
        var talk = Talk()
        talk.open(path, text)
        let far: JSON = [
            "range": ["start": ["line": 900, "character": 0], "end": ["line": 901, "character": 5]], "text": "\n",
        ]
        let reversed: JSON = [
            "range": ["start": ["line": 2, "character": 27], "end": ["line": 2, "character": 20]], "text": "relu",
        ]
        talk.change(path, [far, reversed, ["range": "x", "text": "y"], ["text": 3]], version: -4)
        talk.settle()
        #expect(talk.codes(path) == ["E0206"] || talk.codes(path)?.isEmpty == false)
        talk.change(path, [["text": .string(text)]])
        talk.settle()
        #expect(talk.codes(path) == ["E0202"])
        talk.open(path, String(repeating: "// nothing\n", count: 1_000_000))
        #expect(talk.codes(path) == ["E0802"])
        talk.send(
            Array(
                #"{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":"file:///h.arch","version":1,"languageId":"arch","text":"// \ud83d\nnetwork A {"}}}"#
                    .utf8))
        talk.settle()
        #expect(talk.codes("/h.arch")?.isEmpty == false)
    }

    /// A variant that is open is checked again when its parent is typed in, and a parent's finding belongs to the
    /// parent's file until it goes.
    @Test func parentsAndVariantsBelongTogether() throws {
        var talk = Talk()
        let child = "/nowhere/child.arch"
        let good = text.replacing("max_pol(2)", with: "conv(4, 3)")
        talk.open(path, good)
        talk.open(child, "variant B of \"a.arch\" {\n    set conv.filters = 8\n}\n")
        #expect(talk.codes(child) == [])
        talk.change(path, [["text": .string(good.replacing("conv(4, 3)", with: "relu"))]])
        talk.settle()
        #expect(talk.codes(child) == ["E0601"])
        talk.tell("textDocument/didClose", Talk.document(path))
        talk.settle()
        #expect(talk.codes(child)?.isEmpty == false)
    }

    /// Twenty thousand edits and their undoing leave what was found in the beginning, and every broken text in between is
    /// judged as if it had been opened so; here some hundreds, `scripts/editors/storm.py` does them all.
    @Test func aStormPasses() throws {
        let original = try String(contentsOfFile: Talk.eqt, encoding: .utf8)
        let storm = (ProcessInfo.processInfo.environment["STRATA_ALL"] == nil) ? 300 : 20_000
        for (path, text) in [
            ("/storm/a.arch", original),
            ("/storm/b.arch", original.replacingOccurrences(of: "\n", with: "\r\n") + "// 🌋 é\r\n"),
        ] {
            var talk = Talk()
            talk.open(path, text)
            let before = findings(talk)
            var random = SystemRandomNumberGenerator()
            var seeded = Seeded(state: UInt64.random(in: 0...1_000_000, using: &random))
            let seed = seeded.state
            for step in 0..<storm {
                let now = talk.session.workspace.texts[path] ?? []
                let positions = Positions(file: SourceFile(path: path, text: now))
                let a = Int.random(in: 0...now.count, using: &seeded)
                let b = min(now.count, a + Int.random(in: 0...12, using: &seeded))
                let start = positions.json(a), end = positions.json(b)
                let from = try positions.offset(start), to = try positions.offset(end)
                let old = String(decoding: now[min(from, to)..<max(from, to)], as: UTF8.self)
                let new =
                    ["", "🌋", "{", "}", "(", "x -> conv", "\r\n", "\r", "é", "\"", "`", "-> ", "//"].randomElement(
                        using: &seeded) ?? ""
                talk.change(path, [["range": ["start": start, "end": end], "text": .string(new)]])
                if Bool.random(using: &seeded) { talk.settle() }
                if step % 50 == 7 {
                    talk.settle()
                    var other = Talk()
                    other.open(path, String(decoding: talk.session.workspace.texts[path] ?? [], as: UTF8.self))
                    #expect(findings(talk) == findings(other), "seed \(seed), step \(step)")
                }
                // Undone by the place that it has now.
                let after = Positions(file: SourceFile(path: path, text: talk.session.workspace.texts[path] ?? []))
                let begin = after.json(min(from, to)), finish = after.json(min(from, to) + new.utf8.count)
                talk.change(path, [["range": ["start": begin, "end": finish], "text": .string(old)]])
                if talk.session.workspace.texts[path] != now {
                    talk.change(path, [["text": .string(String(decoding: now, as: UTF8.self))]])
                }
            }
            talk.settle()
            #expect(talk.session.workspace.texts[path] == Array(text.utf8), "seed \(seed)")
            #expect(findings(talk) == before, "seed \(seed)")
        }
    }

    private func findings(_ talk: Talk) -> JSON? {
        talk.told.last { $0["params"]?["uri"] != nil }?["params"]?["diagnostics"]
    }

    struct Seeded: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }
}

/// The methods on the project's own EQTransformer.
@Suite struct EarthquakeTransformerTests {
    /// A line of EQTransformer's file, so many below the one that names the network: its story grows.
    private func line(_ below: Int) throws -> Int {
        let text = try String(contentsOfFile: Talk.eqt, encoding: .utf8).components(separatedBy: "\n")
        return try #require(text.firstIndex { $0.hasPrefix("network EQTransformer") }) + below
    }

    private func opened(_ name: String = "eqt") throws -> (Talk, String) {
        var talk = Talk()
        let path = Talk.root + "/architectures/eqt/\(name).arch"
        talk.open(path, try String(contentsOfFile: path, encoding: .utf8))
        return (talk, path)
    }

    @Test func everyMethodAnswers() throws {
        var (talk, path) = try opened()
        let whole: JSON = ["start": ["line": 0, "character": 0], "end": ["line": 200, "character": 0]]
        let document: JSON = ["uri": .string(Paths.uri(of: path))]
        func count(_ method: String, _ more: KeyValuePairs<String, JSON> = [:]) -> Int {
            let answer = talk.ask(
                method, .object([.init("textDocument", document)] + more.map { .init($0.key, $0.value) }))
            let result = answer["result"]
            return result?.array?.count ?? result?["items"]?.array?.count ?? result?["data"]?.array?.count
                ?? result?["signatures"]?.array?.count ?? (result?.string).map { $0.utf8.count }
                ?? (result?.members == nil ? 0 : 1)
        }
        let place: JSON = ["line": .int(try line(26)), "character": 41]
        #expect(count("textDocument/inlayHint", ["range": whole]) > 25)
        #expect(count("textDocument/hover", ["position": place]) == 1)
        #expect(count("textDocument/completion", ["position": ["line": .int(try line(25)), "character": 41]]) > 30)
        #expect(count("textDocument/signatureHelp", ["position": ["line": .int(try line(18)), "character": 20]]) == 1)
        #expect(count("textDocument/definition", ["position": place]) == 1)
        #expect(count("textDocument/references", ["position": place]) == 7)
        #expect(count("textDocument/documentHighlight", ["position": place]) == 3)
        #expect(count("textDocument/documentSymbol") == 6)
        #expect(count("textDocument/foldingRange") > 10)
        #expect(count("textDocument/selectionRange", ["positions": [place]]) == 1)
        #expect(count("textDocument/semanticTokens/full") > 1500)
        #expect(count("textDocument/codeLens") >= 2)
        #expect(count("textDocument/formatting", ["options": [:]]) == 0)
        #expect(count("textDocument/prepareRename", ["position": place]) == 1)
        #expect(count("textDocument/prepareCallHierarchy", ["position": place]) == 1)
        #expect(count("strata/graph") > 5000)
        let variants = talk.ask("textDocument/codeLens", Talk.document(path))["result"]?.array ?? []
        #expect(variants.contains { $0["command"]?["title"] == "20 variants" })
        #expect(talk.ask("workspace/symbol", ["query": "eqtransf"])["result"]?.array?.isEmpty == false)
        let at = talk.ask("strata/placeOf", ["textDocument": document, "path": "context"])
        #expect(at["result"]?["range"]?["start"]?["line"]?.int == (try line(21)))
    }

    /// Pages and tooltips come when somebody looks at one, where the editor asks for them then; else they come along.
    @Test func pagesComeWhenAsked() throws {
        let path = Talk.eqt
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let row = try line(25)
        let line = text.components(separatedBy: "\n")[row]
        let arrow = try #require(line.range(of: "-> ")).upperBound.utf16Offset(in: line)
        let whole: JSON = ["start": ["line": 0, "character": 0], "end": ["line": 200, "character": 0]]
        let asks: JSON = [
            "textDocument": [
                "completion": ["completionItem": ["resolveSupport": ["properties": ["documentation"]]]],
                "inlayHint": ["resolveSupport": ["properties": ["tooltip"]]],
            ]
        ]
        for capabilities in [asks, Talk.capable] {
            var talk = Talk(capabilities: capabilities)
            talk.open(path, text)
            let items = talk.ask("textDocument/completion", Talk.at(path, row, arrow))["result"]?["items"]?.array ?? []
            let conv = try #require(items.first { $0["label"] == "conv" })
            #expect((conv["documentation"] == nil) == (capabilities == asks))
            let resolved = talk.ask("completionItem/resolve", conv)["result"]
            #expect(resolved?["documentation"]?["value"]?.string?.contains("conv(") == true)
            #expect(resolved?["textEdit"] == conv["textEdit"] && resolved?["label"] == "conv")
            let hints =
                talk.ask(
                    "textDocument/inlayHint",
                    ["textDocument": ["uri": .string(Paths.uri(of: path))], "range": whole])["result"]?.array ?? []
            #expect(hints.contains { $0["tooltip"] != nil } == (capabilities != asks))
            let told = hints.map { talk.ask("inlayHint/resolve", $0)["result"]?["tooltip"]?.string }
            #expect(told.contains("'code' is [16, 47]"))
            // A hint behind a name leads to where that is declared.
            let code = try #require(
                hints.first { $0["position"] == ["line": .int(row), "character": 27] || $0["label"]?.array != nil })
            let place = code["label"]?.array?.first?["location"]
            #expect(place?["uri"]?.string == Paths.uri(of: path) && place?["range"] != nil)
            // What is old or odd comes back as it was.
            let odd: JSON = ["label": "x", "data": ["uri": "file:///not/open", "name": "conv", "kind": "layer"]]
            #expect(talk.ask("completionItem/resolve", odd)["result"] == odd)
            #expect(talk.ask("inlayHint/resolve", odd)["result"] == odd)
        }
    }

    /// Where the editor can make a file, a stage can get a variant of its own; where it cannot, none is offered.
    @Test func aVariantIsMadeInANewFile() throws {
        let path = "/nowhere/a.arch"
        let creates: JSON = [
            "textDocument": ["codeAction": ["codeActionLiteralSupport": ["codeActionKind": ["valueSet": []]]]],
            "workspace": ["workspaceEdit": ["documentChanges": true, "resourceOperations": ["create"]]],
        ]
        for capabilities in [creates, Talk.capable] {
            var talk = Talk(capabilities: capabilities)
            talk.open(path, "network A {\n    input x: [3, 10]\n    output y = x -> conv(2, 3) as first -> relu\n}\n")
            let place: JSON = ["line": 2, "character": 22]
            let actions =
                talk.ask(
                    "textDocument/codeAction",
                    [
                        "textDocument": ["uri": .string(Paths.uri(of: path))], "range": ["start": place, "end": place],
                        "context": ["diagnostics": []],
                    ])["result"]?.array ?? []
            let action = actions.first { $0["title"]?.string?.hasPrefix("make a variant") == true }
            guard capabilities == creates else {
                #expect(action == nil)
                continue
            }
            let changes = action?["edit"]?["documentChanges"]?.array ?? []
            #expect(changes.first?["kind"] == "create" && changes.count == 2)
            #expect(changes.first?["uri"]?.string == "file:///nowhere/a_conv.arch")
            #expect(changes.last?["textDocument"]?["version"] == .null)
            #expect(
                changes.last?["edits"]?.array?.first?["newText"]?.string?.contains("replace first with conv(") == true)
        }
    }

    @Test func renamingALabelAsks() throws {
        var (talk, path) = try opened()
        let text = try String(contentsOfFile: path, encoding: .utf8).components(separatedBy: "\n")
        let at = try line(21)
        let column = try #require(text[at].range(of: "context")).lowerBound.utf16Offset(in: text[at])
        var parameters = Talk.at(path, at, column + 1).members ?? []
        parameters.append(.init("newName", "memory"))
        let answer = talk.ask("textDocument/rename", .object(parameters))["result"]
        #expect(answer?["changeAnnotations"]?["names"]?["needsConfirmation"] == true)
        let files = answer?["documentChanges"]?.array?.compactMap { $0["textDocument"]?["uri"]?.string } ?? []
        #expect(files.contains { $0.hasSuffix("gru.arch") } && files.contains { $0.hasSuffix("eqt.arch") })
    }

    @Test func typesHaveParentsAndChildren() throws {
        var (talk, path) = try opened("gru")
        let text = try String(contentsOfFile: path, encoding: .utf8).components(separatedBy: "\n")
        let line = try #require(text.firstIndex { $0.hasPrefix("variant") })
        let item = try #require(
            talk.ask("textDocument/prepareTypeHierarchy", Talk.at(path, line, 9))["result"]?.array?.first)
        let parents = talk.ask("typeHierarchy/supertypes", ["item": item])["result"]?.array ?? []
        #expect(parents.map { $0["name"] } == ["EQTransformer"])
        let children = talk.ask("typeHierarchy/subtypes", ["item": parents[0]])["result"]?.array ?? []
        #expect(children.count == 15)
    }
}
