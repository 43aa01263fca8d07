import Foundation

@testable import Runner

/// The rule that verdicts followed before, kept to measure today's by: a bootstrap over the events, never less than the
/// variance of two events, and the distribution of Behrens and Fisher.
struct FormerRule {
    var mean: Double
    var seeds: Double
    var freedom: Int
    var data: Double

    init(mean: Double, seeds: Double, freedom: Int, data: Double) {
        self.mean = mean
        self.seeds = seeds
        self.freedom = freedom
        self.data = data
    }

    /// The difference between the two networks of a draw.
    init(_ events: TestEvents, _ runs: [[Runner.Measurement]]) {
        let resamples = EventResamples(events, replicates: 100, seed: 5)
        let support = runs.joined().map { events.support(of: $0) }.min() ?? 1
        let values = runs.map { $0.map { $0.value(traces: events.ofTrace.count) ?? .nan } }
        let resampled = runs.map { $0.map(resamples.values) }
        let sample = Sample(zip(values[0], values[1]).map { $1 - $0 })
        let deviations = zip(resampled[0], resampled[1]).map { zip($0, $1).map { $1 - $0 } }
        let count = Double(sample.count)
        let means = (0..<resamples.replicates).map { place in deviations.reduce(0) { $0 + $1[place] } / count }
        let within = deviations.reduce(0) { $0 + Sample($1).variance } / count
        let shared = (count * Sample(means).variance - within) / (count - 1)
        self.init(
            mean: sample.mean, seeds: sample.variance / count, freedom: sample.count - 1,
            data: max(shared, 4 / Double(support * support)))
    }

    /// Given the chi-square variable in the denominator of t, the whole is normal: the tail is the normal tail averaged
    /// over it. On a logarithmic axis the density falls off so fast that equal steps are as good as exact.
    func tail(above distance: Double) -> Double {
        let nu = Double(freedom)
        let step = 0.25
        let norm = -nu / 2 * log(2.0) - logGamma(nu / 2)
        var sum = 0.0
        var weight = 0.0
        var y = max(-60 / nu, -60)
        while y < 8 {
            let chi = exp(y)
            let density = exp(nu * y / 2 - chi / 2 + norm) * step
            sum += density * Normal.tail(above: distance / (seeds * nu / chi + data).squareRoot())
            weight += density
            y += step
        }
        return sum / weight
    }

    func quantile(upperTail tail: Double) -> Double {
        let scale = (seeds + data).squareRoot()
        return scale * solveFalling(for: tail) { self.tail(above: $0 * scale) }
    }
}
