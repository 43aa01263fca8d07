import GraphIR
import Testing

@testable import Layers

/// One use of a layer, made by its name as the compiler does, from arrays of these shapes at 100 Hz.
func use(
    _ name: String, _ arguments: KeyValuePairs<String, Value> = [:], on shapes: [Dimension]...
) throws -> any LayerSignature {
    try use(name, Arguments(arguments), onAll: shapes)
}

func use(_ name: String, _ arguments: Arguments, onAll shapes: [[Dimension]]) throws -> any LayerSignature {
    let layer = try #require(Registry.builtIn.layer(name))
    return try layer.init(arguments, inputs: shapes.map { TensorType(Shape($0), rate: 100) })
}

@Suite("Shape rules, against the sizes that PyTorch and Keras report")
struct ShapeRuleTests {
    private let time = Dimension.symbol("T")

    private func shape(
        _ name: String, _ arguments: KeyValuePairs<String, Value> = [:], on shapes: [Dimension]...
    ) throws -> String {
        try use(name, Arguments(arguments), onAll: shapes).output.shape.description
    }

    @Test("EQTransformer's encoder: 375 samples become 188")
    func pools() throws {
        var length: Dimension = 6000
        let lengths = try [3000, 1500, 750, 375, 188, 94, 47].map { expected in
            length = try use("max_pool", ["size": 2], on: [8, length]).output.shape.time
            return length.number == expected
        }
        #expect(lengths.allSatisfy { $0 })
        #expect(try shape("max_pool", ["size": 2, "padding": .word("valid")], on: [8, 375]) == "[8, 187]")
        #expect(try shape("max_pool", ["size": 2, "padding": .word("ceil")], on: [8, 375]) == "[8, 188]")
        // UPC-UCV: 5 wide, stride 2. GoogLeNet: 3 wide, stride 2, ceil; AlexNet without.
        #expect(try shape("max_pool", ["size": 5, "stride": 2], on: [32, 2501]) == "[32, 1251]")
        #expect(
            try shape("max_pool", ["size": 3, "stride": 2, "padding": .word("ceil")], on: [64, 112, 112])
                == "[64, 56, 56]")
        #expect(
            try shape("max_pool", ["size": 3, "stride": 2, "padding": .word("valid")], on: [96, 55, 55])
                == "[96, 27, 27]")
    }

    @Test("PhaseNet: 3001, 751, 188, 47, 12 down, and 51, 191, 755, 3007 up")
    func phaseNet() throws {
        var length: Dimension = 3001
        for expected in [751, 188, 47, 12] {
            length = try use("conv", ["filters": 8, "kernel": 7, "stride": 4], on: [8, length]).output.shape.time
            #expect(length.number == expected)
        }
        for (from, to) in [(12, 51), (47, 191), (188, 755), (751, 3007)] {
            let up = try shape("conv_transpose", ["filters": 4, "kernel": 7, "stride": 4], on: [8, .number(from)])
            #expect(up == "[4, \(to)]")
        }
        #expect(try shape("crop", ["left": 1, "right": 2], on: [4, 191]) == "[4, 188]")
        #expect(try shape("crop", ["to": 3001], on: [4, 3004]) == "[4, 3001]")
    }

    @Test("TensorFlow's same padding: where the zeros go")
    func padding() {
        func zeros(_ length: Int, _ kernel: Int, _ stride: Int = 1) -> [Int] {
            let window = SlidingWindow(kernel: kernel, stride: stride, rule: .padded(.same))
            return [window.padding(for: length).before, window.padding(for: length).after]
        }
        #expect([2, 4, 6, 8, 10].map { zeros(100, $0) } == [[0, 1], [1, 2], [2, 3], [3, 4], [4, 5]])
        #expect([3001, 751, 188, 47].map { zeros($0, 7, 4) } == [[3, 3], [2, 2], [1, 2], [2, 2]])
        #expect(zeros(501, 3, 2) == [1, 1] && zeros(375, 2, 2) == [0, 1])
    }

    @Test("ConvNetQuake: eight strides of two")
    func convNetQuake() throws {
        var length: Dimension = 1001
        for expected in [501, 251, 126, 63, 32, 16, 8, 4] {
            length = try use("conv", ["filters": 32, "kernel": 3, "stride": 2], on: [32, length]).output.shape.time
            #expect(length.number == expected)
        }
        #expect(try shape("flatten", on: [32, 4]) == "[128]")
    }

    @Test("Images: AlexNet's first layer, and sizes for each axis")
    func images() throws {
        let alex = try shape("conv", ["filters": 64, "kernel": 11, "stride": 4, "padding": 2], on: [3, 224, 224])
        #expect(alex == "[64, 55, 55]")
        let two = try shape(
            "conv", ["filters": 5, "kernel": [3, 7], "stride": [1, 2], "padding": .word("valid")], on: [2, 10, 21])
        #expect(two == "[5, 8, 8]")
        #expect(try shape("upsample", ["factor": [2, 3]], on: [2, 10, 21]) == "[2, 20, 63]")
        #expect(try shape("transpose", ["order": [1, 2, 0]], on: [2, 10, 21]) == "[10, 21, 2]")
    }

    @Test("Lengths that are not known yet")
    func symbols() throws {
        #expect(try shape("conv", ["filters": 8, "kernel": 11], on: [3, time]) == "[8, T]")
        #expect(try shape("conv", ["filters": 8, "kernel": 3, "stride": 2], on: [3, time]) == "[8, ceil(T/2)]")
        #expect(
            try shape("conv", ["filters": 8, "kernel": 5, "padding": .word("valid")], on: [3, time]) == "[8, T - 4]")
        #expect(try shape("max_pool", ["size": 4], on: [3, time * 4]) == "[3, T]")
        #expect(
            try shape("conv_transpose", ["filters": 2, "kernel": 7, "stride": 4], on: [3, time]) == "[2, 4*T + 3]")
        #expect(try shape("crop", ["to": .size(time)], on: [3, time + 4]) == "[3, T]")
        #expect(try shape("concat", ["axis": .word("time")], on: [3, time], [3, time + 1]) == "[3, 2*T + 1]")
        #expect(try shape("lstm", ["units": 16, "bidirectional": true], on: [3, time]) == "[32, T]")
        #expect(try shape("global_average_pool", on: [3, time]) == "[3]")
        #expect(
            try shape("log_filter_bank", ["bands": 16, "window": 400, "hop": 50], on: [1, time])
                == "[16, floor(T/50) - 7]")
        #expect(try shape("deltas", on: [16, time]) == "[48, T]")
    }

    @Test("A transposed convolution with padding: same makes length * stride")
    func transposed() throws {
        for (kernel, stride) in [(7, 4), (4, 4), (2, 5), (1, 1), (6, 3)] {
            let same = try shape(
                "conv_transpose",
                ["filters": 1, "kernel": .int(kernel), "stride": .int(stride), "padding": .word("same")], on: [2, 9])
            #expect(same == "[1, \(9 * stride)]")
        }
    }

    @Test("The sampling rate follows the samples")
    func rates() throws {
        #expect(try use("max_pool", ["size": 4], on: [3, 400]).output.rate == 25)
        #expect(try use("upsample", ["factor": 2], on: [3, 400]).output.rate == 200)
        #expect(try use("log_filter_bank", ["window": 400, "hop": 50], on: [1, 6000]).output.rate == 2)
        #expect(try use("flatten", on: [3, 400]).output.rate == nil)
    }
}
