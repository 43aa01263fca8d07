/// A sum of products of sizes: the normal form behind symbolic dimensions.
///
/// Terms are sorted and merged, constants folded, and rounding is written in one way only: `floor(p / q)` with whole
/// coefficients, a positive leading one, and nothing inside that could stand outside. So `ceil(ceil(T/2)/2)` and
/// `ceil(T/4)`, or `floor((T - 1)/2) + 1` and `ceil(T/2)`, are the same value.
public struct Polynomial: Hashable, Sendable {
    /// What cannot be taken apart: a symbol, or a rounded quotient.
    public indirect enum Atom: Hashable, Sendable {
        case symbol(String)
        case floor(Polynomial, Int)
    }
    public struct Term: Hashable, Sendable {
        public var coefficient: Rational
        /// Sorted by their text; a square is the same atom twice.
        public var atoms: [Atom]
    }
    /// Sorted: more atoms first, then by text; the constant last.
    public let terms: [Term]

    public init(_ constant: Rational) {
        terms = constant == Rational(0) ? [] : [Term(coefficient: constant, atoms: [])]
    }
    public init(atom: Atom) { terms = [Term(coefficient: Rational(1), atoms: [atom])] }

    private init(merging unsorted: [Term]) {
        var merged: [Term] = []
        for term in unsorted.sorted(by: Polynomial.precedes) {
            if let last = merged.last, last.atoms == term.atoms {
                merged[merged.count - 1].coefficient = last.coefficient + term.coefficient
            } else {
                merged.append(term)
            }
        }
        terms = merged.filter { $0.coefficient != Rational(0) }
    }

    private static func precedes(_ a: Term, _ b: Term) -> Bool {
        if a.atoms.count != b.atoms.count { return a.atoms.count > b.atoms.count }
        for (x, y) in zip(a.atoms, b.atoms) where x != y { return x.description < y.description }
        return false
    }

    /// Its value, if it depends on no symbol.
    public var constant: Rational? {
        if terms.isEmpty { return Rational(0) }
        return terms.count == 1 && terms[0].atoms.isEmpty ? terms[0].coefficient : nil
    }

    public var symbols: Set<String> {
        var names: Set<String> = []
        for case let atom in terms.flatMap(\.atoms) {
            switch atom {
            case .symbol(let name): names.insert(name)
            case .floor(let inner, _): names.formUnion(inner.symbols)
            }
        }
        return names
    }

    /// Certain only where every part is: lengths are positive, so a sum of positive parts is not zero.
    public var isNeverZero: Bool {
        let signs = terms.map { $0.coefficient > Rational(0) }
        let isStrict = terms.contains { term in
            term.atoms.allSatisfy { if case .symbol = $0 { true } else { false } }
        }
        return isStrict && (signs.allSatisfy { $0 } || signs.allSatisfy { !$0 })
            && terms.allSatisfy(Polynomial.isNotNegative)
    }
    private static func isNotNegative(_ term: Term) -> Bool {
        term.atoms.allSatisfy { atom in
            switch atom {
            case .symbol: true
            case .floor(let inner, _): inner.terms.allSatisfy { $0.coefficient > Rational(0) && isNotNegative($0) }
            }
        }
    }

    public static func + (a: Polynomial, b: Polynomial) -> Polynomial { Polynomial(merging: a.terms + b.terms) }
    public static func - (a: Polynomial, b: Polynomial) -> Polynomial { a + Polynomial(Rational(-1)) * b }
    public static func * (a: Polynomial, b: Polynomial) -> Polynomial {
        var products: [Term] = []
        for x in a.terms {
            for y in b.terms {
                let atoms = (x.atoms + y.atoms).sorted { $0.description < $1.description }
                products.append(Term(coefficient: x.coefficient * y.coefficient, atoms: atoms))
            }
        }
        return Polynomial(merging: products)
    }

    /// The greatest whole number that is not above the value, in normal form.
    public static func floor(_ value: Polynomial) -> Polynomial {
        // Whole parts leave: floor(x + k) = floor(x) + k for whole k, and a symbol is whole.
        var outside: [Term] = []
        var inside: [Term] = []
        for term in value.terms {
            let whole = Rational(term.coefficient.floor)
            let rest = term.coefficient - whole
            if whole != Rational(0) { outside.append(Term(coefficient: whole, atoms: term.atoms)) }
            if rest != Rational(0) { inside.append(Term(coefficient: rest, atoms: term.atoms)) }
        }
        let outer = Polynomial(merging: outside)
        let inner = Polynomial(merging: inside)
        if let constant = inner.constant { return outer + Polynomial(Rational(constant.floor)) }
        let divisor = inner.terms.reduce(1) { common, term in
            Rational.product(common, term.coefficient.denominator)
                / max(1, Rational.greatestCommonDivisor(common, term.coefficient.denominator))
        }
        return outer + flattened(inner * Polynomial(Rational(divisor)), divisor)
    }

    /// floor((floor(x/m) + k)/n) = floor((x + k m)/(m n)) for whole k.
    private static func flattened(_ numerator: Polynomial, _ divisor: Int) -> Polynomial {
        let varying = numerator.terms.filter { !$0.atoms.isEmpty }
        if varying.count == 1, varying[0].coefficient == Rational(1), varying[0].atoms.count == 1,
            case .floor(let inner, let innerDivisor) = varying[0].atoms[0]
        {
            let shift = numerator.terms.last.flatMap { $0.atoms.isEmpty ? $0.coefficient : nil } ?? Rational(0)
            let whole = inner + Polynomial(shift * Rational(innerDivisor))
            return floor(whole * Polynomial(Rational(1, Rational.product(innerDivisor, divisor))))
        }
        return Polynomial(atom: .floor(numerator, divisor))
    }

    public func renaming(_ name: (String) -> String) -> Polynomial {
        Polynomial(
            merging: terms.map { term in
                let atoms = term.atoms.map { atom -> Atom in
                    switch atom {
                    case .symbol(let old): .symbol(name(old))
                    case .floor(let inner, let divisor): .floor(inner.renaming(name), divisor)
                    }
                }
                return Term(coefficient: term.coefficient, atoms: atoms.sorted { $0.description < $1.description })
            })
    }

    public func substituting(_ bindings: [String: Int]) -> Polynomial {
        var total = Polynomial(Rational(0))
        for term in terms {
            var product = Polynomial(term.coefficient)
            for atom in term.atoms {
                switch atom {
                case .symbol(let name):
                    product = product * (bindings[name].map { Polynomial(Rational($0)) } ?? Polynomial(atom: atom))
                case .floor(let inner, let divisor):
                    product = product * .floor(inner.substituting(bindings) * Polynomial(Rational(1, divisor)))
                }
            }
            total = total + product
        }
        return total
    }
}

extension Polynomial.Atom: CustomStringConvertible {
    public var description: String {
        switch self {
        case .symbol(let name): return name
        case .floor(let inner, let divisor):
            let last = inner.terms.last
            let constant = last.map { $0.atoms.isEmpty ? $0.coefficient : Rational(0) } ?? Rational(0)
            if constant == Rational(divisor - 1) {
                return "ceil(\((inner - Polynomial(constant)).quotientText(divisor)))"
            }
            return "floor(\(inner.quotientText(divisor)))"
        }
    }
}

extension Polynomial: CustomStringConvertible {
    public var description: String {
        var text = ""
        for term in terms {
            let isNegative = term.coefficient < Rational(0)
            if text.isEmpty { text += isNegative ? "-" : "" } else { text += isNegative ? " - " : " + " }
            text += Polynomial.text(of: term, magnitude: isNegative ? -term.coefficient : term.coefficient)
        }
        return text.isEmpty ? "0" : text
    }

    private static func text(of term: Term, magnitude: Rational) -> String {
        let product = term.atoms.map(\.description).joined(separator: "*")
        if product.isEmpty {
            return magnitude.isInteger ? "\(magnitude.numerator)" : "\(magnitude.numerator)/\(magnitude.denominator)"
        }
        let scaled = magnitude.numerator == 1 ? product : "\(magnitude.numerator)*\(product)"
        return magnitude.isInteger ? scaled : "\(scaled)/\(magnitude.denominator)"
    }

    fileprivate func quotientText(_ divisor: Int) -> String {
        terms.count > 1 ? "(\(self))/\(divisor)" : "\(self)/\(divisor)"
    }
}
