extension Code {
    private static let head =
        "network A {\n    input x: [3, 6000] at 100 Hz\n    output p = x -> conv(1, 3) -> sigmoid\n"

    static let aboutLearning: [Code: Explanation] = [
        .unknownOutput: Explanation(
            "an output that does not exist",
            "'learn' names an output of the network.",
            head + """
                    learn q from pick(P) loss binary_cross_entropy
                }
                """),
        .labelsDoNotFit: Explanation(
            "labels that the output cannot learn",
            "A labeler makes labels of a shape of its own; the output must have that shape.",
            """
            network A {
                input x: [3, 6000] at 100 Hz
                output p = x -> flatten -> dense(5) -> softmax
                learn p from pick(P) loss binary_cross_entropy
            }
            """),
        .lossDoesNotFit: Explanation(
            "a loss that cannot measure these labels",
            "A loss says which outputs and labels it compares: classes need channels to choose among, for example.",
            head + """
                    learn p from pick(P) loss cross_entropy
                }
                """),
        .unknownPlugin: Explanation(
            "a labeler, loss, preparation or augmentation that does not exist",
            "'strata layers' lists them all, by kind.",
            head + """
                    learn p from pick(P) loss binary_crossentropy
                }
                """),
        .learntTwice: Explanation(
            "one output, two teachers",
            "An output learns from one thing. What should learn from two is two outputs.",
            head + """
                    learn p from pick(P) loss binary_cross_entropy
                    learn p from pick(S) loss binary_cross_entropy
                }
                """),
        .lossMissing: Explanation(
            "nothing says how a mistake is measured",
            "'learn OUTPUT from LABELER loss LOSS weight W'; only the weight may be left out, and is 1 then.",
            head + """
                    learn p from pick(P)
                }
                """),
        .activationDoesNotFit: Explanation(
            "an output that can be no probability",
            """
            A loss that compares probabilities takes the logarithm of what comes out. A relu, or a layer with weights
            and nothing after it, gives any number, and the loss then judges numbers that are no probabilities. End the
            output in what the message names, or tell the loss what it gets ('from: logits').
            """,
            """
            network A {
                input x: [3, 6000] at 100 Hz
                output p = x -> conv(1, 3) -> relu
                learn p from pick(P) loss binary_cross_entropy
            }
            """),
        .preparationDoesNotFit: Explanation(
            "a preparation that these windows cannot have",
            """
            A window of 100 Hz holds frequencies up to 50 Hz, so no filter can have a corner at or above that. The
            input's rate decides, whatever rate the recordings have.
            """,
            head + """
                    learn p from pick(P) loss binary_cross_entropy
                    prepare { lowpass(60 Hz) }
                }
                """),
        .nothingLearnsFrom: Explanation(
            "an output that learns nothing",
            """
            The file has a 'learn' section, but none for this output, so its weights stay as they began. That may be
            meant; usually a line was forgotten.
            """,
            """
            network A {
                input x: [3, 6000] at 100 Hz
                output p = x -> conv(1, 3) -> sigmoid
                output s = x -> conv(1, 3) -> sigmoid
                learn p from pick(P) loss binary_cross_entropy
            }
            """),
        .unexpectedActivation: Explanation(
            "an output that does not end as the loss expects",
            """
            Some losses compare probabilities and expect a sigmoid or softmax at the end. Where something follows it,
            training may run, but what comes out may be no probability.
            """,
            """
            network A {
                input x: [3, 6000] at 100 Hz
                output p = x -> conv(1, 3) -> sigmoid -> dropout(0.1)
                learn p from pick(P) loss binary_cross_entropy
            }
            """),
        .noPluginOfKind: Explanation(
            "a section that this program cannot check",
            """
            The program that read the file was built without any plugin of this kind, so it cannot tell whether the
            line is right, and leaves it out. The command 'strata' has them all.
            """),
    ]
}
