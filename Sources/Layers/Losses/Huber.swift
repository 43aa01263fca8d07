import GraphIR

/// Squared differences while they are small, absolute ones where they are large.
public struct Huber: Loss {
    static let delta = Setting<Double>(
        "delta", "From which difference on it grows in a straight line.", standard: 1, in: 1e-12...1e12)

    public static let signature = Signature(
        .loss, "huber",
        """
        Squared differences while they are small, absolute ones where they are large: outliers do not rule.

        d² / 2 where |d| <= delta, else delta (|d| - delta / 2), with d = x - y. Huber (1964).
        """,
        [delta], example: "loss huber(delta: 0.5)")

    public let delta: Double

    public init(_ arguments: Arguments, output: TensorType, label: Shape) throws(Complaint) {
        try Self.checkShapes(output: output, label: label)
        delta = try arguments.checked(Self.delta)
    }

    public func measure(_ window: LossWindow) -> Double {
        window.mean { output, label in
            let difference = output - label
            if abs(difference) > delta {
                return (delta * (abs(difference) - delta / 2), difference > 0 ? delta : -delta)
            }
            return (difference * difference / 2, difference)
        }
    }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(Huber.self, $0) }
