/// Where windows begin in a stretch of recording.
public struct WindowGrid: Hashable, Sendable {
    public enum Anchor: String, Sendable {
        /// At whole multiples of the hop since 1970, and one flush with either end: where a file begins does not
        /// matter.
        case clock
        /// From the stretch's first sample on, as SeisBench does.
        case start
    }
    public var anchor: Anchor
    /// In samples; all positive.
    public var length: Int
    public var hop: Int
    /// Windows begin at multiples of this many samples: how many of them one of the network's answer stands for.
    public var step: Int

    public init(_ anchor: Anchor, length: Int, hop: Int, step: Int = 1) {
        self.anchor = anchor
        self.length = max(1, length)
        self.step = max(1, step)
        self.hop = max(self.step, hop / self.step * self.step)
    }

    /// The begins of all windows in a stretch, ascending; none where it is shorter than a window.
    public func begins(in stretch: Range<Int>) -> [Int] {
        let last = stretch.upperBound - length
        guard last >= stretch.lowerBound else { return [] }
        switch anchor {
        case .start:
            var begins = Array(stride(from: stretch.lowerBound, through: last, by: hop))
            let flush = stretch.lowerBound + (last - stretch.lowerBound) / step * step
            if begins.last != flush { begins.append(flush) }
            return begins
        case .clock:
            let first = (floorDivide(stretch.lowerBound - 1, hop) + 1) * hop
            let head = (floorDivide(stretch.lowerBound - 1, step) + 1) * step
            let tail = floorDivide(last, step) * step
            guard head <= tail else { return [] }
            var begins = first <= last ? Array(stride(from: first, through: last, by: hop)) : []
            if begins.first != head { begins.insert(head, at: 0) }
            if begins.last != tail { begins.append(tail) }
            return begins
        }
    }
}
