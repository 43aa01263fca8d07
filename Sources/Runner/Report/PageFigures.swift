/// Numbers as a page shows them: without digits that say nothing.
extension Figures {
    /// A mean over seeds with the reach of its interval, apart. What is whole and has no spread stands as a whole
    /// number: a count of 16 has no four digits after the point.
    public static func shown(_ sample: Sample) -> (value: String, error: String?) {
        let (mean, half) = (sample.mean, sample.halfWidth(confidence: 0.95))
        guard mean.isFinite else { return ("–", nil) }
        guard half.isFinite, half > 0 else {
            let isWhole = mean == mean.rounded() && abs(mean) < 1e15
            return (isWhole ? count(Int(mean)) : fixed(mean, places: 4), nil)
        }
        let places = places(forError: half)
        return (fixed(mean, places: places), fixed(half, places: places))
    }

    /// `0.912 ± 0.013`, `16`
    public static func text(_ sample: Sample) -> String {
        let shown = shown(sample)
        return shown.value + (shown.error.map { " ± " + $0 } ?? "")
    }

    /// `340 ms`, `1 h 12 min`
    public static func time(_ seconds: Double) -> String {
        guard seconds > 0, seconds < 1 else { return duration(seconds) }
        return seconds < 0.0005 ? "< 1 ms" : fixed(1000 * seconds, places: 0) + " ms"
    }
}
