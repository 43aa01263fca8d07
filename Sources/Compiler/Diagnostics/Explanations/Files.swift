extension Code {
    private static let parent = """
        network A {
            input x: [3, 6000]
            output y = x -> conv(8, 3) -> relu
        }
        """

    static let aboutFiles: [Code: Explanation] = [
        .editMatchesNothing: Explanation(
            "an edit that means nothing in the parent",
            """
            A selector is a label, a layer's name, or a path of them: 'picker.lstm' means every lstm within a picker.
            '*' stands for any one part, and 'conv(kernel: 3)' for those with this argument. The note lists what there
            is.
            """,
            "variant B of \"parent.arch\" {\n    replace lstm with gru\n}", and: ["parent.arch": parent]),
        .meansSeveral: Explanation(
            "a path that means more than one layer",
            """
            The first layer of a kind has no number in its path, and without a number a selector means all of them.
            'y.conv_1' is the first alone; whoever means all says each, or the kind without a path.
            """,
            "variant B of \"parent.arch\" {\n    set y.conv.kernel = 5\n}",
            and: [
                "parent.arch": """
                network A {
                    input x: [3, 6000]
                    output y = x -> conv(3, 3) -> conv(3, 3)
                }
                """
            ]),
        .channelsSaid: Explanation(
            "a convolution that may say what comes in",
            """
            In PyTorch a convolution's first number is how many channels come in; here they are known, and the first
            number is how many go out, the second the kernel's width, the third the stride.
            """,
            "network A {\n    input x: [3, 6000]\n    output y = x -> conv(3, 8, 7)\n}"),
        .cannotEdit: Explanation(
            "an edit that cannot be done",
            """
            What is removed must have one array flowing in, which then flows on. `+`, `-` and `*` join two arrays alike:
            they can be replaced, and something can be inserted after them, but neither side of them is the one that
            would flow on, or that something could be inserted before.
            """,
            "variant B of \"parent.arch\" {\n    remove add\n}",
            and: [
                "parent.arch": """
                network A {
                    input x: [3, 6000]
                    y = x -> conv(3, 5)
                    output z = x + y
                }
                """
            ]),
        .unreadableFile: Explanation(
            "a file that cannot be read",
            "Paths in a file are relative to the folder of that file.",
            "use \"missing.arch\"\n" + parent),
        .circularFiles: Explanation(
            "files that use each other in a circle",
            "A file can use another, and a variant can vary a variant; but none may come back to where it began.",
            "variant B of \"other.arch\" {\n    remove relu\n}",
            and: ["other.arch": "variant C of \"example.arch\" {\n    remove relu\n}"]),
        .pluginNotAllowed: Explanation(
            "a plugin that nobody has allowed",
            """
            A plugin is a program: it can do whatever you can do. It runs only after you have said so, for exactly this
            content of the file.
            """,
            "use plugin \"ricker.swift\"\n" + parent),
        .nothingDeclared: Explanation(
            "an empty file",
            "A file declares a network, a variant, or blocks. 'strata new' writes a first network.",
            "// Nothing yet."),
        .severalNetworks: Explanation(
            "more than one network in a file",
            "One file declares one experiment: a network or a variant, with the blocks that it needs.",
            parent + "\n\n" + parent.replacing("network A", with: "network B")),
        .notAParent: Explanation(
            "a parent that is no network",
            "A variant varies a network, or another variant. Files of blocks are brought by 'use'.",
            "variant B of \"blocks.arch\" {\n    remove relu\n}",
            and: ["blocks.arch": "block twice on x { return x -> relu -> relu }"]),
        .nestedTooDeep: Explanation(
            "nesting without end",
            "Brackets nest 64 deep, blocks call each other 64 deep, and an expression has at most 256 operators.",
            """
            network A(n: int = \(String(repeating: "(", count: 70))1\(String(repeating: ")", count: 70))) {
                input x: [3, 6000]
                output y = x -> conv(n, 3)
            }
            """),
        .fileTooLarge: Explanation(
            "a file beyond 1 MiB", "An architecture fits on a screen. Loops and blocks say what repeats itself."),
        .tooManyLayers: Explanation(
            "more layers than anybody trains",
            "A network has at most 100,000 layers after all loops and blocks are unrolled.",
            """
            network A {
                input x: [3, 6000]
                output y = x -> repeat 400 { repeat 300 { relu } }
            }
            """),
        .tooManyTurns: Explanation(
            "loops without end",
            "A loop takes at most 100,000 turns, and building a network at most a million steps in all.",
            """
            network A {
                input x: [3, 6000]
                output y = x -> repeat 1_000_000_000 { relu }
            }
            """),
        .circularBlocks: Explanation(
            "a block that uses itself",
            """
            Blocks cannot recurse, so that every file compiles to a finite network. 'repeat' and 'for' say what
            comes often.
            """,
            """
            network A {
                input x: [3, 6000]
                output y = x -> again
            }

            block again on x { return x -> relu -> again }
            """),
    ]
}
