/// One metric of one run: its value on the test set, and what the events of the test set do to it.
public struct SeedResult: Sendable {
    public var value: Double
    /// By how much each event moves the value, or by how much each resample of the events lies off. The squares add up
    /// to the variance of the value, the products with another run's to their covariance.
    public var deviations: [Double]
    /// How many events the metric looks at.
    public var events: Int

    public init(value: Double, deviations: [Double], events: Int) {
        self.value = value
        self.deviations = deviations
        self.events = events
    }
}

/// By how much a network differs from the reference in one metric, seed by seed on the same test set, with its error.
///
/// Seeds and events are crossed: with seed s, event e moves the difference by a part that all seeds share, b_e, and by
/// a part of its own, c_se. The spread of the differences over the seeds holds what the seed does to all events and the
/// c_se; what is missing is the b_e. Their variance is the mean covariance, over the events, of two different seeds:
///
///     B = (K V(mean d) - mean V(d_s)) / (K - 1)
///
/// with V the variance that other events would bring. Nothing is counted twice, and two networks that differ by the
/// luck of their seeds alone have B = 0 but for chance. A B within its own standard error is no evidence of more, and
/// is left out; otherwise chance would widen every interval, as a variance cannot fall below zero to make up for it.
public struct PairedDifference: Sendable {
    /// Other minus reference, one entry a seed.
    public var perSeed: [Double]
    public var mean: Double
    public var error: TwoPartError

    /// `nil` where the metric is undefined for some seed, or on one resample in twenty, or the pairs do not match up.
    ///
    /// - Parameter leastDataVariance: what the events' part is at least where no event tells the networks apart. Two
    ///   networks that never disagree on the test set would otherwise seem to be known to agree everywhere.
    public init?(reference: [SeedResult], other: [SeedResult], leastDataVariance: Double = 0) {
        guard !reference.isEmpty, reference.count == other.count else { return nil }
        perSeed = zip(reference, other).map { $1.value - $0.value }
        let deviations = zip(reference, other).map { reference, other in
            zip(reference.deviations, other.deviations).map { $1 - $0 }
        }
        guard perSeed.allSatisfy(\.isFinite), let crossed = Crossed(deviations) else { return nil }
        let freedom = max(1, ((reference + other).map(\.events).min() ?? 1) - 1)
        let sample = Sample(perSeed)
        mean = sample.mean
        var data = crossed.shared(freedom: freedom)
        if crossed.isWithoutDifference { data = max(data, leastDataVariance) }
        var seeds = sample.count > 1 ? sample.variance / Double(sample.count) : 0
        // The same difference with every seed is a coincidence of counting where the seeds disagree on the events: the
        // spread is then at least what these disagreements make.
        if sample.isConstant { seeds = max(seeds, crossed.own) }
        error = TwoPartError(seeds: seeds, freedom: sample.count - 1, data: data, dataFreedom: Double(freedom))
    }

    /// The chance of a difference this large, to either side, between networks that do not differ. NaN for one seed:
    /// it says nothing about what seeds do.
    public var p: Double { perSeed.count > 1 ? min(1, 2 * error.tail(above: abs(mean))) : .nan }

    public func interval(confidence: Double) -> Interval {
        Interval(center: mean, halfWidth: error.halfWidth(confidence: confidence))
    }
}

/// The variance that other events would bring to a mean over seeds, in its two parts.
struct Crossed {
    private let seeds: Int
    private let ofMean: Double
    /// Of a single seed, on average.
    private let within: Double
    /// Whether no event tells the networks apart.
    let isWithoutDifference: Bool

    init?(_ deviationsBySeed: [[Double]]) {
        // Where a metric rests on one event with some seed, nothing is known of what other events would do to it.
        guard let count = deviationsBySeed.first?.count, deviationsBySeed.allSatisfy({ $0.count == count }) else {
            return nil
        }
        let whole = (0..<count).filter { place in deviationsBySeed.allSatisfy { $0[place].isFinite } }
        guard whole.count * 20 >= count * 19, whole.count > 1 else { return nil }
        seeds = deviationsBySeed.count
        // Entries that are not defined are made up for by the others.
        let scale = Double(count) / Double(whole.count)
        let means = whole.map { place in deviationsBySeed.reduce(0) { $0 + $1[place] } / Double(deviationsBySeed.count)
        }
        let squares = means.map { $0 * $0 }
        ofMean = scale * squares.reduce(0, +)
        within =
            scale * deviationsBySeed.reduce(0) { sum, values in whole.reduce(sum) { $0 + values[$1] * values[$1] } }
            / Double(seeds)
        isWithoutDifference = squares.allSatisfy { $0 == 0 }
    }

    /// What seeds and events do together, in the mean over the seeds.
    var own: Double { seeds > 1 ? max(0, (within - ofMean) / Double(seeds - 1)) : 0 }

    /// What the events do whatever the seed; nothing where it is not above its standard error.
    func shared(freedom: Int) -> Double {
        guard seeds > 1 else { return ofMean }
        let shared = ofMean - (within - ofMean) / Double(seeds - 1)
        let error = (2 / Double(freedom) * (ofMean * ofMean + own * own / Double(seeds - 1))).squareRoot()
        return shared > error ? shared : 0
    }
}

extension Sample {
    /// Whether its values are one, but for rounding.
    var isConstant: Bool {
        guard let low = values.min(), let high = values.max() else { return true }
        return high - low <= 1e-12 * max(abs(low), abs(high))
    }
}
