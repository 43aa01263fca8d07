import GraphIR
import Testing

@testable import Layers

@Suite("Weights, against the parameter counts of Keras and PyTorch")
struct WeightCountTests {
    private func count(
        _ name: String, _ arguments: KeyValuePairs<String, Value> = [:], on shape: [Dimension]
    ) throws -> Int {
        try use(name, arguments, on: shape).weights.reduce(0) { $0 + ($1.isTrainable ? $1.count : 0) }
    }

    @Test("EQTransformer's layers")
    func eqTransformer() throws {
        #expect(try count("conv", ["filters": 8, "kernel": 11], on: [3, 6000]) == 272)
        #expect(try count("conv", ["filters": 64, "kernel": 3], on: [64, 47]) == 12_352)
        #expect(try count("lstm", ["units": 16, "bidirectional": true], on: [64, 47]) == 10_368)
        #expect(try count("lstm", ["units": 16], on: [16, 47]) == 2_112)
        #expect(try count("lstm", ["units": 16, "biases": .word("two")], on: [16, 47]) == 2_176)
        #expect(try count("self_attention", on: [16, 47]) == 1_089)
        #expect(try count("feed_forward", on: [16, 47]) == 4_240)
        #expect(try count("layer_norm", on: [16, 47]) == 32)
        #expect(try count("batch_norm", on: [64, 47]) == 128)
        #expect(
            try use("batch_norm", on: [64, 47]).weights.map { $0.name } == [
                "weight", "bias", "running_mean", "running_var",
            ])
    }

    @Test("The volcano networks and GRUs")
    func recurrent() throws {
        #expect(try count("rnn", ["units": 140], on: [48, 600]) == 26_460)
        #expect(try count("lstm", ["units": 210], on: [48, 600]) == 217_560)
        let gru = 3 * (16 * 16 + 16 * 16 + 16)
        #expect(try count("gru", ["units": 16, "reset": .word("before")], on: [16, 47]) == gru)
        #expect(try count("gru", ["units": 16, "biases": .word("two")], on: [16, 47]) == gru + 48)
    }

    @Test("Layouts and names are PyTorch's")
    func layouts() throws {
        func layout(_ layer: any LayerSignature) -> [String] { layer.weights.map { "\($0.name) \($0.shape)" } }
        #expect(
            try layout(use("conv", ["filters": 8, "kernel": 11], on: [3, 99])) == ["weight [8, 3, 11]", "bias [8]"])
        #expect(
            try layout(use("conv", ["filters": 8, "kernel": [3, 5], "groups": 2, "bias": false], on: [4, 9, 9]))
                == ["weight [8, 2, 3, 5]"])
        #expect(
            try layout(use("conv_transpose", ["filters": 8, "kernel": 7], on: [16, 99]))
                == ["weight [16, 8, 7]", "bias [8]"])
        #expect(try layout(use("dense", ["units": 2], on: [640])) == ["weight [2, 640]", "bias [2]"])
        #expect(
            try layout(use("gru", ["units": 4, "bidirectional": true], on: [3, 9])) == [
                "forward.weight_ih [12, 3]", "forward.weight_hh [12, 4]", "forward.bias [12]",
                "backward.weight_ih [12, 3]", "backward.weight_hh [12, 4]", "backward.bias [12]",
            ])
        #expect(
            try layout(use("self_attention", on: [16, 47])) == [
                "weight_query [32, 16]", "weight_key [32, 16]", "bias [32]", "weight_score [32]", "bias_score [1]",
            ])
    }

    @Test("A convolution's penalties reach its weights")
    func penalties() throws {
        let conv = try use("conv", ["filters": 8, "kernel": 3, "l2": 1e-6, "bias_l1": 1e-4], on: [3, 9])
        #expect(conv.weights.map { $0.penalty } == [Penalty(l2: 1e-6), Penalty(l1: 1e-4)])
    }

    @Test("Arithmetic cost counts a product and a sum as two")
    func cost() throws {
        let conv = try use("conv", ["filters": 8, "kernel": 11, "bias": false], on: [3, 6000])
        #expect(conv.flops == 3_168_000)
        #expect(try use("dense", ["units": 10, "bias": false], on: [640]).flops == 12_800)
    }
}
