import Compiler
import Foundation
import GraphIR
import Testing

@testable import Runner

/// Pages that a command writes are what it writes today.
@Suite struct GeneratedPagesTests {
    @Test func docsLayersIsWhatThePluginsSay() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let page = try String(contentsOf: root.appendingPathComponent("docs/layers.md"), encoding: .utf8)
        let signatures = PluginKind.allCases.flatMap { kind in
            Registry.builtIn.plugins(kind).map { $0.signature.named(in: .builtIn) }
        }
        let written = Signature.markdown(of: signatures)
        #expect(
            page.split(separator: "\n") == written.split(separator: "\n"),
            "strata layers --markdown > docs/layers.md")
    }
}
