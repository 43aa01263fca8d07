/// A few values of one quantity, as a metric's for each seed: their mean and how far to trust it.
public struct Sample: Hashable, Sendable {
    public var values: [Double]

    public init(_ values: [Double]) { self.values = values }

    public var count: Int { values.count }
    public var mean: Double { values.reduce(0, +) / Double(count) }

    /// The unbiased variance; NaN for fewer than two values, which say nothing about it.
    public var variance: Double {
        guard count > 1 else { return .nan }
        let mean = mean
        return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count - 1)
    }
    public var deviation: Double { variance.squareRoot() }

    /// How far the interval around the mean reaches to each side, by Student's t. With three values and 95 % the factor
    /// on the standard error is 4.30; the 1.96 of large samples would be too narrow by half.
    public func halfWidth(confidence: Double) -> Double {
        guard count > 1 else { return .nan }
        let factor = StudentT.quantile(upperTail: (1 - confidence) / 2, freedom: Double(count - 1))
        return factor * (variance / Double(count)).squareRoot()
    }

    /// The interval around the mean.
    public func interval(confidence: Double) -> Interval {
        Interval(center: mean, halfWidth: halfWidth(confidence: confidence))
    }
}

/// A range of plausible values, low to high.
public struct Interval: Hashable, Sendable {
    public var low: Double
    public var high: Double

    public init(low: Double, high: Double) {
        self.low = low
        self.high = high
    }
    public init(center: Double, halfWidth: Double) { self.init(low: center - halfWidth, high: center + halfWidth) }

    public func contains(_ value: Double) -> Bool { low <= value && value <= high }
    public var halfWidth: Double { (high - low) / 2 }
}
