import GraphIR
import Interpreter
import Testing

@testable import Layers

@Suite("The laws that every plugin keeps, kept by ours")
struct LawTests {
    @Test("Layers", arguments: Registry.builtIn.names(.layer))
    func layer(name: String) throws {
        let layer = try #require(Registry.builtIn[.layer, name] as? any Layer.Type, "\(name) has no arithmetic")
        #expect(LayerLaws.violations(of: layer, in: .builtIn) == [])
    }

    @Test("Losses", arguments: Registry.builtIn.names(.loss))
    func loss(name: String) throws {
        let loss = try #require(Registry.builtIn[.loss, name] as? any Loss.Type)
        #expect(LossLaws.violations(of: loss) == [])
    }
}
