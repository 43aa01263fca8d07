import Foundation

/// The error of a difference that was measured with few seeds on one test set.
///
/// It has two parts. Other seeds would have given another difference: that part is estimated from the spread over the
/// seeds, so from `freedom` degrees of freedom, and may be badly underestimated. Other earthquakes in the test set
/// would have given another difference too: that part comes from many events and is well known. The difference in
/// units of this error is a sum of a scaled Student's t and a scaled normal variable, the distribution of Behrens and
/// Fisher. Its tests never exceed their level, also where Satterthwaite's single t reaches 8 % instead of 5 % with
/// three seeds.
///
/// Tsui and Weerahandi (1989), doi:10.1080/01621459.1989.10478810; Robinson (1976), doi:10.1214/aos/1176343594.
public struct TwoPartError: Hashable, Sendable {
    /// The variance of the mean that comes from the seeds.
    public var seeds: Double
    /// The degrees of freedom that this was estimated from: the number of seeds less one.
    public var freedom: Int
    /// The variance that comes from the events of the test set.
    public var data: Double

    public init(seeds: Double, freedom: Int, data: Double) {
        self.seeds = seeds
        self.freedom = freedom
        self.data = data
    }

    public var standardError: Double { (seeds + data).squareRoot() }

    /// The chance of an error above `distance`, to one side.
    public func tail(above distance: Double) -> Double {
        if distance < 0 { return 1 - tail(above: -distance) }
        if seeds <= 0 {
            if data <= 0 { return distance > 0 ? 0 : 0.5 }
            return Normal.tail(above: distance / data.squareRoot())
        }
        if data <= 0 { return StudentT.tail(above: distance / seeds.squareRoot(), freedom: Double(freedom)) }
        return mixture(distance)
    }

    /// Given the chi-square variable in the denominator of t, the whole is normal: the tail is the normal tail averaged
    /// over it. On a logarithmic axis the density falls off so fast that equal steps are as good as exact.
    private func mixture(_ distance: Double) -> Double {
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

    /// The distance that the error exceeds with the chance `tail`, to one side.
    public func quantile(upperTail tail: Double) -> Double {
        guard seeds > 0 || data > 0 else { return 0 }
        let scale = standardError
        return scale * solveFalling(for: tail) { self.tail(above: $0 * scale) }
    }

    /// How far an interval reaches to each side.
    public func halfWidth(confidence: Double) -> Double { quantile(upperTail: (1 - confidence) / 2) }
}
