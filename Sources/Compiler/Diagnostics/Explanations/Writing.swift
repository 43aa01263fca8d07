extension Code {
    static let aboutWriting: [Code: Explanation] = [
        .unknownSign: Explanation(
            "a sign that means nothing",
            """
            The language has few signs: brackets, commas, colons, '->', '=', comparisons, + - * / % ^ and ranges. Where
            other languages write &&, || and !, it says 'and', 'or' and 'not'; a power is 2^3.
            """,
            """
            network A(depth: int = 2 ** 3) {
                input x: [3, 6000]
                output y = x -> conv(depth, 3)
            }
            """),
        .unterminatedText: Explanation(
            "a text without its closing quote",
            "A text begins and ends with a quote on the same line. \\n stands for a new line in it, \\\" for a quote.",
            """
            use "blocks.arch
            network A {
                input x: [3, 6000]
                output y = x -> relu
            }
            """),
        .expected: Explanation(
            "something is missing here",
            """
            The text cannot go on like this. The message says what could follow. The rest of the file is checked all the
            same; the statement with the mistake counts as written, but worth nothing.
            """,
            """
            network A {
                input x: [3, 6000]
                output y = x -> conv(8, 3
            }
            """),
        .reservedWord: Explanation(
            "a word of the language as a name",
            """
            network, block, variant, input, output, return, for, in, repeat, if, else, as, and, or, not, true and false
            cannot be names. Words such as 'weight' or 'train' can, where the language does not expect them.
            """,
            """
            network A {
                input x: [3, 6000]
                repeat = x -> relu
                output y = x -> relu
            }
            """),
        .notADeclaration: Explanation(
            "something that is neither network nor block nor variant nor use",
            "Between declarations a file holds nothing but comments.",
            """
            netwrok A {
                input x: [3, 6000]
                output y = x -> relu
            }
            """),
        .notAStatement: Explanation(
            "a line that begins with what begins no statement",
            "In the braces of a network or block a line begins with a name or with a word such as input or output.",
            """
            network A {
                input x: [3, 6000]
                3 -> relu
                output y = x -> relu
            }
            """),
        .notOnItsOwnLine: Explanation(
            "two statements on one line",
            """
            Every statement has a line of its own. It can go on over more lines: a line that begins with '->' goes
            on.
            """,
            """
            network A {
                input x: [3, 6000]
                y = x -> relu z = y -> relu
                output z
            }
            """),
        .unclosedBrace: Explanation(
            "a brace that is never closed",
            """
            The file ends, or another declaration begins, before the closing brace. What else is wrong in the file is
            told when the braces are in order.
            """,
            """
            network A {
                input x: [3, 6000]
                output y = x -> relu
            """),
        .unknownType: Explanation(
            "a type that does not exist",
            """
            Parameters are int, float, bool, string, word, size, samples, seconds, Hz, share, lists of these such as
            [int], or, for blocks, array.
            """,
            """
            network A(filters: integer = 8) {
                input x: [3, 6000]
                output y = x -> conv(filters, 3)
            }
            """),
        .unknownUnit: Explanation(
            "a unit that does not exist",
            "Units are samples, ms, s, min, h, days, Hz, %, dB, km and degrees. 300M is 300 million; so are K and G.",
            """
            network A {
                input x: [3, 6000] at 100hz
                output y = x -> relu
            }
            """),
        .numberTooLarge: Explanation(
            "a number beyond all numbers",
            "Whole numbers reach 9,223,372,036,854,775,807.",
            """
            network A {
                input x: [3, 99999999999999999999]
                output y = x -> relu
            }
            """),
        .misplaced: Explanation(
            "a statement in the wrong place",
            """
            Inputs, outputs, expectations and what is learned belong in a network; 'return' in a block, as its last
            statement; edits in a variant.
            """,
            """
            network A {
                input x: [3, 6000]
                output y = x -> twice
            }

            block twice on x {
                input z: [3, 6000]
                return x -> relu -> relu
            }
            """),
    ]
}
