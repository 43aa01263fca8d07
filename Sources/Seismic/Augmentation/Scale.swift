import GraphIR

/// `scale`: the same earthquake, larger or smaller.
public struct Scale: Augmentation {
    static let most = Setting<Double>("most", "The largest factor.", standard: 3, in: 1...1000)

    public static let signature = Signature(
        .augmentation, "scale",
        """
        Multiplies the window by a factor from 1 to `most` with probability p, then divides it by another with \
        probability p. Without effect before normalize; EQTransformer has it switched off.
        """, [Chance.share, most], example: "augment { scale(p: 0.3) }")

    public static let takes: Set<SampleKind> = [.seismogram, .picture]

    private let share: Double
    private let most: Double
    public init(_ arguments: Arguments, window: TensorType) throws(Complaint) {
        share = arguments[Chance.share].number
        most = arguments[Self.most]
    }

    public func apply(to window: inout Window, dice: inout Dice) -> ChainStep {
        var factor = 1.0
        if dice.chance(share) { factor *= dice.uniform(1, most) }
        if dice.chance(share) { factor /= dice.uniform(1, most) }
        window.multiply(by: Float(factor))
        return .goesOn
    }

    @section("strata_plugins") @used private static let entry: PluginEntry = { Registry.enter(Scale.self, $0) }
}
