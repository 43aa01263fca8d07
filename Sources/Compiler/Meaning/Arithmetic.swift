import GraphIR

/// Arithmetic on what a text says: whole numbers, numbers, sizes and quantities. Refuses in words.
enum Arithmetic {
    struct Refusal: Error {
        var message: String
        var code = Code.badArithmetic
    }

    static func combine(_ sign: Token.Kind, _ first: Value, _ second: Value) throws(Refusal) -> Value {
        let (a, b) = aligned(first, second)
        switch (a, b) {
        case (.int(let x), .int(let y)): return try whole(sign, x, y)
        case (.size, .int), (.int, .size), (.size, .size):
            return try sizes(sign, dimension(a), dimension(b))
        case (.quantity(let x, let unit), .quantity(let y, let other)): return try quantities(sign, x, unit, y, other)
        case (.quantity(let x, let unit), _): if let y = number(b) { return try scaled(sign, x, unit, by: y) }
        case (_, .quantity(let y, let unit)):
            if let x = number(a), sign == .times { return .quantity(x * y, unit) }
        default: if let x = number(a), let y = number(b) { return .float(try floating(sign, x, y)) }
        }
        throw refusal(sign, a, b)
    }

    /// A share beside a plain number is one itself, 5 % is 0.05; and so is a count of samples.
    private static func aligned(_ a: Value, _ b: Value) -> (Value, Value) {
        switch (a, b) {
        case (.quantity(let x, .percent), .int), (.quantity(let x, .percent), .float): (.float(x / 100), b)
        case (.int, .quantity(let y, .percent)), (.float, .quantity(let y, .percent)): (a, .float(y / 100))
        case (.quantity(let x, .samples), .int): (Int(exactly: x).map { .int($0) } ?? .float(x), b)
        case (.int, .quantity(let y, .samples)): (a, Int(exactly: y).map { .int($0) } ?? .float(y))
        default: (a, b)
        }
    }

    private static func refusal(_ sign: Token.Kind, _ a: Value, _ b: Value) -> Refusal {
        Refusal(message: "'\(sign.sign)' does not work on \(name(a)) and \(name(b))")
    }

    static func number(_ value: Value) -> Double? {
        switch value {
        case .int(let number): Double(number)
        case .float(let number): number
        default: nil
        }
    }

    private static func dimension(_ value: Value) -> Dimension { Dimension(value) ?? 0 }

    private static func whole(_ sign: Token.Kind, _ a: Int, _ b: Int) throws(Refusal) -> Value {
        switch sign {
        case .plus, .minus, .times:
            let (result, overflow) =
                sign == .plus
                ? a.addingReportingOverflow(b)
                : sign == .minus ? a.subtractingReportingOverflow(b) : a.multipliedReportingOverflow(by: b)
            guard !overflow else { throw Refusal(message: "\(a) \(sign.sign) \(b) is too large a number") }
            return .int(result)
        case .divide:
            guard b != 0 else { throw Refusal(message: "\(a) is divided by zero") }
            guard b != -1 else { return try whole(.minus, 0, a) }
            return a % b == 0 ? .int(a / b) : .float(Double(a) / Double(b))
        case .percent:
            guard b > 0 else { throw Refusal(message: "the rest of a division by \(b) means nothing") }
            return .int(((a % b) + b) % b)
        case .power:
            return b < 0 ? .float(try power(Double(a), Double(b))) : .int(try wholePower(a, b))
        default: throw refusal(sign, .int(a), .int(b))
        }
    }

    private static func wholePower(_ base: Int, _ exponent: Int) throws(Refusal) -> Int {
        var result = 1
        if base == 0 || base == 1 || exponent == 0 { return exponent == 0 ? 1 : base }
        if base == -1 { return exponent % 2 == 0 ? 1 : -1 }
        guard exponent < 64 else { throw Refusal(message: "\(base)^\(exponent) is too large a number") }
        for _ in 0..<exponent {
            let (next, overflow) = result.multipliedReportingOverflow(by: base)
            guard !overflow else { throw Refusal(message: "\(base)^\(exponent) is too large a number") }
            result = next
        }
        return result
    }

    private static func floating(_ sign: Token.Kind, _ a: Double, _ b: Double) throws(Refusal) -> Double {
        switch sign {
        case .plus: return a + b
        case .minus: return a - b
        case .times: return a * b
        case .divide:
            guard b != 0 else { throw Refusal(message: "\(Value.float(a)) is divided by zero") }
            return a / b
        case .power: return try power(a, b)
        default: throw refusal(sign, .float(a), .float(b))
        }
    }

    /// Without a mathematics library: whole exponents only.
    private static func power(_ base: Double, _ exponent: Double) throws(Refusal) -> Double {
        guard exponent == exponent.rounded(), abs(exponent) <= 1024 else {
            throw Refusal(message: "'^' takes a whole exponent, not \(Value.float(exponent))")
        }
        var result = 1.0
        for _ in 0..<Int(abs(exponent)) { result *= base }
        return exponent < 0 ? 1 / result : result
    }

    private static func sizes(_ sign: Token.Kind, _ a: Dimension, _ b: Dimension) throws(Refusal) -> Value {
        guard a.polynomial.weight * b.polynomial.weight <= 1024 else {
            throw Refusal(message: "a size of this many terms cannot be reckoned with")
        }
        switch sign {
        case .plus: return (a + b).value
        case .minus: return (a - b).value
        case .times: return (a * b).value
        case .divide:
            guard let divisor = b.number, divisor > 0, let quotient = a.divided(by: divisor) else {
                throw Refusal(message: "\(a) cannot be divided by \(b)")
            }
            return quotient.value
        default: throw Refusal(message: "'\(sign.sign)' does not work on sizes that are not known yet, such as \(a)")
        }
    }

    private static func quantities(
        _ sign: Token.Kind, _ a: Double, _ unit: GraphIR.Unit, _ b: Double, _ other: GraphIR.Unit
    ) throws(Refusal) -> Value {
        guard unit.measure == other.measure else {
            throw Refusal(
                message: "\(Value.quantity(a, unit)) and \(Value.quantity(b, other)) measure different things")
        }
        let aligned = b * other.scale / unit.scale
        switch sign {
        case .plus: return .quantity(a + aligned, unit)
        case .minus: return .quantity(a - aligned, unit)
        case .divide where aligned != 0: return .float(a / aligned)
        default: throw refusal(sign, .quantity(a, unit), .quantity(b, other))
        }
    }

    private static func scaled(
        _ sign: Token.Kind, _ a: Double, _ unit: GraphIR.Unit, by b: Double
    ) throws(Refusal) -> Value {
        switch sign {
        case .times: return .quantity(a * b, unit)
        case .divide where b != 0: return .quantity(a / b, unit)
        default: throw refusal(sign, .quantity(a, unit), .float(b))
        }
    }

    // MARK: - Comparing

    /// `nil` where it depends on a length that is not known yet.
    static func compare(_ sign: Token.Kind, _ first: Value, _ second: Value) throws(Refusal) -> Bool? {
        let (a, b) = aligned(first, second)
        if let x = Dimension(a), let y = Dimension(b), x.number == nil || y.number == nil {
            return try compareSizes(sign, x, y)
        }
        if case .int(let x) = a, case .int(let y) = b { return order(sign, x, y) }
        if let x = number(a), let y = number(b) { return order(sign, x, y) }
        if case .quantity(let x, let unit) = a, case .quantity(let y, let other) = b, unit.measure == other.measure {
            return order(sign, x * unit.scale, y * other.scale)
        }
        if sign == .equal || sign == .notEqual, name(a) == name(b) || isText(a) && isText(b) {
            let areEqual = isText(a) ? String(a) == String(b) : a == b
            return areEqual == (sign == .equal)
        }
        throw refusal(sign, a, b)
    }

    private static func compareSizes(_ sign: Token.Kind, _ a: Dimension, _ b: Dimension) throws(Refusal) -> Bool? {
        switch (sign, a.compare(b)) {
        case (.equal, .equal), (.lessOrEqual, .equal), (.greaterOrEqual, .equal), (.notEqual, .different): true
        case (.equal, .different), (.notEqual, .equal), (.less, .equal), (.greater, .equal): false
        default: nil
        }
    }

    private static func order<T: Comparable>(_ sign: Token.Kind, _ a: T, _ b: T) -> Bool {
        switch sign {
        case .equal: a == b
        case .notEqual: a != b
        case .less: a < b
        case .lessOrEqual: a <= b
        case .greater: a > b
        default: a >= b
        }
    }

    private static func isText(_ value: Value) -> Bool {
        switch value {
        case .string, .word: true
        default: false
        }
    }

    /// What a message calls a value of this type.
    static func name(_ value: Value) -> String {
        switch value {
        case .int: "a whole number"
        case .float: "a number"
        case .bool: "true or false"
        case .string: "a text"
        case .word: "a word"
        case .size: "a size"
        case .quantity(_, let unit): "a quantity in \(unit.rawValue)"
        case .list: "a list"
        case .call: "a plugin"
        }
    }
}

extension Polynomial {
    /// How many pieces it is written with, counted only as far as it matters.
    var weight: Int {
        var weight = 0
        for term in terms {
            weight += 1 + term.atoms.count
            for case .floor(let inner, _) in term.atoms { weight += inner.weight }
            if weight > 4096 { return weight }
        }
        return weight
    }
}
