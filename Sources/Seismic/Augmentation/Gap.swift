import GraphIR

/// `gap`: a stretch of the recording is lost.
public struct Gap: Augmentation {
    static let only = Chance.only(.noise)

    public static let signature = Signature(
        .augmentation, "gap",
        """
        Puts zeros on all channels from a random sample in the first two thirds of the window to a random later one, \
        at most eleven twelfths of the way. Picks in the gap are gone: what is not there cannot be learned.
        EQTransformer does this to noise only (samples 0 to 4000 and up to 5500 of 6000).
        """, [Chance.share, only], example: "augment { gap(p: 0.2, only: noise) }")

    private let chance: Chance
    public init(_ arguments: Arguments, window: TensorType) throws(Complaint) {
        chance = Chance(share: arguments[Chance.share].number, only: arguments[Self.only], clarity: nil)
    }

    public func apply(to window: inout Window, dice: inout Dice) -> ChainStep {
        guard chance.falls(on: window, dice: &dice) else { return .goesOn }
        let start = dice.int(0..<window.length * 2 / 3)
        let end = dice.int(start..<window.length * 11 / 12)
        guard start < end else { return .goesOn }
        for channel in window.samples.indices {
            window.samples[channel].change(start..<end) { $0.update(repeating: 0) }
        }
        window.picks.removeAll { (Double(start)..<Double(end)).contains($0.sample) }
        return .goesOn
    }

    @section("strata_plugins") @used private static let entry: PluginEntry = { Registry.enter(Gap.self, $0) }
}
