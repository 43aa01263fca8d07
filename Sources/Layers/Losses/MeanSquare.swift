import GraphIR

/// The mean of the squared differences between output and label.
public struct MeanSquare: Loss {
    public static let signature = Signature(
        .loss, "mean_square",
        """
        The mean of the squared differences between output and label.

        (x - y)²; large errors count far more than small ones.
        """,
        example: "loss mean_square")

    public init(_ arguments: Arguments, output: TensorType, label: Shape) throws(Complaint) {
        try Self.checkShapes(output: output, label: label)
    }

    public func measure(_ window: LossWindow) -> Double {
        window.mean { output, label in
            let difference = output - label
            return (difference * difference, 2 * difference)
        }
    }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(MeanSquare.self, $0) }
