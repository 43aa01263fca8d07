#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

extension CounterRandom {
    /// A number of the standard normal distribution, by the method of Box and Muller from two uniform numbers.
    public func normal(_ index: Int) -> Double {
        // 1 - u is never zero, so its logarithm is finite.
        let radius = (-2 * log(1 - uniformDouble(2 &* index))).squareRoot()
        return radius * cos(2 * .pi * uniformDouble(2 &* index &+ 1))
    }
    /// A normal number within `limit` deviations: others are drawn again.
    public func truncatedNormal(_ index: Int, limit: Double = 2) -> Double {
        for attempt in 0..<64 {
            let value = substream(UInt64(attempt)).normal(index)
            if abs(value) <= limit { return value }
        }
        return 0
    }
}
