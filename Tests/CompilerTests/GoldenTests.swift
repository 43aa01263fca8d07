import Foundation
import GraphIR
import Layers
import Testing

@testable import Compiler

/// Texts beside exactly what the compiler says of them; `STRATA_RECORD=1 swift test --filter GoldenTests` writes them
/// anew.
@Suite struct GoldenTests {
    @Test(arguments: Golden.cases("wrong")) func wrongTextsGetTheirMessages(_ name: String) throws {
        let compilation = Golden.compile(name, in: "wrong")
        #expect(!compilation.diagnostics.isEmpty)
        let said = compilation.diagnostics.map { render($0, files: compilation.files) }.joined(separator: "\n\n") + "\n"
        try Golden.compare(said, name, in: "wrong")
    }

    @Test(arguments: Golden.cases("right")) func rightTextsGetTheirGraphs(_ name: String) throws {
        let compilation = Golden.compile(name, in: "right")
        #expect(compilation.diagnostics.map(\.message) == [])
        let graph = try #require(compilation.network?.graph)
        try Golden.compare(graph.text, name, in: "right")
    }

    /// A graph's text is an architecture again, of the same meaning and with the same paths.
    @Test(arguments: Golden.cases("right")) func graphTextsCompileToTheSameGraph(_ name: String) throws {
        let graph = try #require(Golden.compile(name, in: "right").network?.graph)
        let again = compile(text: graph.text, registry: .forTests)
        #expect(again.diagnostics.map(\.message) == [])
        let copy = try #require(again.network?.graph)
        #expect(copy.meaningHash(.forTests) == graph.meaningHash(.forTests))
        #expect(copy.nodes.map(\.path) == graph.nodes.map(\.path))
        // What is frozen is a remark in the text, and no part of the meaning.
        #expect(copy.text == graph.text.replacing(", frozen", with: ""))
    }

    @Test func everyCodeHasAGoldenMessage() {
        let said = Golden.cases("wrong").flatMap { Golden.compile($0, in: "wrong").diagnostics.map(\.code) }
        let missing = Code.allCases.filter { !said.contains($0.rawValue) }
        #expect(Set(missing) == ExplanationTests.withoutExample)
    }

    /// What a fix changes removes what it was offered for, and brings nothing new.
    @Test(arguments: Golden.cases("wrong")) func fixesMend(_ name: String) throws {
        let before = Golden.compile(name, in: "wrong")
        for diagnostic in before.diagnostics {
            for fix in diagnostic.fixes {
                let file = try #require(fix.edits.first?.place.file)
                let text = apply(fix.edits, to: before.files[file].text)
                let after = Golden.compile(name, in: "wrong", replacing: before.files[file].path, by: text)
                let old = before.diagnostics.map { "\($0.code) \($0.message)" }
                let new = after.diagnostics.map { "\($0.code) \($0.message)" }
                let mended = "\(diagnostic.code) \(diagnostic.message)"
                #expect(new.filter { $0 == mended }.count < old.filter { $0 == mended }.count, "\(fix.title): \(new)")
                let errors = { (list: [Diagnostic]) in list.filter { $0.severity == .error }.count }
                #expect(errors(after.diagnostics) <= errors(before.diagnostics), "\(fix.title): \(new)")
            }
        }
    }
}

/// The folder of golden texts. What a text uses lies in a folder of its name.
enum Golden {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Fixtures")

    static func cases(_ kind: String) -> [String] {
        let names =
            (try? FileManager.default.contentsOfDirectory(atPath: folder.appendingPathComponent(kind).path)) ?? []
        return names.filter { $0.hasSuffix(".arch") }.map { String($0.dropLast(5)) }.sorted()
    }

    static func compile(_ name: String, in kind: String, replacing path: String = "", by text: [UInt8] = [])
        -> Compilation
    {
        let main = name + ".arch"
        return Compiler.compile(path: main, registry: .forTests) { wanted in
            if wanted == path { return text }
            let place = wanted == main || wanted == "example.arch" ? main : name + "/" + wanted
            let url = folder.appendingPathComponent(kind).appendingPathComponent(place)
            guard let data = FileManager.default.contents(atPath: url.path) else { throw Missing() }
            return Array(data)
        }
    }

    struct Missing: Error, CustomStringConvertible {
        var description: String { "no such file" }
    }

    static func compare(_ text: String, _ name: String, in kind: String) throws {
        let url = folder.appendingPathComponent(kind).appendingPathComponent(name + ".txt")
        if ProcessInfo.processInfo.environment["STRATA_RECORD"] == "1" {
            try Data(text.utf8).write(to: url)
        }
        let expected = try String(contentsOf: url, encoding: .utf8)
        #expect(text == expected)
    }
}
