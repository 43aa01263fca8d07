extension Code {
    static let aboutNames: [Code: Explanation] = [
        .unknownName: Explanation(
            "a name that nothing has",
            """
            A name is known from the line on that gives it. Blocks see their own parameters and inputs only, not those
            of the network that calls them.
            """,
            """
            network A {
                input waveform: [3, 6000]
                output y = wavefrom -> relu
            }
            """),
        .unknownLayer: Explanation(
            "a layer or block that does not exist",
            """
            'strata layers' lists every layer. Blocks are declared in the same file or brought by 'use "file.arch"'. A
            layer of your own is a Swift file: 'use plugin "file.swift"'.
            """,
            """
            network A {
                input x: [3, 6000]
                output y = x -> con(8, 3)
            }
            """),
        .duplicateName: Explanation(
            "two things of one name",
            """
            Nothing changes its value, so nothing can be given a value twice. A label and a result cannot share a name
            either: both name weights.
            """,
            """
            network A {
                input x: [3, 6000]
                y = x -> relu
                y = x -> tanh
                output z = y -> relu
            }
            """),
        .unknownArgument: Explanation(
            "an argument that the layer does not have",
            "Every argument is checked against what the layer says of itself; nothing is ever ignored.",
            """
            network A {
                input x: [3, 6000]
                output y = x -> conv(64, kernal: 3)
            }
            """),
        .missingArgument: Explanation(
            "an argument that must be given",
            """
            What has no default must be said: by position, or by name. A network's own parameter needs a default in the
            file or a value on the command line.
            """,
            """
            network A {
                input x: [3, 6000]
                output y = x -> conv(64)
            }
            """),
        .tooManyArguments: Explanation(
            "more arguments than parameters",
            "Arguments without a name fill the parameters in order. Arrays do not count: they flow in.",
            """
            network A {
                input x: [3, 6000]
                output y = x -> halve(2, 3)
            }

            block halve(by: int) on x { return x -> max_pool(by) }
            """),
        .repeatedArgument: Explanation(
            "one argument, given twice",
            "An argument was said by position and by name, or twice by name.",
            """
            network A {
                input x: [3, 6000]
                output y = x -> conv(64, 3, kernel: 5)
            }
            """),
        .noSuchMember: Explanation(
            "a part that the thing does not have",
            """
            Only what a block returns beside its result has names: 'return y, skip: x' makes '.skip'. In a loop the
            label is a list, and '.skip' the list of all turns.
            """,
            """
            network A {
                input x: [3, 6000]
                y = x -> unit as first
                output z = concat(y, first.skipp, axis: channels)
            }

            block unit on x {
                y = x -> relu
                return y, skip: x
            }
            """),
        .unknownParameter: Explanation(
            "a parameter that the network does not have",
            """
            'set name = value' changes a parameter of the network. An argument of a layer is set by the path of the
            layer: 'set context.lstm.units = 8'.
            """,
            """
            variant B of "parent.arch" {
                set filter = 16
            }
            """,
            and: [
                "parent.arch": """
                network A(filters: int = 8) {
                    input x: [3, 6000]
                    output y = x -> conv(filters, 3)
                }
                """
            ]),
    ]
}
