/// Where windows begin in a stretch of recording.
public struct WindowGrid: Hashable, Sendable {
    public enum Anchor: String, CaseIterable, Sendable {
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
        var begin = first(from: stretch.lowerBound)
        guard begin <= last else { return [] }
        var begins: [Int] = []
        while begin <= last {
            begins.append(begin)
            begin = next(after: begin)
        }
        let flush = flush(with: stretch)
        if begins.last != flush { begins.append(flush) }
        return begins
    }

    /// The first window of a stretch that begins here.
    public func first(from begin: Int) -> Int {
        anchor == .start ? begin : (floorDivide(begin - 1, step) + 1) * step
    }

    /// The window behind one, where the stretch goes on for long enough.
    public func next(after window: Int) -> Int {
        anchor == .start ? window + hop : (floorDivide(window, hop) + 1) * hop
    }

    /// The window that ends where a stretch does, which is no shorter than a window.
    public func flush(with stretch: Range<Int>) -> Int {
        let last = stretch.upperBound - length
        guard anchor == .start else { return floorDivide(last, step) * step }
        return stretch.lowerBound + (last - stretch.lowerBound) / step * step
    }

    /// No window of a stretch that goes on begins earlier, when all that lie in it so far were asked.
    public func earliest(after window: Int, of stretch: Range<Int>) -> Int {
        let flush = flush(with: stretch)
        return min(next(after: window), flush > window ? flush : window + step)
    }
}
