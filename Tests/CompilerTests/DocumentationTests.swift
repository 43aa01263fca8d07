import Foundation
import GraphIR
import Testing

@testable import Compiler

/// What the documentation shows compiles.
@Suite struct DocumentationTests {
    @Test func networksInTheReferenceCompile() throws {
        let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("docs/language.md")
        let parts = try String(contentsOf: page, encoding: .utf8).components(separatedBy: "\n```")
        let networks = parts.enumerated().filter { $0.offset % 2 == 1 }.map { $0.element }
            .filter { $0.contains("network ") && $0.contains("output ") && !$0.contains("…") }
        #expect(networks.count >= 1)
        for network in networks {
            let compilation = compile(text: network, registry: .forTests)
            #expect(compilation.diagnostics.map(\.message) == [])
            #expect(compilation.network != nil)
        }
    }

    @Test func beginningsCompile() throws {
        let name = networkName(from: "my_first-picker2.arch")
        #expect(name == "MyFirstPicker2")
        #expect(networkName(from: "2.arch") == "Network2")
        #expect(networkName(from: "ü.arch") == "Network")
        let text = firstNetwork(called: name)
        let first = compile(text: text, path: "first.arch", registry: .forTests)
        #expect(first.diagnostics.map(\.message) == [])
        #expect(format(Array(text.utf8)) == Array(text.utf8))
        let next = variant(called: "Next", of: "first.arch", first.network)
        let files = ["first.arch": text, "next.arch": next]
        let second = compile(path: "next.arch", registry: .forTests) { Array((files[$0] ?? "").utf8) }
        #expect(second.diagnostics.map(\.message) == [])
        #expect(second.network?.graph.meaningHash() == first.network?.graph.meaningHash())
        let copy = try #require(copied(Array(text.utf8), to: "Copy") { $0 })
        #expect(compile(text: String(decoding: copy, as: UTF8.self), registry: .forTests).network?.graph.name == "Copy")
    }

    @Test func copiesFindTheFilesOfTheOriginal() throws {
        let text = "use \"blocks.arch\"\n\nvariant V of \"eqt.arch\" {\n    remove dropout\n}\n"
        let copy = try #require(copied(Array(text.utf8), to: "Copy") { "../eqt/" + $0 })
        #expect(
            String(decoding: copy, as: UTF8.self)
                == "use \"../eqt/blocks.arch\"\n\nvariant Copy of \"../eqt/eqt.arch\" {\n    remove dropout\n}\n")
    }

    @Test func pagesOfPluginsTellEverything() {
        let signature = ToyPick.signature
        #expect(
            signature.page(width: 80) == """
                pick  (labeler)

                  One around the onset.

                arguments
                  phase: string
                      Which phase.
                  width: samples = 10    (1 to 1000)
                      Half a width.
                  shape: string = "gaussian"
                      Of the hump.
                """)
        #expect(signature.markdown.contains("| `width` | `samples`, 1 to 1000 | `10` | Half a width. |"))
        #expect(Signature.list(of: [signature], width: 80) == "labelers\n  pick  One around the onset.")
        #expect(signature.json["parameters"]?.array?.count == 3)
    }
}
