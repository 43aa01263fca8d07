/// The extent of one axis: a number, or an expression of sizes that are not known yet (`T`, `ceil(T/2)`, `2*T - 4`).
///
/// Expressions are kept in a normal form, so that two ways of writing one size compare equal.
public enum Dimension: Hashable, Sendable {
    case number(Int)
    /// Never a constant: those are numbers.
    case expression(Polynomial)

    public static func symbol(_ name: String) -> Dimension { .expression(Polynomial(atom: .symbol(name))) }

    /// The number, if it is known.
    public var number: Int? {
        if case .number(let value) = self { return value }
        return nil
    }

    public init(_ polynomial: Polynomial) {
        if let constant = polynomial.constant, constant.isInteger {
            self = .number(constant.numerator)
        } else {
            self = .expression(polynomial)
        }
    }

    public var polynomial: Polynomial {
        switch self {
        case .number(let value): Polynomial(Rational(value))
        case .expression(let polynomial): polynomial
        }
    }

    /// What comparing two sizes can say before every symbol has its number.
    public enum Comparison: Sendable { case equal, different, unknown }

    /// Whether two sizes are the same, for all lengths, for none, or depending on the length.
    public func compare(_ other: Dimension) -> Comparison {
        if case .number(let a) = self, case .number(let b) = other { return a == b ? .equal : .different }
        let difference = polynomial - other.polynomial
        if let constant = difference.constant { return constant == Rational(0) ? .equal : .different }
        return difference.isNeverZero ? .different : .unknown
    }

    /// The symbols it depends on, sorted.
    public var symbols: [String] {
        if case .expression(let polynomial) = self { return polynomial.symbols.sorted() }
        return []
    }

    /// The same size with its symbols called otherwise.
    public func renaming(_ name: (String) -> String) -> Dimension {
        if case .expression(let polynomial) = self { return Dimension(polynomial.renaming(name)) }
        return self
    }

    /// Its value with the symbols bound; symbols without a binding stay.
    public func substituting(_ bindings: [String: Int]) -> Dimension {
        if case .expression(let polynomial) = self { return Dimension(polynomial.substituting(bindings)) }
        return self
    }
}

extension Dimension: ExpressibleByIntegerLiteral {
    public init(integerLiteral value: Int) { self = .number(value) }
}

extension Dimension {
    public static func + (a: Dimension, b: Dimension) -> Dimension {
        if case .number(let x) = a, case .number(let y) = b { return .number(Rational.sum(x, y)) }
        return Dimension(a.polynomial + b.polynomial)
    }
    public static func - (a: Dimension, b: Dimension) -> Dimension {
        if case .number(let x) = a, case .number(let y) = b { return .number(Rational.sum(x, Rational.product(y, -1))) }
        return Dimension(a.polynomial - b.polynomial)
    }
    public static func * (a: Dimension, b: Dimension) -> Dimension {
        if case .number(let x) = a, case .number(let y) = b { return .number(Rational.product(x, y)) }
        return Dimension(a.polynomial * b.polynomial)
    }
    public static func += (a: inout Dimension, b: Dimension) { a = a + b }

    /// Exact division, as in `T/128`: it says that the quotient is whole. `nil` when it never is, or by zero.
    public func divided(by divisor: Int) -> Dimension? {
        guard divisor > 0 else { return nil }
        if case .number(let value) = self { return value % divisor == 0 ? .number(value / divisor) : nil }
        return Dimension(polynomial * Polynomial(Rational(1, divisor)))
    }
    /// The quotient rounded down. A divisor below one counts as one: whoever asks checks its arguments first.
    public func floorDivided(by divisor: Int) -> Dimension {
        if case .number(let value) = self { return .number(Rational(value, max(1, divisor)).floor) }
        return Dimension(Polynomial.floor(polynomial * Polynomial(Rational(1, max(1, divisor)))))
    }
    /// The quotient rounded up.
    public func ceilDivided(by divisor: Int) -> Dimension {
        let divisor = max(1, divisor)
        return (self + .number(divisor - 1)).floorDivided(by: divisor)
    }
}

extension Dimension: CustomStringConvertible {
    public var description: String {
        switch self {
        case .number(let value): String(value)
        case .expression(let polynomial): polynomial.description
        }
    }
}
