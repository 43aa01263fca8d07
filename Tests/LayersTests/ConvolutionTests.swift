import GraphIR
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
    ]
    static let transposed: [Case] = [
        Case("conv_transpose", ["filters": 3, "kernel": 7, "stride": 4], on: [2, 9]),
        Case(
            "conv_transpose", ["filters": 2, "kernel": 4, "stride": 2, "padding": .word("same")], on: [3, 17], batch: 3),
        Case("conv_transpose", ["filters": 2, "kernel": 2, "stride": 5, "padding": .word("same")], on: [2, 4]),
        Case("conv_transpose", ["filters": 1, "kernel": 5, "stride": 3, "padding": 2], on: [2, 6]),
        Case("conv_transpose", ["filters": 2, "kernel": 3, "activation": .word("relu"), "bias": false], on: [2, 1]),
        Case("conv_transpose", ["filters": 2, "kernel": [2, 3], "stride": [1, 2]], on: [2, 3, 5]),
    ]
    static let resizing: [Case] = [
        Case("max_pool", ["size": 2], on: [3, 17]),
        Case("max_pool", ["size": 5, "stride": 2], on: [2, 40]),
        Case("max_pool", ["size": 3, "stride": 2, "padding": .word("valid")], on: [2, 20]),
        Case("max_pool", ["size": 3, "stride": 2, "padding": .word("ceil")], on: [2, 6, 8]),
        Case("max_pool", ["size": [1, 2]], on: [2, 3, 7], batch: 1),
        Case("max_pool", ["size": 3], on: [1, 1]),
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
}
