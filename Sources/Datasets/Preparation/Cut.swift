import GraphIR

/// `cut`: where in a longer trace the window lies.
public struct Cut: Preparation {
    enum Anchor: String, Word { case event, centre, start, anywhere }

    static let anchor = Setting<Anchor>("at", "Where the window lies.", standard: .event)

    public static let signature = Signature(
        .preparation, "cut",
        """
        Cuts a window as long as the network's input from a longer trace; stands for itself at the end where the text \
        does not name it.
        `event`: anywhere as long as the first pick is inside, with a second of room. `centre`: the middle on one \
        of the trace's picks or, as often as on each of them, on noise before the first. `start`: the trace's first \
        samples. `anywhere`: anywhere. Where there is a choice, training draws anew every epoch; otherwise the same \
        windows are cut every time. A trace shorter than the window stands at its start, with zeros behind.
        """, [anchor], example: "prepare { cut(at: centre) -> demean -> normalize(std) }")

    private let anchor: Anchor
    private let length: Int?
    public init(_ arguments: Arguments, window: TensorType) throws(Complaint) {
        anchor = arguments[Self.anchor]
        // Pictures are cut by rows and columns, elsewhere.
        length = window.shape.rank > 2 ? nil : window.shape.time.number
    }
    public var statement: String {
        guard let length else { return "cut: none, the network takes any length" }
        return switch anchor {
        case .event: "cut: \(length) samples that hold the first pick"
        case .centre: "cut: \(length) samples around a pick, or noise"
        case .start: "cut: the first \(length) samples"
        case .anywhere: "cut: \(length) samples anywhere"
        }
    }

    /// Without dice to throw: what the same trace always gives.
    public func apply(to window: inout Window) {
        var dice = Dice(seed: 0, purpose: "cut")
        _ = apply(to: &window, dice: &dice)
    }

    /// Whether the dice say where in this trace the window lies.
    func hasChoice(in window: Window) -> Bool {
        guard let length else { return false }
        return window.length > length && anchor != .start
    }

    /// Cuts the window and says at which sample of the trace it begins.
    func apply(to window: inout Window, dice: inout Dice) -> Int {
        guard let length, window.length != length else { return 0 }
        let first = start(in: window, length: length, dice: &dice)
        window.crop(to: first..<first + length)
        return first
    }

    private func start(in window: Window, length: Int, dice: inout Dice) -> Int {
        let last = window.length - length
        guard last > 0 else { return 0 }
        let anywhere = dice.int(0..<last + 1)
        func held(_ start: Int) -> Int { max(0, min(last, start)) }
        let picks = window.picks.map { Int(clampingTruncated: $0.sample) }.filter { (0..<window.length).contains($0) }
        switch anchor {
        case .start: return 0
        case .anywhere: return anywhere
        case .event:
            guard let pick = picks.min() else { return anywhere }
            let room = min(length / 2, Int(clampingTruncated: window.rate))
            return dice.int(held(pick + room - length)..<held(pick - room) + 1)
        case .centre:
            let choice = dice.int(0..<picks.count + 1)
            if choice < picks.count { return held(picks[choice] - length / 2) }
            let quiet = (picks.min() ?? window.length) - length
            return quiet > 0 ? dice.int(0..<min(quiet, last) + 1) : anywhere
        }
    }

    @section("strata_plugins") @used private static let entry: PluginEntry = { Registry.enter(Cut.self, $0) }
}

extension Window {
    /// Keeps a stretch of samples; where it reaches beyond the window it is filled with zeros. Picks outside stay
    /// known: an event whose S lies beyond the end is still under way there.
    mutating func crop(to stretch: Range<Int>) {
        let inside = stretch.clamped(to: 0..<length)
        let before = max(0, min(stretch.count, -stretch.lowerBound))
        for channel in samples.indices {
            var cut = [Float](repeating: 0, count: stretch.count)
            cut.replaceSubrange(before..<before + inside.count, with: samples[channel][inside])
            samples[channel] = cut
        }
        let shift = -stretch.lowerBound
        let recorded = valid.clamped(to: stretch)
        valid = recorded.isEmpty ? 0..<0 : recorded.lowerBound + shift..<recorded.upperBound + shift
        for index in picks.indices { picks[index].sample += Double(shift) }
        spans = spans.compactMap { span in
            let rest = span.samples.clamped(to: stretch)
            return rest.isEmpty ? nil : Span(rest.lowerBound + shift..<rest.upperBound + shift, span.name)
        }
        codaEnd = codaEnd.map { $0 + Double(shift) }
    }
}
