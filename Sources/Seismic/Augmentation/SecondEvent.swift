import GraphIR

/// `second_event`: another earthquake begins when the first has died away.
public struct SecondEvent: Augmentation {
    public static let signature = Signature(
        .augmentation, "second_event",
        """
        Adds the window's own earthquake once more, smaller by a whole factor from 1 to 9, after its coda.
        Both then teach: the second has picks of its own. It happens to clear earthquakes with room behind the coda \
        for another P and S, as in EQTransformer.
        """, [Chance.share, Chance.clarity], example: "augment { shift(p: 0.99) -> second_event(p: 0.6) }")

    /// Samples kept free behind the second S.
    private static let margin = 21

    private let chance: Chance
    public init(_ arguments: Arguments, window: TensorType) throws(Complaint) {
        chance = Chance(
            share: arguments[Chance.share].number, only: .earthquake, clarity: arguments[Chance.clarity])
    }

    public func apply(to window: inout Window, dice: inout Dice) -> ChainStep {
        guard chance.falls(on: window, dice: &dice), let quiet = window.quietAfter,
            let p = window.first(.P, event: 0), let s = window.first(.S, event: 0), p >= 0, s > p
        else { return .goesOn }
        let earliest = max(Int(clampingTruncated: quiet), Int(clampingTruncated: p) + 1)
        let latest = window.valid.upperBound - Int(clampingTruncated: s - p) - Self.margin
        guard latest - earliest > 20 else { return .goesOn }
        let start = dice.int(earliest..<latest)
        let factor = 1 / Float(dice.int(1..<10))
        let onset = Int(clampingTruncated: p)
        for channel in window.samples.indices {
            let event = window.samples[channel][onset..<(onset + window.valid.upperBound - start)]
            window.samples[channel].add(event, times: factor, at: start)
        }
        let shift = Double(start - onset)
        let event = (window.events.last ?? 0) + 1
        window.picks += [.init(.P, at: p + shift, event: event), .init(.S, at: s + shift, event: event)]
        return .goesOn
    }

    @section("strata_plugins") @used private static let entry: PluginEntry = { Registry.enter(SecondEvent.self, $0) }
}
