import GraphIR

/// `pre_emphasis`: a first difference, now and then.
public struct Emphasize: Augmentation {
    public static let signature = Signature(
        .augmentation, "pre_emphasis",
        "Lifts high frequencies as the preparation of this name does, but only now and then.",
        [Chance.share, PreEmphasis.strength], example: "augment { pre_emphasis(p: 0.2) }")

    private let share: Double
    private let strength: Float
    public init(_ arguments: Arguments, window: TensorType) throws(Complaint) {
        share = arguments[Chance.share].number
        strength = Float(arguments[PreEmphasis.strength])
    }

    public func apply(to window: inout Window, dice: inout Dice) -> ChainStep {
        guard dice.chance(share) else { return .goesOn }
        for channel in window.samples.indices { preEmphasize(&window.samples[channel], strength: strength) }
        return .goesOn
    }

    @section("strata_plugins") @used private static let entry: PluginEntry = { Registry.enter(Emphasize.self, $0) }
}
