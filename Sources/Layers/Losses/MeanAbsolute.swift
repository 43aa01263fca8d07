import GraphIR

/// The mean of the absolute differences between output and label.
public struct MeanAbsolute: Loss {
    public static let signature = Signature(
        .loss, "mean_absolute",
        """
        The mean of the absolute differences between output and label.

        |x - y|; one large error counts as much as ten small ones. A slope of zero where they are equal.
        """,
        example: "loss mean_absolute")

    public init(_ arguments: Arguments, output: TensorType, label: Shape) throws(Complaint) {
        try Self.checkShapes(output: output, label: label)
    }

    public func measure(_ window: LossWindow) -> Double {
        window.mean { output, label in
            let difference = output - label
            return (abs(difference), difference == 0 ? 0 : (difference > 0 ? 1 : (difference < 0 ? -1 : difference)))
        }
    }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(MeanAbsolute.self, $0) }
