import GraphIR

/// `shift`: the event comes later in the window.
public struct Shift: Augmentation {
    public static let signature = Signature(
        .augmentation, "shift",
        """
        Rotates an earthquake's window to the right by a random number of samples; its picks move along.
        The coda stays whole: the shift is drawn from 1 up to what is left behind it. What leaves on the right comes \
        in on the left, as in EQTransformer; a trace with zeros behind moves into them instead. A window whose picks \
        would leave it stays as it is, and so does noise.
        """, [Chance.share], example: "augment { shift(p: 0.99) }")

    private let chance: Chance
    public init(_ arguments: Arguments, window: TensorType) throws(Complaint) {
        chance = Chance(share: arguments[Chance.share].number, only: .earthquake, clarity: nil)
    }

    public func apply(to window: inout Window, dice: inout Dice) -> ChainStep {
        guard chance.falls(on: window, dice: &dice), let quiet = window.quietAfter else { return .goesOn }
        let isWhole = window.valid == 0..<window.length
        let room = isWhole ? window.length - Int(clampingTruncated: quiet) : window.length - window.valid.upperBound
        let shift = dice.int(1..<max(2, room))
        let staysInside = window.picks.allSatisfy {
            $0.sample >= 0 && $0.sample + Double(shift) < Double(window.length)
        }
        guard shift < room, staysInside else { return .goesOn }
        window.rotate(by: shift)
        return .goesOn
    }

    @section("strata_plugins") @used private static let entry: PluginEntry = { Registry.enter(Shift.self, $0) }
}

extension Window {
    /// Moves everything to the right; what leaves at the end comes in at the start. Picks must stay inside.
    mutating func rotate(by shift: Int) {
        let length = length
        guard shift > 0, shift < length else { return }
        for channel in samples.indices {
            var rotated: [Float] = []
            rotated.reserveCapacity(length)
            rotated += samples[channel][(length - shift)...]
            rotated += samples[channel][..<(length - shift)]
            samples[channel] = rotated
        }
        for index in picks.indices { picks[index].sample += Double(shift) }
        codaEnd = codaEnd.map { $0 + Double(shift) }
        spans = spans.flatMap { span -> [Span] in
            let moved = span.samples.lowerBound + shift..<span.samples.upperBound + shift
            let wrapped = moved.clamped(to: length..<2 * length)
            let back =
                wrapped.isEmpty ? [] : [Span(wrapped.lowerBound - length..<wrapped.upperBound - length, span.name)]
            let kept = moved.clamped(to: 0..<length)
            return back + (kept.isEmpty ? [] : [Span(kept, span.name)])
        }
        if valid != 0..<length {
            let moved = valid.lowerBound + shift..<valid.upperBound + shift
            valid = moved.upperBound <= length ? moved : 0..<length
        }
    }
}
