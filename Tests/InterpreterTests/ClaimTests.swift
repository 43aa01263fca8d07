import Compiler
import GraphIR
import Layers
import Testing

@testable import Interpreter

/// What a text says about open sizes is held against the lengths that come.
@Suite struct ClaimTests {
    private func plan(_ text: String, length: Int) throws -> Plan {
        let graph = try #require(compile(text: text, path: "claims.arch").network?.graph)
        var options = PlanOptions(batch: 1)
        options.lengths = ["T": length]
        return try Plan(graph, options: options)
    }

    @Test func aBrokenClaimIsSaidWithItsPlace() throws {
        let text = """
            network A {
                input x: [3, T]
                output y: [8, 6000] = x -> conv(8, 3)
            }
            """
        _ = try plan(text, length: 6000)
        let error = #expect(throws: PlanError.self) { try plan(text, length: 5999) }
        let said = "\(try #require(error))"
        #expect(said.contains("claims.arch:3") && said.contains("6000") && said.contains("T = 5999"), "\(said)")
    }

    @Test func sizesThatNoArrayHasAreRefused() {
        let text = "network A {\n    input x: [3, T]\n    output y = x -> upsample(4096) -> upsample(4096)\n}\n"
        #expect(throws: PlanError.self) { try plan(text, length: 1 << 30) }
    }
}
