import GraphIR

/// What expressions are worth.
extension Elaborator {
    /// - Parameter wanted: the type that the value is for; it gives words and plugins their meaning.
    mutating func evaluate(_ expression: Expression, wanted: ValueType? = nil) -> Item {
        switch expression.kind {
        case .int(let number): return .value(.int(number))
        case .float(let number): return .value(.float(number))
        case .quantity(let number, let unit): return .value(.quantity(number, unit))
        case .string(let text): return .value(.string(text))
        case .bool(let flag): return .value(.bool(flag))
        case .name(let name): return named(name, wanted: wanted)
        case .missing: return .poison
        default: return nested(expression.place) { $0.compound(expression, wanted: wanted) }
        }
    }

    private mutating func compound(_ expression: Expression, wanted: ValueType?) -> Item {
        switch expression.kind {
        case .list(let items):
            guard spend(items.count, at: expression.place) else { return .poison }
            var element = wanted
            if case .list(let inner) = wanted?.asList { element = inner }
            return .list(items.map { evaluate($0, wanted: element) })
        case .call(let call): return self.call(call, wanted: wanted)
        case .member(let value, let name): return member(evaluate(value), name, of: value)
        case .index(let list, let index): return self.index(list, index)
        case .not(let value): return truth(value).map { .value(.bool(!$0)) } ?? .poison
        case .negative(let value): return arithmetic(.minus, .value(.int(0)), evaluate(value), expression)
        case .binary(let sign, let left, let right, let place): return binary(sign, left, right, at: place)
        case .both(let left, let right):
            guard let first = truth(left) else { return .poison }
            return first ? truth(right).map { .value(.bool($0)) } ?? .poison : .value(.bool(false))
        case .either(let left, let right):
            guard let first = truth(left) else { return .poison }
            return first ? .value(.bool(true)) : truth(right).map { .value(.bool($0)) } ?? .poison
        case .range(let low, let high, let isClosed): return range(low, high, isClosed, at: expression.place)
        case .pipeline(let head, let stages): return apply(stages, to: evaluate(head))
        case .condition(let test, let yes, let no): return condition(test, yes, no, wanted, at: expression.place)
        case .comprehension(let pattern, let list, let body): return comprehension(pattern, list, body)
        default: return .poison
        }
    }

    // MARK: - Names

    private mutating func named(_ name: Identifier, wanted: ValueType?) -> Item {
        if let wanted, wanted.words.contains(name.text) { return .value(.word(name.text)) }
        let call = Call(callee: name, hasParentheses: false, arguments: [], place: name.place)
        if let kind = wanted?.pluginKind, catalog.plugin(kind, name) != nil { return plugin(kind, call) }
        if let item = item(of: name.word) {
            if log != nil { note(.name, name.place, item) }
            return item
        }
        if let kind = wanted?.pluginKind { return plugin(kind, call) }
        if let wanted, wanted.takesAnyWord { return .value(.word(name.text)) }
        if name.word >= 0, catalog.layer(name.word, name.text) != nil { return fail(.layerAsValue(name)) }
        return failUnknown(name, .unknownName(name, among: namesInSight, words: wanted?.words ?? []))
    }

    private mutating func member(_ item: Item, _ name: Identifier, of value: Expression) -> Item {
        switch item {
        case .poison: return .poison
        case .bundle(let bundle):
            if let extra = bundle.extras.first(where: { $0.name.word == name.word }) { return extra.item }
            return failUnknown(name, .noSuchMember(name, of: bundle.extras.map { $0.name.text }, at: value.place))
        case .list(let items):
            guard spend(items.count, at: name.place) else { return .poison }
            let picked = items.map { member($0, name, of: value) }
            return picked.contains { $0.isPoison } ? .poison : .list(picked)
        default: return failUnknown(name, .noSuchMember(name, of: [], at: value.place))
        }
    }

    private mutating func index(_ list: Expression, _ index: Expression) -> Item {
        let items = evaluate(list).main
        let position = evaluate(index).main
        if items.isPoison || position.isPoison { return .poison }
        guard case .list(let values) = items else {
            return fail(.notAList(describe(items), at: list.place))
        }
        guard case .value(.int(let number)) = position else {
            return fail(.wrongType("an index", "a whole number", describe(position), at: index.place))
        }
        guard values.indices.contains(number) else {
            return fail(.badIndex(number, count: values.count, at: index.place))
        }
        if log != nil { note(.size, list.place.joined(with: index.place), values[number]) }
        return values[number]
    }

    // MARK: - Operators

    private mutating func binary(_ sign: Token.Kind, _ left: Expression, _ right: Expression, at place: Place) -> Item {
        let a = evaluate(left).main
        let b = evaluate(right).main
        if a.isPoison || b.isPoison { return .poison }
        if a.node != nil, b.node != nil { return operate(sign, [(a, left.place), (b, right.place)], at: place) }
        if case .list(let first) = a, case .list(let second) = b, sign == .plus {
            guard spend(first.count + second.count, at: place) else { return .poison }
            return .list(first + second)
        }
        let whole = Expression(kind: .missing, place: place)
        switch sign {
        case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual:
            return comparison(sign, a, b, at: left.place.joined(with: right.place))
        default: return arithmetic(sign, a, b, whole)
        }
    }

    private mutating func arithmetic(_ sign: Token.Kind, _ a: Item, _ b: Item, _ expression: Expression) -> Item {
        if a.isPoison || b.isPoison { return .poison }
        guard case .value(let x) = a.main, case .value(let y) = b.main else {
            return fail(
                .badArithmetic(
                    "'\(sign.sign)' does not work on \(describe(a)) and \(describe(b))", at: expression.place))
        }
        do throws(Arithmetic.Refusal) {
            return .value(try Arithmetic.combine(sign, x, y))
        } catch {
            return fail(.badArithmetic(error.message, at: expression.place))
        }
    }

    private mutating func comparison(_ sign: Token.Kind, _ a: Item, _ b: Item, at place: Place) -> Item {
        guard case .value(let x) = a, case .value(let y) = b else {
            return fail(.badArithmetic("'\(sign.sign)' does not compare \(describe(a)) with \(describe(b))", at: place))
        }
        do throws(Arithmetic.Refusal) {
            if let answer = try Arithmetic.compare(sign, x, y) { return .value(.bool(answer)) }
            return fail(.notDecidable("\(x) \(sign.sign) \(y)", at: place))
        } catch {
            return fail(.badArithmetic(error.message, at: place))
        }
    }

    /// The answer of a condition; `nil` after saying why there is none.
    mutating func truth(_ expression: Expression) -> Bool? {
        let item = evaluate(expression).main
        if item.isPoison { return nil }
        guard case .value(.bool(let answer)) = item else {
            report(.wrongType("a condition", "true or false", describe(item), at: expression.place))
            return nil
        }
        return answer
    }

    private mutating func range(_ low: Expression, _ high: Expression, _ isClosed: Bool, at place: Place) -> Item {
        guard let first = wholeNumber(low, "where a range begins"), let last = wholeNumber(high, "where a range ends")
        else { return .poison }
        let (difference, overflow) = last.subtractingReportingOverflow(first)
        let count = max(0, overflow ? 0 : isClosed ? Rational.sum(difference, 1) : difference)
        guard !overflow, turnsAreFew(count, at: place) else { return .poison }
        return .list((0..<count).map { .value(.int(first + $0)) })
    }

    /// A whole number that must be known; `nil` after saying what is wrong.
    mutating func wholeNumber(_ expression: Expression, _ purpose: String) -> Int? {
        let item = evaluate(expression, wanted: .int).main
        if item.isPoison { return nil }
        if case .value(.int(let number)) = item { return number }
        if case .value(.size(let size)) = item {
            report(.notDecidable("\(purpose), \(size),", at: expression.place))
        } else {
            report(.wrongType(purpose, "a whole number", describe(item), at: expression.place))
        }
        return nil
    }

    /// Whether so many turns can be walked; says so if not.
    mutating func turnsAreFew(_ count: Int, at place: Place) -> Bool {
        guard count <= Elaborator.mostTurns else {
            report(.tooManyTurns(count, at: place))
            return false
        }
        return spend(count + 1, at: place)
    }

    // MARK: - Choices

    private mutating func condition(
        _ test: Expression, _ yes: Expression, _ no: Expression?, _ wanted: ValueType?, at place: Place
    ) -> Item {
        guard let answer = truth(test) else { return .poison }
        if answer { return evaluate(yes, wanted: wanted) }
        guard let no else { return fail(.noElse(at: place)) }
        return evaluate(no, wanted: wanted)
    }

    // MARK: - Words for messages

    /// A value as a message calls it.
    func describe(_ item: Item) -> String {
        switch item.main {
        case .value(let value): return Elaborator.brief(value)
        case .array(let node): return "an array \(nodes[node].type.shape)"
        case .list(let items): return items.isEmpty ? "an empty list" : "a list of \(items.count)"
        case .bundle, .poison: return "a result"
        }
    }

    static func brief(_ value: Value) -> String {
        switch value {
        case .list(let values): return values.count > 8 ? "a list of \(values.count)" : value.description
        case .call(let call): return call.name
        default:
            let text = value.description
            return text.utf8.count > 60 ? String(text.prefix(57)) + "…" : text
        }
    }
}
