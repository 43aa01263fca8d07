/// The rule `peaks`: a peak is where a curve has risen and falls again, and its place is the middle of what it holds
/// longest at the top. Neither end of the curve is a peak: nobody knows what it would have done beyond.
public struct PeakScan: CurveScan {
    private let threshold: Double
    private var index = 0
    private var previous: Float?
    /// The first sample of the top that may become a peak.
    private var first: Int?

    public init(threshold: Double) { self.threshold = threshold }

    public mutating func take(_ value: Float) -> CurvePick? {
        defer {
            previous = value
            index += 1
        }
        guard let previous, previous != value else { return nil }
        if value > previous {
            first = index
            return nil
        }
        defer { first = nil }
        // What is not a number is neither above nor below.
        guard value < previous, let first, Double(previous) >= threshold else { return nil }
        let last = index - 1
        return CurvePick(
            sample: Double(first + last) / 2, probability: Double(previous), begin: first, end: last,
            plateau: last - first + 1)
    }

    public mutating func finish() -> CurvePick? { nil }

    public var begun: Int? { first }
}
