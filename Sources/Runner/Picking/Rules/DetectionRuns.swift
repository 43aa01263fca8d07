/// Where a detection curve says that an event is under way.
public enum DetectionRuns {
    /// EQTransformer's ten samples at 100 Hz: shorter is no detection.
    public static let shortest = 0.1

    /// The stretches where a curve is at or above a threshold, first and last sample included.
    public static func runs(_ curve: [Float], threshold: Double) -> [ClosedRange<Int>] {
        var runs: [ClosedRange<Int>] = []
        var start: Int?
        for (index, value) in curve.enumerated() {
            if Double(value) >= threshold {
                start = start ?? index
            } else if let first = start {
                runs.append(first...(index - 1))
                start = nil
            }
        }
        if let first = start { runs.append(first...(curve.count - 1)) }
        return runs
    }

    public static func isLongEnough(_ run: ClosedRange<Int>, rate: Double) -> Bool {
        Double(run.upperBound - run.lowerBound) >= (shortest * rate).rounded()
    }

    /// Whether anything in a window counts as an event.
    public static func hasEvent(_ curve: [Float], threshold: Double, rate: Double) -> Bool {
        runs(curve, threshold: threshold).contains { isLongEnough($0, rate: rate) }
    }
}
