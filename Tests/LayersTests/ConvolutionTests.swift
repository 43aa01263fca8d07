import GraphIR
import Interpreter
import Testing

@testable import Layers

@Suite("Convolutions, pools and what changes a length, against their plain versions")
struct ConvolutionTests {
    static let convolutions: [Case] = [
        Case("conv", ["filters": 3, "kernel": 3], on: [2, 9]),
        Case("conv", ["filters": 9, "kernel": 11, "activation": .word("relu")], on: [3, 40]),
        Case("conv", ["filters": 2, "kernel": 2], on: [2, 17], batch: 3),
        Case("conv", ["filters": 2, "kernel": 10, "activation": .word("sigmoid")], on: [1, 5]),
        Case("conv", ["filters": 3, "kernel": 7, "stride": 4], on: [2, 37]),
        Case("conv", ["filters": 3, "kernel": 4, "stride": 3, "padding": .word("valid")], on: [2, 21]),
        Case("conv", ["filters": 2, "kernel": 3, "dilation": 8, "padding": .word("causal")], on: [2, 30]),
        Case("conv", ["filters": 2, "kernel": 3, "stride": 2, "padding": .word("causal")], on: [2, 11]),
        Case("conv", ["filters": 4, "kernel": 3, "groups": 2, "bias": false], on: [6, 19]),
        Case("conv", ["filters": 2, "kernel": 5, "padding": 4], on: [1, 6]),
        Case("conv", ["filters": 5, "kernel": 1, "activation": .word("tanh")], on: [7, 33]),
        Case("conv", ["filters": 2, "kernel": 21], on: [2, 3], batch: 1),
        Case("conv", ["filters": 1, "kernel": 1], on: [1, 1], batch: 1),
        Case("conv", ["filters": 2, "kernel": 2, "dilation": 3, "activation": .word("gelu")], on: [2, 16]),
        Case("conv", ["filters": 3, "kernel": 3], on: [2, 5, 6]),
        Case(
            "conv", ["filters": 2, "kernel": [2, 5], "stride": [2, 1], "activation": .word("elu")], on: [2, 6, 18]),
        Case("conv", ["filters": 4, "kernel": 3, "stride": 2, "padding": 1, "groups": 2], on: [2, 7, 9]),
        Case(
            "conv", ["filters": 2, "kernel": [3, 2], "dilation": [1, 2], "padding": .word("valid")], on: [1, 4, 7]),
        // Pictures whose lines are put one behind another: channels in the lanes, in groups, in several bands; strides;
        // a kernel taller than the picture; lines that are long for one pass and short for another.
        Case("conv", ["filters": 5, "kernel": 3, "activation": .word("relu")], on: [16, 7, 7], batch: 5),
        Case("conv", ["filters": 6, "kernel": 1], on: [32, 6, 5], batch: 1),
        Case("conv", ["filters": 4, "kernel": 3, "groups": 2], on: [32, 5, 6]),
        Case("conv", ["filters": 3, "kernel": [3, 2], "dilation": [2, 3]], on: [16, 21, 40]),
        Case("conv", ["filters": 9, "kernel": [5, 3], "stride": [3, 2]], on: [3, 14, 21]),
        Case("conv", ["filters": 2, "kernel": [9, 3], "bias": false], on: [16, 3, 8]),
        Case("conv", ["filters": 2, "kernel": 3, "padding": .word("valid")], on: [1, 4, 66]),
        Case("conv", ["filters": 2, "kernel": 3], on: [16, 3, 70]),
        // A dilation so wide that lines stay apart, for the sums alone and for gradients too.
        Case("conv", ["filters": 2, "kernel": 3, "dilation": [1, 6]], on: [16, 5, 14]),
        Case("conv", ["filters": 2, "kernel": 3, "dilation": 20], on: [16, 5, 8]),
    ]
    static let transposed: [Case] = [
        Case("conv_transpose", ["filters": 3, "kernel": 7, "stride": 4], on: [2, 9]),
        Case(
            "conv_transpose", ["filters": 2, "kernel": 4, "stride": 2, "padding": .word("same")], on: [3, 17], batch: 3),
        Case("conv_transpose", ["filters": 2, "kernel": 2, "stride": 5, "padding": .word("same")], on: [2, 4]),
        Case("conv_transpose", ["filters": 1, "kernel": 5, "stride": 3, "padding": 2], on: [2, 6]),
        Case("conv_transpose", ["filters": 2, "kernel": 3, "activation": .word("relu"), "bias": false], on: [2, 1]),
        Case("conv_transpose", ["filters": 2, "kernel": [2, 3], "stride": [1, 2]], on: [2, 3, 5]),
        Case("conv_transpose", ["filters": 16, "kernel": 3], on: [4, 6, 9], batch: 5),
        Case("conv_transpose", ["filters": 3, "kernel": [4, 2], "padding": 1], on: [2, 5, 12]),
    ]
    static let resizing: [Case] = [
        Case("max_pool", ["size": 2], on: [3, 17]),
        Case("max_pool", ["size": 5, "stride": 2], on: [2, 40]),
        Case("max_pool", ["size": 3, "stride": 2, "padding": .word("valid")], on: [2, 20]),
        Case("max_pool", ["size": 3, "stride": 2, "padding": .word("ceil")], on: [2, 6, 8]),
        Case("max_pool", ["size": [1, 2]], on: [2, 3, 7], batch: 1),
        Case("max_pool", ["size": 3], on: [1, 1]),
        Case("max_pool", ["size": 3, "stride": 1], on: [2, 9, 21]),
        Case("max_pool", ["size": [2, 4], "stride": [1, 3]], on: [2, 5, 60], batch: 1),
        Case("max_pool", ["size": 33, "stride": 2], on: [2, 70]),
        Case("average_pool", ["size": 2], on: [3, 17]),
        Case("average_pool", ["size": 3, "stride": 1], on: [2, 5, 6]),
        Case("average_pool", ["size": 4, "stride": 3, "padding": .word("ceil")], on: [2, 12]),
        Case("global_average_pool", on: [3, 17]),
        Case("global_average_pool", on: [2, 3, 5]),
        Case("global_max_pool", on: [3, 17], batch: 3),
        Case("upsample", ["factor": 2], on: [3, 17]),
        Case("upsample", ["factor": [2, 3]], on: [2, 3, 4]),
        Case("crop", ["left": 1, "right": 2], on: [2, 20]),
        Case("crop", ["to": 5], on: [2, 20]),
        Case("crop", ["to": 5, "keep": .word("end")], on: [2, 3, 20]),
        Case("crop", ["to": 19, "keep": .word("start")], on: [1, 20]),
        Case("pad", ["left": 1, "right": 3, "with": 0.5], on: [2, 16]),
    ]

    @Test("Convolutions", arguments: convolutions)
    func agree(_ test: Case) throws { try expectAgreement(test) }
    @Test("Transposed convolutions", arguments: transposed)
    func agreeTransposed(_ test: Case) throws { try expectAgreement(test) }
    @Test("Pools and lengths", arguments: resizing)
    func agreeResized(_ test: Case) throws { try expectAgreement(test) }

    /// Strips would be filled with what lies between the taps.
    @Test func aWideDilationTakesNoRoom() throws {
        func memory(_ dilation: Int) throws -> Int {
            let arguments: KeyValuePairs<String, Value> = ["filters": 8, "kernel": 3, "dilation": .int(dilation)]
            let test = Case("conv", arguments, on: [16, 16, 16], batch: 1)
            let options = PlanOptions(batch: 1, mode: .training, gradients: .weightsAndInputs)
            return try Plan(test.graph(), options: options).memory.total
        }
        // Every line wants the taps' reach in zeros beside it, and no more.
        #expect(try memory(4096) - memory(1) < (16 + 8) * 16 * 2 * 8192 * 4 * 2)
        #expect(try memory(64) < 1 << 20)
    }

    /// Short lines are put one behind another, long ones are not: a sum does not show it.
    @Test func aCornerOfAWiderPictureHasTheSameBits() throws {
        let arguments: KeyValuePairs<String, Value> = ["filters": 5, "kernel": 3, "padding": .word("valid")]
        func results(width: Int, as values: (Int, Int, Int) -> Float) throws -> [Float] {
            let test = Case("conv", arguments, on: [16, 9, width], batch: 1)
            let machine = try Machine(test.graph(), options: PlanOptions(batch: 1, mode: .inference))
            var weights = Weights(zerosIn: machine.layout)
            for entry in weights.layout.entries { weights[entry.name] = Comparison.numbers(entry.count, entry.name) }
            machine.load(weights)
            var picture: [Float] = []
            for channel in 0..<16 {
                for line in 0..<9 { for column in 0..<width { picture.append(values(channel, line, column)) } }
            }
            try machine.setInput(0, to: picture)
            try machine.forward(seed: 1, step: 0)
            return machine.output(0)
        }
        let numbers = Comparison.numbers(16 * 9 * 90, "picture")
        let narrow = try results(width: 40) { numbers[($0 * 9 + $1) * 90 + $2] }
        let wide = try results(width: 90) { numbers[($0 * 9 + $1) * 90 + $2] }
        for row in 0..<5 * 7 {
            #expect(narrow[row * 38..<(row + 1) * 38] == wide[row * 88..<row * 88 + 38], "line \(row)")
        }
    }
}
