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
        let graph = try graph("    input x: [1, T]\n    output y = x -> local_response_norm(4) as norm -> conv(1, 1)")
        let error = #expect(throws: ForeignError.self) {
            try OnnxExport(graph, weights: Weights(initializing: graph, seed: 1))
        }
        #expect(error?.message.contains("'norm'") == true)
    }

    /// An even kernel under an open length with a stride: whoever runs the graph counts its zeros.
    @Test func zerosThatDependOnAnOpenLengthAreLeftToTheRuntime() throws {
        let graph = try graph("    input x: [1, T]\n    output y = x -> conv(2, 4, stride: 2) as halved")
        let export = try OnnxExport(graph, weights: Weights(initializing: graph, seed: 1))
        let attributes = try #require(export.model.nodes.first { $0.name == "halved" }).attributes
        guard case .text("SAME_UPPER") = attributes.first(where: { $0.name == "auto_pad" })?.value else {
            Issue.record("\(attributes)")
            return
        }
    }

    /// The matrices of a filter bank, multiplied out by hand, say what the layer says.
    @Test func aFilterBankIsItsMatrices() throws {
        let graph = try graph(
            "    input x: [1, 64] at 100 Hz\n"
                + "    output y = x -> log_filter_bank(bands: 4, window: 16 samples, hop: 8 samples, low: 8 Hz)")
        let wave = (0..<64).map { Float(sin(Double($0) * 0.7) + 0.3 * cos(Double($0) * 2.1)) }
        let said = try NetworkFunction(graph, weights: Weights(initializing: graph, seed: 1))(
            [NamedArray("", shape: [1, 1, 64], values: wave)]
        ).arrays[0]
        let bank = FilterBank(
            bands: 4, window: 16, hop: 8, fft: 16, low: 8, high: 50, rate: 100, isPower: false, floor: 1e-10)
        let (cosines, sines, heights) = (bank.waves(isSine: false), bank.waves(isSine: true), bank.triangles())
        let lines = cosines.count / 16
        for frame in 0..<7 {
            let magnitudes = (0..<lines).map { line -> Float in
                func sum(_ waves: [Float]) -> Float {
                    (0..<16).reduce(0) { $0 + waves[line * 16 + $1] * wave[frame * 8 + $1] }
                }
                return (sum(cosines) * sum(cosines) + sum(sines) * sum(sines)).squareRoot()
            }
            for band in 0..<4 {
                let energy = (0..<lines).reduce(Float(0)) { $0 + heights[band * lines + $1] * magnitudes[$1] }
                #expect(abs(log(energy + 1e-10) - said.values[band * 7 + frame]) < 1e-5)
            }
        }
    }
}
