import Foundation
import GraphIR
import Layers
import Testing

@testable import Compiler

/// Every code has a story, and every story's example gives the code that it tells of.
@Suite struct ExplanationTests {
    @Test(arguments: Code.allCases) func everyCodeHasAStory(_ code: Code) throws {
        let explanation = try #require(Code.explanations[code])
        #expect(!explanation.title.isEmpty)
        #expect(!explanation.story.isEmpty)
        #expect(code.page(width: 80).hasPrefix(code.rawValue))
    }

    /// Those that take more than a page to show, or that only a fault of ours could show.
    static let withoutExample: Set<Code> = [.fileTooLarge, .faultOfOurs, .noPluginOfKind]

    @Test(arguments: Code.allCases) func everyExampleGivesItsCode(_ code: Code) {
        let files = code.explanation.files
        #expect(files.isEmpty == Self.withoutExample.contains(code))
        guard !files.isEmpty else { return }
        let found = compile(files).diagnostics
        #expect(found.map(\.code) == [code.rawValue], "\(found.map { "\($0.code): \($0.message)" })")
    }

    /// The examples are golden texts, too: recording writes them where there are none.
    @Test(arguments: Code.allCases) func everyExampleIsGolden(_ code: Code) throws {
        let files = code.explanation.files
        guard let main = files.first else { return }
        let folder = Golden.folder.appendingPathComponent("wrong")
        let url = folder.appendingPathComponent(code.rawValue + ".arch")
        if ProcessInfo.processInfo.environment["STRATA_RECORD"] == "1" {
            try Data(main.text.utf8).write(to: url)
            for file in files.dropFirst() {
                let own = folder.appendingPathComponent(code.rawValue)
                try FileManager.default.createDirectory(at: own, withIntermediateDirectories: true)
                try Data(file.text.utf8).write(to: own.appendingPathComponent(file.path))
            }
        }
        #expect(try String(contentsOf: url, encoding: .utf8) == main.text)
    }

    private func compile(_ files: [Explanation.File]) -> Compilation {
        Compiler.compile(path: files[0].path, registry: .forTests) { path in
            guard let file = files.first(where: { $0.path == path }) else { throw NoSuchFile() }
            return Array(file.text.utf8)
        }
    }

    @Test func aFileBeyondTheLimitIsRefused() {
        let text = String(repeating: "// nothing but comments\n", count: 50_000)
        #expect(Compiler.compile(text: text).diagnostics.map(\.code) == [Code.fileTooLarge.rawValue])
    }
}
