extension Code {
    static let aboutShapes: [Code: Explanation] = [
        .inputsDiffer: Explanation(
            "arrays that do not fit together",
            """
            A sum and a product need equal shapes; concat needs them equal in every axis but one. The message shows
            where the size that differs was made: often by padding: valid, by a pool of an odd length, or by an
            upsampling.
            """,
            """
            network A {
                input x: [3, 47]
                y = x -> conv(3, 2, padding: valid)
                output z = x + y
            }
            """),
        .inputDoesNotFit: Explanation(
            "an array that the layer cannot take",
            "Each layer says which arrays it takes; the message names the layers that made this one what it is.",
            """
            network A {
                input x: [3, 6000]
                output y = x -> flatten -> max_pool(2)
            }
            """),
        .argumentDoesNotFit: Explanation(
            "an argument that does not fit what flows in",
            "The argument is allowed in itself, but not for an array of this shape.",
            """
            network A {
                input x: [3, 6000]
                output y = x -> conv(8, 3, groups: 2)
            }
            """),
        .wrongInputCount: Explanation(
            "too few or too many arrays",
            """
            The array before '->' comes first; further ones are arguments without a name: 'a -> concat(b, axis:
            channels)'.
            """,
            """
            network A {
                input x: [3, 6000]
                output y = x -> add
            }
            """),
        .unknownSize: Explanation(
            "a size that must be known",
            "Some layers have weights for every sample, such as dense. Their input needs a number, not a symbol.",
            """
            network A {
                input x: [3, T]
                output y = x -> flatten -> dense(8)
            }
            """),
        .shapeIsNotAsSaid: Explanation(
            "a shape that is not the one that was said",
            """
            'name: [64, 47] = …' is a promise that the compiler keeps watch over. The note tells how the size came
            about, layer by layer. A variant that means another shape says it anew: 'code: [64, 47]'.
            """,
            """
            network A {
                input x: [3, 6000]
                code: [8, 1000] = x -> conv(8, 3) -> max_pool(2) -> max_pool(2)
                output y = code -> relu
            }
            """),
        .badShape: Explanation(
            "a shape that no array has",
            """
            [features], [channels, time] or [channels, height, width]: one to three axes of at least 1. The batch is
            never written.
            """,
            """
            network A {
                input x: [32, 3, 100, 100]
                output y = x -> relu
            }
            """),
    ]
}
