import GraphIR
import Testing

@testable import Files
@testable import Interpreter

/// Files of weights: what is written reads back, and what is broken is said to be.
@Suite struct SafetensorsTests {
    private let file = Safetensors(
        entries: [.init("b", shape: [2, 3], values: [1, 2, 3, 4, 5, 6]), .init("a.ü", shape: [], values: [-0.5])],
        metadata: [("network", "eqt\n\"x\"")])

    @Test func whatIsWrittenReadsBack() throws {
        #expect(try Safetensors(file.bytes) == file)
        // The numbers begin on a multiple of eight bytes.
        #expect((file.bytes.count - 7 * 4) % 8 == 0)
    }

    @Test func brokenFilesAreRefused() {
        let good = file.bytes
        #expect(throws: Safetensors.Malformed.self) { try Safetensors([]) }
        #expect(throws: Safetensors.Malformed.self) { try Safetensors([UInt8](repeating: 255, count: 64)) }
        #expect(throws: Safetensors.Malformed.self) { try Safetensors(Array(good.dropLast())) }
        #expect(throws: Safetensors.Malformed.self) { try Safetensors(good + [0]) }
        for header in [
            #"{"a":{"dtype":"F16","shape":[2],"data_offsets":[0,4]}}"#,
            #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,8]}}"#,
            #"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#,
            #"{"a":{"dtype":"F32","shape":[9223372036854775807,4],"data_offsets":[0,4]}}"#,
            #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#,
            #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#,
            "[]", "{",
        ] {
            let bytes = [UInt8(header.utf8.count)] + [UInt8](repeating: 0, count: 7) + Array(header.utf8)
            #expect(throws: Safetensors.Malformed.self, "\(header)") { try Safetensors(bytes + [0, 0, 0, 0]) }
        }
    }

    @Test func weightsMustFit() throws {
        var maker = GraphMaker()
        let x = maker.input([3, 20])
        maker.output(try maker.add("conv", ["filters": .int(4), "kernel": .int(3)], to: [x]))
        let weights = Weights(initializing: maker.graph, seed: 1)
        #expect(try Weights(weights.safetensors(), layout: weights.layout) == weights)
        var other = weights.safetensors()
        other.entries[0].name = "conv_1.wait"
        other.entries[1] = .init("conv_1.bias", shape: [5], values: [0, 0, 0, 0, 0])
        let error = #expect(throws: WeightMismatch.self) { try Weights(other, layout: weights.layout) }
        #expect(error?.missing == ["conv_1.weight"])
        #expect(error?.unknown == ["conv_1.wait"])
        #expect(error?.differing.count == 1)
    }

    @Test func startsDoNotDependOnOtherLayers() throws {
        var small = GraphMaker(), large = GraphMaker()
        let x = small.input([3, 20]), y = large.input([3, 20])
        small.output(try small.add("conv", ["filters": .int(4), "kernel": .int(3)], to: [x]))
        let conv = try large.add("conv", ["filters": .int(4), "kernel": .int(3)], to: [y])
        large.output(try large.add("conv", ["filters": .int(4), "kernel": .int(3)], to: [conv]))
        let a = Weights(initializing: small.graph, seed: 7), b = Weights(initializing: large.graph, seed: 7)
        #expect(a["conv_1.weight"] == b["conv_1.weight"])
        #expect(b["conv_1.weight"] != b["conv_2.weight"])
    }
}
