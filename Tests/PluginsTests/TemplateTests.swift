import Foundation
import GraphIR
import Testing

@testable import Plugins

/// What `strata plugin new NAME --kind KIND` writes is a plugin as it comes.
@Suite struct TemplateTests {
    private static var inSwift: [PluginTemplate] { PluginTemplate.all.filter { $0.language == "swift" } }

    /// All of them in one file, so that one compilation serves: each keeps the laws of its kind, and is what it is
    /// asked to be.
    @Test func everyTemplateKeepsItsLaws() throws {
        let workshop = try Workshop()
        defer { workshop.remove() }
        let text = Self.inSwift.map { template in
            template.source(name: "tried_\(template.kind)")
                .replacing("private let entry:", with: "private let entryOf\(template.kind):")
        }.joined(separator: "\n")
        let file = try workshop.write("tried.swift", text)
        let tested = try workshop.strata("plugin", "test", file)
        let said = String(decoding: tested.output, as: UTF8.self)
        #expect(tested.ending == .exited(0), "\(said)\n\(tested.errors)")
        #expect(said.contains("keeps every law"))
        for template in Self.inSwift {
            let kind = template.kind == "activation" ? "layer" : template.kind
            #expect(said.contains("\(kind) tried_\(template.kind)"), "\(said)")
        }
    }

    /// It names neither what it is put beside nor anything that is not there.
    @Test func droppedBesideBuiltInOnesItImportsNothingTwice() {
        for template in Self.inSwift {
            let text = template.source(name: "my_thing")
            let imports = text.split(separator: "\n").filter { $0.hasPrefix("import ") }
            #expect(Set(imports).isSubset(of: ["import GraphIR", "import Kernels"]))
            #expect(text.contains("MyThing") && text.contains("\"my_thing\"") && !text.contains("TYPE"))
            #expect(!text.split(separator: "\n").contains { $0.count > 120 })
        }
    }

    /// Whatever can be registered has one, but for what only Strata itself brings.
    @Test func everyKindHasOne() {
        let without: Set<PluginKind> = [.reader, .strategy, .section]
        let kinds = Set(PluginTemplate.kinds)
        for kind in PluginKind.allCases where !without.contains(kind) { #expect(kinds.contains(kind.rawValue)) }
        #expect(kinds.contains("activation"))
    }

    @Test func aKindThatIsNoneIsCorrected() throws {
        let workshop = try Workshop()
        defer { workshop.remove() }
        let wrong = try workshop.strata("plugin", "new", "thing", "--kind", "metrik")
        #expect(wrong.ending == .exited(64) && wrong.errors.contains("did you mean 'metric'?"))
        let inC = try workshop.strata("plugin", "new", "thing", "--kind", "metric", "--language", "c")
        #expect(inC.ending == .exited(64) && inC.errors.contains("only a layer can be written in C"))
    }
}
