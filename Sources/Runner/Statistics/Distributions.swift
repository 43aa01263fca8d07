import Foundation

/// The normal distribution with mean 0 and deviation 1.
public enum Normal {
    /// The chance of a value above `x`. Exact far into the tail, where one minus the other side would be rounding.
    public static func tail(above x: Double) -> Double { 0.5 * erfc(x / 2.0.squareRoot()) }

    /// The value that is exceeded with the chance `tail`.
    public static func quantile(upperTail tail: Double) -> Double {
        guard tail > 0 else { return .infinity }
        guard tail < 1 else { return -.infinity }
        guard tail <= 0.5 else { return -quantile(upperTail: 1 - tail) }
        return solveFalling(for: tail) { Normal.tail(above: $0) }
    }
}

/// Student's distribution: the mean of a few normal values in units of its own estimated error.
public enum StudentT {
    /// The chance of a value above `t` with `freedom` degrees of freedom, which need not be whole.
    public static func tail(above t: Double, freedom: Double) -> Double {
        guard freedom > 0, !t.isNaN else { return .nan }
        if t.isInfinite { return t > 0 ? 0 : 1 }
        let square = t * t
        let outside = 0.5 * incompleteBeta(freedom / (freedom + square), freedom / 2, 0.5)
        return t >= 0 ? outside : 1 - outside
    }

    /// The value that is exceeded with the chance `tail`.
    public static func quantile(upperTail tail: Double, freedom: Double) -> Double {
        guard freedom > 0, tail > 0 else { return tail == 0 ? .infinity : .nan }
        guard tail <= 0.5 else { return -quantile(upperTail: 1 - tail, freedom: freedom) }
        return solveFalling(for: tail) { StudentT.tail(above: $0, freedom: freedom) }
    }
}

/// Where a falling function of `x ≥ 0` takes a value: a bracket by doubling, then secants of its logarithm inside the
/// bracket (the Illinois form of false position).
func solveFalling(for target: Double, _ function: (Double) -> Double) -> Double {
    func excess(_ x: Double) -> Double { log(function(x) / target) }
    var (low, high) = (0.0, 1.0)
    var (above, below) = (excess(0), excess(1))
    while below > 0 {
        (low, above) = (high, below)
        high *= 2
        if high.isInfinite { return high }
        below = excess(high)
    }
    for _ in 0..<200 where high - low > 1e-13 * high {
        let secant = low + (high - low) * above / (above - below)
        let middle = secant > low && secant < high ? secant : low + (high - low) / 2
        let here = excess(middle)
        if abs(here) < 1e-14 { return middle }
        // The end that stays is taken for half as far off, so that it moves the next time.
        if here > 0 {
            (low, above, below) = (middle, here, below / 2)
        } else {
            (high, below, above) = (middle, here, above / 2)
        }
    }
    return low + (high - low) / 2
}

/// The logarithm of the gamma function for positive `x`, by Lanczos' sum (g = 7, 9 terms; 15 digits).
func logGamma(_ x: Double) -> Double {
    let coefficients = [
        676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905,
        -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
    ]
    if x < 0.5 { return log(Double.pi / sin(Double.pi * x)) - logGamma(1 - x) }
    var sum = 0.99999999999980993
    for (index, coefficient) in coefficients.enumerated() { sum += coefficient / (x + Double(index)) }
    let shifted = x + 6.5
    return 0.5 * log(2 * Double.pi) + (x - 0.5) * log(shifted) - shifted + log(sum)
}

/// The regularized incomplete beta function I_x(a, b), by Lentz' continued fraction.
/// Press et al., Numerical Recipes, 3rd edition, section 6.4; DLMF 8.17.22.
func incompleteBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
    guard x > 0 else { return 0 }
    guard x < 1 else { return 1 }
    let front = exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * log(x) + b * log1p(-x))
    // The fraction converges quickly on one side of the mean; the other side is its mirror.
    if x > (a + 1) / (a + b + 2) { return 1 - front * betaFraction(1 - x, b, a) / b }
    return front * betaFraction(x, a, b) / a
}

private func betaFraction(_ x: Double, _ a: Double, _ b: Double) -> Double {
    let tiny = 1e-300
    func away(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
    var c = 1.0
    var d = 1 / away(1 - (a + b) * x / (a + 1))
    var product = d
    for step in 1...1000 {
        let m = Double(step)
        let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d = 1 / away(1 + even * d)
        c = away(1 + even / c)
        product *= d * c
        let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d = 1 / away(1 + odd * d)
        c = away(1 + odd / c)
        product *= d * c
        if abs(d * c - 1) < 1e-15 { break }
    }
    return product
}
