import Foundation

/// The error of a difference that was measured with few seeds on one test set.
///
/// It has two parts. Other seeds would have given another difference: that part is estimated from the spread over the
/// seeds, so from `freedom` degrees of freedom, and may be badly underestimated. Other earthquakes in the test set
/// would have given another difference too: that part comes from more values and is better known. Such a sum has no
/// exact test. The best known two miss on either side: with three seeds and a nominal 5 %, the distribution of Behrens
/// and Fisher errs in 2.4 % where the parts are alike, which makes intervals needlessly wide, and Satterthwaite's
/// single t errs in up to 7.8 %.
///
/// Here the squared reach at level α is S z² + V z² + ρ (S + V)(t² - z²), between what it would be if both parts were
/// known (z) and if all were from the seeds (t). With q = S / V,
///
///     ρ = q² / (q² + 0.7 q + c),   c = min(freedom, 3) / 2 · (20 α)^0.75
///
/// goes from nothing, where the events decide, to one, where the seeds do. The constants were chosen such that the
/// level, which can be computed (`LevelTests`), is kept for every proportion of the parts: with three seeds it lies
/// between 4.1 % and 5.0 % for a nominal 5 %, and never above 1.1 % for a nominal 1 %.
public struct TwoPartError: Hashable, Sendable {
    /// The variance of the mean that comes from the seeds.
    public var seeds: Double
    /// The degrees of freedom that this was estimated from: the number of seeds less one.
    public var freedom: Int
    /// The variance that comes from the events of the test set.
    public var data: Double
    /// The degrees of freedom of that: the number of events less one; infinite where it is known.
    public var dataFreedom: Double

    public init(seeds: Double, freedom: Int, data: Double, dataFreedom: Double = .infinity) {
        self.seeds = seeds
        self.freedom = freedom
        self.data = data
        self.dataFreedom = dataFreedom
    }

    public var standardError: Double { (seeds + data).squareRoot() }

    /// The chance of an error above `distance`, to one side.
    public func tail(above distance: Double) -> Double {
        if distance.isNaN { return .nan }
        if distance < 0 { return 1 - tail(above: -distance) }
        if distance == 0 { return 0.5 }
        guard seeds > 0 || data > 0 else { return 0 }
        // The reach grows as the chance falls: halve the interval of its logarithm.
        var low = -700.0
        var high = log(0.5)
        guard quantile(upperTail: exp(low)) > distance else { return 0 }
        while high - low > 1e-10 {
            let middle = low + (high - low) / 2
            if quantile(upperTail: exp(middle)) > distance { low = middle } else { high = middle }
        }
        return exp(low + (high - low) / 2)
    }

    /// The distance that the error exceeds with the chance `tail`, to one side.
    public func quantile(upperTail tail: Double) -> Double {
        guard tail <= 0.5 else { return -quantile(upperTail: 1 - tail) }
        guard seeds > 0 || data > 0 else { return 0 }
        let seedFreedom = Double(freedom)
        if data <= 0 { return seeds.squareRoot() * factor(tail, seedFreedom) }
        if seeds <= 0 { return data.squareRoot() * factor(tail, dataFreedom) }
        // With many seeds and few events it is the events' part that is badly known.
        let isSeedsWorse = seedFreedom <= dataFreedom
        let (worse, better) = isSeedsWorse ? (seeds, data) : (data, seeds)
        let fewer = min(seedFreedom, dataFreedom)
        let ratio = worse / better
        let openness = min(fewer, 3) / 2 * pow(40 * tail, 0.75)
        let weight = ratio.isFinite ? 1 / (1 + 0.7 / ratio + openness / (ratio * ratio)) : 1
        let (wide, narrow) = (factor(tail, fewer), factor(tail, max(seedFreedom, dataFreedom)))
        return ((seeds + data) * (weight * wide * wide + (1 - weight) * narrow * narrow)).squareRoot()
    }

    private func factor(_ tail: Double, _ freedom: Double) -> Double {
        freedom > 10_000 ? Normal.quantile(upperTail: tail) : StudentT.quantile(upperTail: tail, freedom: freedom)
    }

    /// How far an interval reaches to each side.
    public func halfWidth(confidence: Double) -> Double { quantile(upperTail: (1 - confidence) / 2) }
}
