import Foundation
import Testing

@testable import Runner

/// The level of the two-part test, computed and not simulated: how often the mean of a few seeds with a known error from
/// the events lies outside its interval, for every proportion of the two parts.
@Suite struct LevelTests {
    /// - Parameter limit: how far the interval reaches, given the estimated variance of the seeds.
    private func level(seedShare: Double, freedom: Double, limit: (Double) -> Double) -> Double {
        // Over the chi-square variable of the variance that the seeds show, in equal steps of its logarithm.
        let step = 0.25
        var outside = 0.0
        var weight = 0.0
        var y = -60 / freedom
        while y < 6 {
            let chi = exp(y)
            let density = exp(freedom * y / 2 - chi / 2)
            outside += density * 2 * Normal.tail(above: limit(seedShare * chi / freedom))
            weight += density
            y += step
        }
        return outside / weight
    }

    static let shares = [0.02, 0.1, 0.25, 0.5, 0.75, 0.9, 0.97]

    @Test(arguments: [2, 3, 4, 9])
    func keepsItsLevel(freedom: Int) {
        for (nominal, least) in [(0.5, 0.98), (0.2, 0.97), (0.05, 0.8), (0.01, 0.4)] {
            for share in Self.shares {
                let level = level(seedShare: share, freedom: Double(freedom)) { variance in
                    TwoPartError(seeds: variance, freedom: freedom, data: 1 - share).quantile(upperTail: nominal / 2)
                }
                #expect(level >= least * nominal && level <= 1.03 * nominal, "\(nominal), \(share): \(level)")
            }
        }
    }

    /// The reasons for the trouble: with three seeds, one t with Satterthwaite's degrees of freedom claims too much, and
    /// the distribution of Behrens and Fisher too little.
    @Test func theUsualRemediesMiss() {
        let satterthwaite = level(seedShare: 0.9, freedom: 2) { variance in
            let whole = variance + 0.1
            let freedom = whole * whole / max(variance * variance / 2, 1e-300)
            return StudentT.quantile(upperTail: 0.025, freedom: min(freedom, 1e9)) * whole.squareRoot()
        }
        #expect(abs(satterthwaite - 0.078) < 0.002, "\(satterthwaite)")
        let behrensFisher = level(seedShare: 0.25, freedom: 2) { variance in
            FormerRule(mean: 0, seeds: variance, freedom: 2, data: 0.75).quantile(upperTail: 0.025)
        }
        #expect(abs(behrensFisher - 0.024) < 0.002, "\(behrensFisher)")
    }

    /// Many seeds and few events are the same thing the other way round.
    @Test func partsChangePlaces() {
        let one = TwoPartError(seeds: 2, freedom: 3, data: 1, dataFreedom: 9)
        let other = TwoPartError(seeds: 1, freedom: 9, data: 2, dataFreedom: 3)
        for tail in [0.4, 0.025, 0.001] {
            let quantile = one.quantile(upperTail: tail)
            #expect(quantile == other.quantile(upperTail: tail))
            #expect(abs(one.tail(above: quantile) / tail - 1) < 1e-8)
            #expect(one.quantile(upperTail: 1 - tail) == -one.quantile(upperTail: 1 - (1 - tail)))
        }
    }
}
