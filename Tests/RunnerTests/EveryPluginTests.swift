import GraphIR
import Testing

@testable import Runner

/// Whatever is registered keeps the laws, without a test of its own.
@Suite(.serialized) struct EveryPluginTests {
    static let names: [String] = PluginKind.allCases.flatMap { kind in
        Registry.builtIn.names(kind).map { "\(kind.rawValue) \($0)" }
    }

    @Test(arguments: names) func keepsTheLaws(name: String) {
        let violations = PluginLaws.violations(of: [name], in: .builtIn)
        #expect(violations.isEmpty, "\(violations.joined(separator: "\n"))")
    }

    @Test func thereArePlugins() {
        #expect(Self.names.count > 60)
    }
}
