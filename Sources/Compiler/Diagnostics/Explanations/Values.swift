extension Code {
    static let aboutValues: [Code: Explanation] = [
        .wrongType: Explanation(
            "a value of another type",
            "Each parameter has a type. A whole number is taken for a float, but never the other way round.",
            """
            network A {
                input x: [3, 6000]
                output y = x -> conv(8, 2.5)
            }
            """),
        .outOfRange: Explanation(
            "a number beyond its limits",
            "'strata layers NAME' tells the limits of every argument.",
            """
            network A {
                input x: [3, 6000]
                output y = x -> dropout(1.5)
            }
            """),
        .unitDoesNotFit: Explanation(
            "a unit of something else, or none",
            """
            A duration takes s, ms, min or samples; a frequency Hz; a share % or a plain number. A duration in seconds
            is never written without its unit, so that nobody has to guess.
            """,
            """
            network A {
                input x: [1, 6000] at 100 Hz
                output y = x -> listen(4)
            }

            block listen(window: seconds) on x {
                return x -> log_filter_bank(bands: 16, window: window, hop: 0.5 s, fft: 512)
            }
            """),
        .noRate: Explanation(
            "a duration where nobody said the sampling rate",
            "To turn seconds into samples the compiler needs the input's rate: 'input x: [3, 6000] at 100 Hz'.",
            """
            network A {
                input x: [1, 6000]
                output y = x -> smooth(0.1 s)
            }

            block smooth(window: samples) on x { return x -> average_pool(window) }
            """),
        .notDecidable: Explanation(
            "a choice that depends on a length that is not known yet",
            """
            With 'input x: [3, T]' the length is known only when data comes. What the network is made of cannot depend
            on it: give the input a number, or decide by a parameter.
            """,
            """
            network A {
                input x: [3, T]
                output y = if length(x) > 100 { x -> relu } else { x -> tanh }
            }
            """),
        .badArithmetic: Explanation(
            "arithmetic that has no result",
            """
            Numbers reckon with numbers, quantities with quantities of the same measure, sizes with whole numbers. A
            division by zero, an overflow, or a sum of a text and a number has no result.
            """,
            """
            network A(filters: int = 8) {
                input x: [3, 6000]
                output y = x -> conv(filters / 0, 3)
            }
            """),
        .badIndex: Explanation(
            "an entry that the list does not have",
            "Entries are counted from 0: a list of three has entries 0, 1 and 2.",
            """
            network A(filters: [int] = [8, 16, 32]) {
                input x: [3, 6000]
                output y = x -> conv(filters[3], 3)
            }
            """),
        .lengthsDiffer: Explanation(
            "lists of different lengths side by side",
            "zip pairs entry with entry, so the lists must be equally long; and '(a, b)' takes apart a pair, no more.",
            """
            network A(filters: [int] = [8, 16, 32], kernels: [int] = [7, 5]) {
                input x: [3, 6000]
                output y = x -> for (f, k) in zip(filters, kernels) { conv(f, k) }
            }
            """),
        .notAnArray: Explanation(
            "something else where an array should be",
            "Layers take arrays: inputs, results, or lists of them. A number or a word cannot flow.",
            """
            network A(filters: int = 8) {
                input x: [3, 6000]
                output y = filters -> relu
            }
            """),
        .valueMissing: Explanation(
            "nothing to be the value",
            "An 'if' that stands for a value needs an 'else', and a block needs a 'return'.",
            """
            network A {
                input x: [3, 6000]
                output y = x -> nothing
            }

            block nothing on x { y = x -> relu }
            """),
    ]
}
