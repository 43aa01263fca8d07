import GraphIR

/// Values: pipelines, operators, calls, lists.
extension Parser {
    /// `a -> b -> c`, or just a value.
    mutating func expression() -> Expression {
        nested(missing) { parser in
            let head = parser.operators(above: 0)
            guard parser.current.kind == .arrow else { return head }
            let stages = parser.arrowsAndStages()
            return Expression(kind: .pipeline(head, stages), place: parser.span(from: head.place))
        }
    }

    var missing: Expression { Expression(kind: .missing, place: here) }

    // MARK: - Operators

    /// How strongly each operator binds; what is not here is none.
    private static func strength(_ kind: Token.Kind) -> Int? {
        switch kind {
        case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual: 4
        case .rangeUpTo, .rangeThrough: 5
        case .plus, .minus: 6
        case .times, .divide, .percent: 7
        case .power: 9
        default: nil
        }
    }

    private mutating func operators(above least: Int) -> Expression {
        var left = operand(least)
        while !hasFailed {
            let sign = current
            let strength: Int
            switch Keyword(word: sign.word) {
            case .or: strength = 1
            case .and: strength = 2
            default:
                guard let known = Parser.strength(sign.kind) else { return left }
                strength = known
            }
            // A line that begins with a sign goes on; a comparison of comparisons means nothing.
            guard strength > least else { return left }
            guard left.height < Parser.highest else {
                fail(.chainTooLong(at: place(sign)))
                return missing
            }
            advance()
            // `^` binds to the right: 2^3^2 is 2^9.
            let right = nested(missing) { $0.operators(above: sign.kind == .power ? strength - 1 : strength) }
            left = combine(left, sign, right)
        }
        return left
    }

    private func combine(_ left: Expression, _ sign: Token, _ right: Expression) -> Expression {
        let kind: Expression.Kind =
            switch sign.kind {
            case .rangeUpTo: .range(left, right, isClosed: false)
            case .rangeThrough: .range(left, right, isClosed: true)
            case .word where sign.word == Keyword.or.number: .either(left, right)
            case .word: .both(left, right)
            default: .binary(sign.kind, left, right, operator: place(sign))
            }
        return Expression(kind: kind, place: left.place.joined(with: right.place))
    }

    private mutating func operand(_ least: Int) -> Expression {
        let start = here
        if take(.not) {
            let value = nested(missing) { $0.operators(above: 3) }
            return Expression(kind: .not(value), place: span(from: start))
        }
        if take(.minus) {
            let value = nested(missing) { $0.operators(above: 8) }
            if case .int(let number) = value.kind { return Expression(kind: .int(-number), place: span(from: start)) }
            if case .float(let number) = value.kind {
                return Expression(kind: .float(-number), place: span(from: start))
            }
            return Expression(kind: .negative(value), place: span(from: start))
        }
        return postfix()
    }

    // MARK: - Operands

    private mutating func postfix() -> Expression {
        var value = primary()
        while !hasFailed, !beginsLine(), value.height < Parser.highest {
            if current.kind == .dot, ahead(1).kind == .word {
                advance()
                let member = anyWord()
                value = Expression(kind: .member(value, member), place: span(from: value.place))
            } else if current.kind == .openBracket {
                advance()
                let index = expression()
                expect(.closeBracket, "to close the index")
                value = Expression(kind: .index(value, index), place: span(from: value.place))
            } else {
                break
            }
        }
        return value
    }

    private mutating func primary() -> Expression {
        let start = here
        if current.kind == .word, current.end - current.start > Parser.longestName {
            fail(.nameTooLong(at: here))
            return missing
        }
        switch current.kind {
        case .integer, .decimal: return number()
        case .string:
            let text = string()
            return Expression(kind: .string(text), place: start)
        case .openBracket:
            let items = bracketedList()
            return Expression(kind: .list(items), place: span(from: start))
        case .openParenthesis:
            advance()
            var value = expression()
            if !hasFailed, current.kind == .comma { return tuple(from: start, first: value) }
            expect(.closeParenthesis, "to close the parenthesis")
            value.place = span(from: start)
            return value
        case .word: return wordOperand()
        default:
            if let word = quotedWord() { return word }
            fail(notAValue)
            return missing
        }
    }

    /// `'relu'`, as Python has it: what is meant is said, and read so.
    private mutating func quotedWord() -> Expression? {
        let isQuoted =
            current.kind == .unknown && spelling(current) == "'" && ahead(1).kind == .word
            && ahead(2).kind == .unknown && spelling(ahead(2)) == "'"
        guard isQuoted, !Keyword.isReserved(ahead(1).word) else { return nil }
        let open = here
        advance()
        let name = anyWord()
        report(.quotedWord(name.text, open: open, close: here))
        advance()
        return Expression(kind: .name(name), place: name.place)
    }

    private mutating func wordOperand() -> Expression {
        let start = here
        switch Keyword(word: current.word) {
        case .true, .false:
            let isTrue = isKeyword(.true)
            advance()
            return Expression(kind: .bool(isTrue), place: start)
        case .if: return condition()
        case .for: return comprehension()
        case .some where Keyword.isReserved(current.word):
            fail(notAValue)
            return missing
        default:
            let name = anyWord()
            guard current.kind == .openParenthesis, !beginsLine() else {
                return Expression(kind: .name(name), place: start)
            }
            let call = call(name)
            return calledAgain(call) ?? Expression(kind: .call(call), place: call.place)
        }
    }

    /// `conv(8, 11)(x)`, as Keras has it: what is meant is said, and read so.
    private mutating func calledAgain(_ call: Call) -> Expression? {
        guard !hasFailed, current.kind == .openParenthesis, !beginsLine(), ahead(1).kind == .word,
            ahead(2).kind == .closeParenthesis
        else { return nil }
        let start = here
        advance()
        let input = anyWord()
        advance()
        let second = span(from: start)
        report(.layerCalledTwice(input.text, layer: call.place, again: second))
        return Expression(
            kind: .pipeline(
                Expression(kind: .name(input), place: input.place), [Stage(kind: .call(call), place: call.place)]),
            place: Place(file: call.place.file, start: call.place.start, end: second.end))
    }

    private var notAValue: Diagnostic {
        if let help = foreignSign { return help }
        return .expected("a value", "", found: found, at: justBeforeOrHere)
    }

    /// Signs that other languages have for what is said otherwise here.
    var foreignSign: Diagnostic? {
        guard current.kind == .unknown || current.kind == .unterminatedString else { return nil }
        if current.kind == .unterminatedString { return .unterminatedText(at: here) }
        return .unknownSign(spelling(current), at: here)
    }

    private mutating func condition() -> Expression {
        let start = here
        advance()
        let test = expression()
        let yes = bracedValue()
        var no: Expression?
        if !hasFailed, take(.else) { no = isKeyword(.if) ? nested(missing) { $0.condition() } : bracedValue() }
        return Expression(kind: .condition(test, yes, else: no), place: span(from: start))
    }

    private mutating func comprehension() -> Expression {
        let start = here
        advance()
        let pattern = pattern()
        if !hasFailed, !take(.in) {
            fail(.expected("'in'", "after what a turn is called", found: found, at: justBeforeOrHere))
        }
        let list = hasFailed ? missing : expression()
        let body = hasFailed ? missing : bracedValue()
        return Expression(kind: .comprehension(pattern, list, body), place: span(from: start))
    }

    private mutating func bracedValue() -> Expression {
        guard !hasFailed, expect(.openBrace, "to open the value") else { return missing }
        let value = expression()
        if !hasFailed { expect(.closeBrace, "to close the value") }
        return value
    }

    mutating func pattern() -> Pattern {
        let start = here
        guard take(.openParenthesis) else {
            return .name(name("for a turn of the loop") ?? Identifier(text: "", word: -1, place: start))
        }
        return nested(.tuple([], start)) { parser in
            var parts: [Pattern] = []
            repeat { parts.append(parser.pattern()) } while !parser.hasFailed && parser.take(.comma)
            if !parser.hasFailed { parser.expect(.closeParenthesis, "to close the names") }
            return .tuple(parts, parser.span(from: start))
        }
    }

    // MARK: - Numbers and texts

    private mutating func number() -> Expression {
        let start = here
        let digits = spelling(current).filter { $0 != "_" }
        let isWhole = current.kind == .integer
        advance()
        if isWhole, Int(digits) == nil {
            fail(.numberTooLarge(digits, at: start))
            return missing
        }
        let value = Double(digits) ?? 0
        let isAdjacent = Int(current.start) == start.end
        if current.kind == .percent, isPercentSign {
            advance()
            return Expression(kind: .quantity(value, .percent), place: span(from: start))
        }
        guard current.kind == .word, !beginsLine() else {
            return Expression(kind: isWhole ? .int(Int(digits) ?? 0) : .float(value), place: start)
        }
        let word = spelling(current)
        if let unit = Unit(rawValue: word) {
            advance()
            return Expression(kind: .quantity(value, unit), place: span(from: start))
        }
        if let unit = Diagnostic.unitMeant(by: word) {
            report(.unknownUnit(word, at: here))
            advance()
            return Expression(kind: .quantity(value, unit), place: span(from: start))
        }
        guard isAdjacent else {
            return Expression(kind: isWhole ? .int(Int(digits) ?? 0) : .float(value), place: start)
        }
        guard let factor = ["K": 1000, "k": 1000, "M": 1_000_000, "G": 1_000_000_000][word] else {
            fail(.unknownUnit(word, at: here))
            return missing
        }
        advance()
        if isWhole {
            return Expression(kind: .int(Rational.product(Int(digits) ?? 0, factor)), place: span(from: start))
        }
        return Expression(kind: .float(value * Double(factor)), place: span(from: start))
    }

    /// `5 %` is a share unless something follows that can be divided by.
    private var isPercentSign: Bool {
        let next = ahead(1)
        switch next.kind {
        case .integer, .decimal, .openParenthesis: return beginsLine(1)
        case .word: return beginsLine(1) || Keyword.isReserved(next.word)
        default: return true
        }
    }

    /// `(3, 5)`: what is a list elsewhere is one here, too, in its own brackets.
    private mutating func tuple(from start: Place, first: Expression) -> Expression {
        var items = [first]
        while !hasFailed, take(.comma), current.kind != .closeParenthesis, !isAtEnd { items.append(expression()) }
        guard !hasFailed else { return missing }
        let close = here
        guard expect(.closeParenthesis, "to close the parenthesis") else { return missing }
        // Several arrays in front of an arrow are meant otherwise.
        report(.tuple(from: start, to: close, isFlow: current.kind == .arrow))
        return Expression(kind: .list(items), place: span(from: start))
    }

    /// The text of a string token without its quotes.
    mutating func string() -> String {
        let bytes = text[Int(current.start) + 1..<max(Int(current.start) + 1, Int(current.end) - 1)]
        var plain: [UInt8] = []
        var isEscaped = false
        for byte in bytes {
            if isEscaped {
                plain.append(byte == UInt8(ascii: "n") ? 0x0A : byte == UInt8(ascii: "t") ? 0x09 : byte)
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else {
                plain.append(byte)
            }
        }
        advance()
        return String(decoding: plain, as: UTF8.self)
    }

    mutating func bracketedList() -> [Expression] {
        advance()
        var items: [Expression] = []
        while !hasFailed, !isAtEnd, current.kind != .closeBracket {
            items.append(expression())
            if !takeComma() { break }
        }
        if !hasFailed { expect(.closeBracket, "to close the list") }
        return items
    }
}
