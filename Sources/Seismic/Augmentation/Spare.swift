import GraphIR

/// `spare`: some windows are left as they were recorded.
public struct Spare: Augmentation {
    public static let signature = Signature(
        .augmentation, "spare",
        """
        With probability p, what follows in the chain leaves this window alone.
        EQTransformer shows each earthquake twice in an epoch, once spared and once not: spare(p: 0.5) does so on \
        average.
        """, [Chance.share], example: "augment { shift(p: 0.5) -> spare(p: 0.5) -> noise(p: 0.3) }")

    public static let takes: Set<SampleKind> = [.seismogram, .picture]

    private let share: Double
    public init(_ arguments: Arguments, window: TensorType) throws(Complaint) {
        share = arguments[Chance.share].number
    }

    public func apply(to window: inout Window, dice: inout Dice) -> ChainStep {
        dice.chance(share) ? .ends : .goesOn
    }

    @section("strata_plugins") @used private static let entry: PluginEntry = { Registry.enter(Spare.self, $0) }
}
