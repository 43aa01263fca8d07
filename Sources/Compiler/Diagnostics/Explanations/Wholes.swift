extension Code {
    static let aboutWholes: [Code: Explanation] = [
        .expectationNotMet: Explanation(
            "an expectation that does not hold",
            """
            'expect parameters == N' and its like are the file's own tests: parameters and fixed count weights that are
            trained and that are not, flops one forward pass, receptive_field samples along time. A variant does not
            inherit them, and '--set' suspends them.
            """,
            """
            network A {
                input x: [3, 6000]
                output y = x -> conv(8, 3)
                expect parameters == 81
            }
            """),
        .unknownExpectation: Explanation(
            "an expectation of something that is not measured",
            "What can be expected: parameters, fixed, flops, receptive_field and layers.",
            """
            network A {
                input x: [3, 6000]
                output y = x -> conv(8, 3)
                expect parameter == 80
            }
            """),
        .noInput: Explanation(
            "a network without an input", "Something must flow in: 'input waveform: [3, 6000] at 100 Hz'.",
            """
            network A {
                filters = 8
            }
            """),
        .noOutput: Explanation(
            "a network without an output", "Something must flow out: 'output p = …'.",
            """
            network A {
                input x: [3, 6000]
                y = x -> relu
            }
            """),
        .faultOfOurs: Explanation(
            "a fault of strata",
            "The compiler checks its own graphs after every pass, and this one cannot be right. Please report it."),
        .unusedParameter: Explanation(
            "a parameter that nothing uses",
            "Changing it would change nothing, which whoever changes it should know.",
            """
            network A(filters: int = 8, kernel: int = 3) {
                input x: [3, 6000]
                output y = x -> conv(filters, 3)
            }
            """),
        .channelsBehindTime: Explanation(
            "an input with thousands of channels and a few samples",
            """
            A shape is [channels, time] here, as in PyTorch. Keras writes time first, so that a record of three
            components is (3000, 3) there and [3, 3000] here. Arrays that the network is given have channels first, too.
            """,
            """
            network A {
                input x: [3000, 3] at 100 Hz
                output p = x -> conv(8, 3)
            }
            """),
        .unusedName: Explanation(
            "a result that nothing uses", "It is computed for nothing: use it, or take it out.",
            """
            network A {
                input x: [3, 6000]
                filters = 8
                output y = x -> conv(16, 3)
            }
            """),
        .unreachableLayer: Explanation(
            "a layer that leads to no output",
            "No output depends on it, so it learns nothing and is left out of the network.",
            """
            network A {
                input x: [3, 6000]
                x -> conv(8, 3) as unused
                output y = x -> conv(16, 3)
            }
            """),
        .unusedBlock: Explanation(
            "a block that nothing calls",
            "In a file that declares a network, a block is there to be called. A file of blocks only is a library.",
            """
            network A {
                input x: [3, 6000]
                output y = x -> relu
            }

            block twice on x { return x -> relu -> relu }
            """),
    ]
}
