/// A fraction in lowest terms. Arithmetic saturates instead of trapping: a size that a text declares may be absurd,
/// and absurd sizes are refused with a message later, not with a crash here.
public struct Rational: Hashable, Sendable, Comparable {
    public let numerator: Int
    public let denominator: Int

    public init(_ numerator: Int, _ denominator: Int = 1) {
        let divisor = Rational.greatestCommonDivisor(numerator, denominator)
        let sign = denominator < 0 ? -1 : 1
        guard divisor > 0 else {
            self.numerator = 0
            self.denominator = 1
            return
        }
        self.numerator = Rational.product(numerator / divisor, sign)
        self.denominator = max(1, Rational.product(denominator / divisor, sign))
    }

    public var isInteger: Bool { denominator == 1 }

    public static func + (a: Rational, b: Rational) -> Rational {
        if a.denominator == 1, b.denominator == 1 { return Rational(sum(a.numerator, b.numerator)) }
        return Rational(
            sum(product(a.numerator, b.denominator), product(b.numerator, a.denominator)),
            product(a.denominator, b.denominator))
    }
    public static func * (a: Rational, b: Rational) -> Rational {
        Rational(product(a.numerator, b.numerator), product(a.denominator, b.denominator))
    }
    public static prefix func - (a: Rational) -> Rational { Rational(product(a.numerator, -1), a.denominator) }
    public static func - (a: Rational, b: Rational) -> Rational { a + -b }
    public static func < (a: Rational, b: Rational) -> Bool {
        product(a.numerator, b.denominator) < product(b.numerator, a.denominator)
    }

    /// The greatest integer that is not above it.
    public var floor: Int {
        let quotient = numerator / denominator
        return numerator % denominator < 0 ? quotient - 1 : quotient
    }

    /// `a + b`, held at the largest and smallest number instead of overflowing.
    public static func sum(_ a: Int, _ b: Int) -> Int {
        let (value, overflow) = a.addingReportingOverflow(b)
        return overflow ? (a > 0 ? limit : -limit) : max(-limit, min(limit, value))
    }
    /// `a * b`, held at the largest and smallest number instead of overflowing.
    public static func product(_ a: Int, _ b: Int) -> Int {
        let (value, overflow) = a.multipliedReportingOverflow(by: b)
        return overflow ? ((a > 0) == (b > 0) ? limit : -limit) : max(-limit, min(limit, value))
    }
    /// The largest magnitude that arithmetic on sizes reaches.
    public static let limit = 1 << 62

    public static func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
        var a = a.magnitude
        var b = b.magnitude
        while b != 0 { (a, b) = (b, a % b) }
        return Int(clamping: a)
    }
}
