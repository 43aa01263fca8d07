import GraphIR

/// `drop_channel`: a component fails.
public struct DropChannel: Augmentation {
    public static let signature = Signature(
        .augmentation, "drop_channel",
        """
        Silences channels: each stays with probability one half, and when none that moves would stay, all do.
        What is left is raised by the number of channels over the number that still move, so that the window keeps \
        its size. Earthquakes must be clear; noise always may lose channels. As in EQTransformer.
        """, [Chance.share, Chance.clarity], example: "augment { drop_channel(p: 0.5) }")

    private let chance: Chance
    public init(_ arguments: Arguments, window: TensorType) throws(Complaint) {
        chance = Chance(share: arguments[Chance.share].number, only: .all, clarity: arguments[Chance.clarity])
    }

    public func apply(to window: inout Window, dice: inout Dice) -> ChainStep {
        guard chance.falls(on: window, dice: &dice) else { return .goesOn }
        let stays = window.samples.map { _ in dice.chance(0.5) }
        // What is drawn may leave only channels that were dead before: then there would be no window left.
        let alive = stays.indices.count { stays[$0] && window.samples[$0].contains { $0 != 0 } }
        guard alive > 0 else { return .goesOn }
        for channel in stays.indices where !stays[channel] {
            window.samples[channel] = [Float](repeating: 0, count: window.length)
        }
        window.multiply(by: Float(window.samples.count) / Float(alive))
        return .goesOn
    }

    @section("strata_plugins") @used private static let entry: PluginEntry = { Registry.enter(DropChannel.self, $0) }
}
