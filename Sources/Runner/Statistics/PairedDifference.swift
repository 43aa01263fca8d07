/// One metric of one run: its value on the test set, and on every resample of its events.
public struct SeedResult: Sendable {
    public var value: Double
    public var resampled: [Double]

    public init(value: Double, resampled: [Double]) {
        self.value = value
        self.resampled = resampled
    }
}

/// By how much a network differs from the reference in one metric, seed by seed on the same test set, with its error.
///
/// Let d_s be the difference with seed s and V the variance over resamples of the events. The spread of the d_s over
/// the seeds holds what the seed does, and what seed and events do together; V(mean d) holds what the events do, and
/// again a share of what they do together. The mean of V(d_s) tells the two apart, so that nothing is counted twice:
/// shared = (K V(mean d) - mean V(d_s)) / (K - 1).
public struct PairedDifference: Sendable {
    /// Other minus reference, one entry a seed.
    public var perSeed: [Double]
    public var mean: Double
    public var error: TwoPartError

    /// `nil` where the metric is undefined for some seed or on one resample in twenty, or the pairs do not match up.
    ///
    /// - Parameter leastDataVariance: what the events' part is at least. Two networks that never disagree on the test
    ///   set would otherwise seem to be known to agree everywhere.
    public init?(reference: [SeedResult], other: [SeedResult], leastDataVariance: Double = 0) {
        guard !reference.isEmpty, reference.count == other.count else { return nil }
        perSeed = zip(reference, other).map { $1.value - $0.value }
        let resampled = zip(reference, other).map { reference, other in
            zip(reference.resampled, other.resampled).map { $1 - $0 }
        }
        guard perSeed.allSatisfy(\.isFinite), let data = DataVariance(resampled) else { return nil }
        let seeds = Sample(perSeed)
        mean = seeds.mean
        error = TwoPartError(
            seeds: seeds.count > 1 ? seeds.variance / Double(seeds.count) : 0, freedom: seeds.count - 1,
            data: max(data.shared, leastDataVariance))
    }

    /// The chance of a difference this large, to either side, between networks that do not differ. NaN for one seed:
    /// it says nothing about what seeds do.
    public var p: Double { perSeed.count > 1 ? min(1, 2 * error.tail(above: abs(mean))) : .nan }

    public func interval(confidence: Double) -> Interval {
        Interval(center: mean, halfWidth: error.halfWidth(confidence: confidence))
    }
}

/// The variance over resamples of a mean over seeds, without what seeds and events do together.
struct DataVariance {
    var shared: Double

    init?(_ resampledBySeed: [[Double]]) {
        let count = Double(resampledBySeed.count)
        guard let replicates = resampledBySeed.first?.count else { return nil }
        let whole = (0..<replicates).filter { replicate in resampledBySeed.allSatisfy { $0[replicate].isFinite } }
        guard whole.count * 20 >= replicates * 19, whole.count > 1 else { return nil }
        let ofMean = Sample(whole.map { replicate in resampledBySeed.reduce(0) { $0 + $1[replicate] } / count })
            .variance
        guard count > 1 else {
            shared = ofMean
            return
        }
        let within =
            resampledBySeed.reduce(0) { sum, values in sum + Sample(whole.map { values[$0] }).variance } / count
        shared = max(0, (count * ofMean - within) / (count - 1))
    }
}
