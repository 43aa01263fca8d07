import Compiler
import Foundation
import GraphIR
import Interpreter
import Testing

@testable import Foreign

/// What an ONNX file looks like from here; that ONNX's own checker and runtime agree is tried outside.
@Suite struct OnnxTests {
    private func graph(_ text: String) throws -> Graph {
        let compilation = compile(text: "/// A test.\nnetwork Test {\n\(text)\n}\n")
        return try #require(compilation.network, "\(compilation.diagnostics)").graph
    }

    @Test func nodesHaveLayersPaths() throws {
        let graph = try graph(
            """
                input x: [3, T]
                output y = x -> conv(4, 5, activation: relu) as first -> dropout(0.5) -> conv(1, 1) -> sigmoid
            """)
        let export = try OnnxExport(graph, weights: Weights(initializing: graph, seed: 1))
        let names = export.model.nodes.map(\.name)
        #expect(names.contains("first") && names.contains("y.conv"))
        #expect(export.model.nodes.map(\.type) == ["Conv", "Relu", "Conv", "Sigmoid"])
        #expect(export.model.inputs[0].shape == ["batch", "3", "T"])
        #expect(export.model.outputs.map(\.name) == ["y"])
        #expect(export.notes.contains { $0.contains("1 dropout layer") })
        #expect(export.bytes.prefix(2) == [0x08, 0x08])
    }

    @Test func whatCannotBeSaidIsRefusedByItsPath() throws {
        let graph = try graph(
            "    input x: [1, T] at 100 Hz\n"
                + "    output y = x -> log_filter_bank(bands: 16, window: 4 s, hop: 0.5 s, fft: 512) as bank -> conv(1, 1)"
        )
        let error = #expect(throws: ForeignError.self) {
            try OnnxExport(graph, weights: Weights(initializing: graph, seed: 1))
        }
        #expect(error?.message.contains("'bank'") == true)
    }

    /// An even kernel under an open length with a stride: nobody knows its zeros.
    @Test func zerosThatDependOnAnOpenLengthAreRefused() throws {
        let graph = try graph("    input x: [1, T]\n    output y = x -> conv(2, 4, stride: 2) as halved")
        #expect(throws: ForeignError.self) { try OnnxExport(graph, weights: Weights(initializing: graph, seed: 1)) }
    }
}
