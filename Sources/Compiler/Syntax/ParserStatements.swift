import GraphIR

/// What stands in the braces of networks, blocks and variants.
extension Parser {
    /// What stands in the braces of a declaration. A head that failed loses its own meaning only.
    mutating func braced(_ one: (inout Parser) -> Statement?) -> [Statement] {
        if hasFailed {
            // Names of the head are lost: what the body says of them cannot be judged.
            tree.isSound = false
            while !isAtEnd, current.kind != .openBrace, !(beginsLine() && beginsDeclaration()) { advance() }
            startAfresh()
            guard current.kind == .openBrace else { return [] }
        }
        let open = here
        guard expect(.openBrace, "to open the body") else {
            tree.isSound = false
            skipToNextDeclaration()
            return []
        }
        let column = bodyColumn
        var statements: [Statement] = []
        while !isAtEnd, !closesBody(column), !(beginsLine() && beginsDeclaration()) {
            if let statement = whole(column, one) { statements.append(statement) }
        }
        if !take(.closeBrace) {
            report(.unclosedBrace(at: open))
            tree.isSound = false
        }
        return statements
    }

    /// One statement up to its end. One that cannot be read whole means nothing.
    private mutating func whole(_ column: Int?, _ one: (inout Parser) -> Statement?) -> Statement? {
        let start = position
        let signs = [current.kind, ahead(1).kind]
        startAfresh()
        let statement = one(&self)
        if !hasFailed, !isAtEnd, !closesBody(column), position == start || !beginsLine() || current.kind == .closeBrace
        {
            fail(misspelt(statement) ?? foreignSign ?? .notOnItsOwnLine(spelling(current), at: here))
        }
        guard hasFailed else { return statement }
        if statement?.boundName == nil, signs.contains(.colon) || signs.contains(.assign) {
            tree.hasLostAnyName = true
        }
        if position == start { advance() }
        skipToNextStatement(column, from: start)
        lose(from: start)
        startAfresh()
        return Statement(kind: .broken(statement?.boundName, statement?.kind), place: statement?.place ?? here)
    }

    /// `ouput p = …`: a first word that almost begins a statement, or does in other languages.
    private func misspelt(_ statement: Statement?) -> Diagnostic? {
        guard case .bare(let value)? = statement?.kind, case .name(let name) = value.kind,
            current.kind == .word || current.kind == .openBrace
        else { return nil }
        return .misspeltStatement(name, followedBy: current.kind == .word ? spelling(current) : "{")
    }

    mutating func statement() -> Statement? {
        let start = here
        let kind = statementKind()
        return kind.map { Statement(kind: $0, place: span(from: start)) }
    }

    private mutating func statementKind() -> Statement.Kind? {
        let next = ahead(1).kind
        // A contextual keyword before `=`, `:` or `->` is somebody's name.
        let isName = next == .assign || next == .colon || next == .arrow
        if Keyword.isReserved(current.word), next == .assign || next == .colon {
            fail(.reservedWord(spelling(current), at: here))
            return nil
        }
        if let keyword = Keyword(word: current.word), !isName || Keyword.isReserved(current.word) {
            switch keyword {
            case .input: return inputStatement()
            case .output: return outputStatement()
            case .return: return returnStatement()
            case .expect: return expectStatement()
            case .learn: return learnStatement()
            case .prepare, .augment: return sectionStatement(keyword)
            case .train: return trainStatement()
            case .freeze:
                advance()
                return .freeze(selectors())
            case .if, .for, .true, .false, .not: return .bare(expression())
            case .repeat, .else, .as, .in, .and, .or, .network, .block, .variant:
                fail(.notAStatement(spelling(current), at: here))
                return nil
            default: break
            }
        }
        guard current.kind == .word else {
            fail(foreignSign ?? .notAStatement(spelling(current), at: here))
            return nil
        }
        guard next == .colon || next == .assign else {
            return .bare(expression())
        }
        return bindingStatement()
    }

    private mutating func bindingStatement() -> Statement.Kind? {
        guard let name = name("for the result") else { return nil }
        let ascription = current.kind == .colon ? ascription() : nil
        if let ascription, !hasFailed, current.kind != .assign, beginsLine() || current.kind == .closeBrace {
            return .shape(name, ascription)
        }
        if !hasFailed { expect(.assign, "and what '\(name.text)' is") }
        return .binding(name, ascription, hasFailed ? missing : expression())
    }

    private mutating func inputStatement() -> Statement.Kind? {
        advance()
        guard let name = name("for the input") else { return nil }
        var ascription: Ascription?
        if current.kind == .colon {
            ascription = self.ascription()
        } else if let shape = shapeWithoutColon() {
            ascription = shape
        } else {
            fail(
                .expected(
                    "':' and the input's shape", "as in '\(name.text): [3, 6000]'", found: found, at: justBeforeOrHere))
        }
        let rate = !hasFailed && take(.at) ? expression() : nil
        return .input(name, ascription, rate: rate)
    }

    private mutating func outputStatement() -> Statement.Kind? {
        advance()
        guard let name = name("for the output") else { return nil }
        let ascription = current.kind == .colon ? ascription() : shapeWithoutColon()
        if hasFailed { return .output(name, nil, missing) }
        // `output y` alone: what is called y flows out.
        guard take(.assign) else {
            if beginsLine() || current.kind == .closeBrace || isAtEnd {
                return .output(name, ascription, Expression(kind: .name(name), place: name.place))
            }
            fail(.expected("'='", "and what flows out", found: found, at: justBeforeOrHere))
            return .output(name, ascription, missing)
        }
        return .output(name, ascription, expression())
    }

    /// `output p [1, 3000] = …`: what is missing is said, and read so.
    private mutating func shapeWithoutColon() -> Ascription? {
        guard current.kind == .openBracket, !beginsLine() else { return nil }
        report(.colonMissing(at: justBefore))
        return ascription(past: false)
    }

    private mutating func ascription(past sign: Bool = true) -> Ascription {
        if sign { advance() }
        let start = here
        guard current.kind == .openBracket else {
            if let shape = tupleAsShape() { return shape }
            fail(.expected("a shape", "as in '[64, 47]'", found: found, at: justBeforeOrHere))
            return Ascription(sizes: [], place: start)
        }
        let sizes = bracketedList()
        return Ascription(sizes: sizes, place: span(from: start))
    }

    /// `(3000, 3)` where a shape stands: what is meant is said, and read so.
    private mutating func tupleAsShape() -> Ascription? {
        guard current.kind == .openParenthesis, ahead(1).kind == .integer || ahead(1).kind == .word else { return nil }
        let start = here
        advance()
        var sizes: [Expression] = []
        while !hasFailed, !isAtEnd, current.kind != .closeParenthesis {
            sizes.append(expression())
            if !take(.comma) { break }
        }
        guard !hasFailed, expect(.closeParenthesis, "to close the shape") else {
            return Ascription(sizes: [], place: start)
        }
        let place = span(from: start)
        // A record has few channels and many samples.
        if sizes.count == 2, case .int(let one) = sizes[0].kind, case .int(let two) = sizes[1].kind, one > two {
            sizes.reverse()
        }
        let words = sizes.map { String(decoding: text[$0.place.start..<$0.place.end], as: UTF8.self) }
        report(.shapeInParentheses(words, at: place))
        return Ascription(sizes: sizes, place: place)
    }

    private mutating func returnStatement() -> Statement.Kind? {
        advance()
        let value = expression()
        var extras: [(name: Identifier, value: Expression)] = []
        while !hasFailed, take(.comma) {
            guard let name = name("for what is returned beside") else { break }
            expect(.colon, "and what '\(name.text)' is")
            extras.append((name, hasFailed ? missing : expression()))
        }
        return .returns(value, extras: extras)
    }

    private mutating func expectStatement() -> Statement.Kind? {
        let start = here
        advance()
        guard let subject = name("of what is expected, such as 'parameters'") else { return nil }
        let about = take(.of) ? name("of an input or output") : nil
        let comparison = current.kind
        switch comparison {
        case .equal, .less, .lessOrEqual, .greater, .greaterOrEqual, .notEqual: advance()
        default:
            fail(.expected("a comparison", "such as '== 371_639' or '< 300M'", found: found, at: justBeforeOrHere))
            return nil
        }
        let value = expression()
        return .expectation(
            Expectation(subject: subject, about: about, comparison: comparison, value: value, place: span(from: start)))
    }

    private mutating func learnStatement() -> Statement.Kind? {
        let start = here
        advance()
        guard let output = name("of an output") else { return nil }
        if !take(.from) {
            fail(.expected("'from'", "and what makes its labels", found: found, at: justBeforeOrHere))
            return nil
        }
        let labeler = expression()
        let loss = !hasFailed && take(.loss) ? expression() : nil
        let weight = !hasFailed && take(.weight) ? expression() : nil
        return .learn(
            LearnStatement(output: output, labeler: labeler, loss: loss, weight: weight, place: span(from: start)))
    }

    private mutating func sectionStatement(_ keyword: Keyword) -> Statement.Kind? {
        advance()
        let stages = bracedStages()
        return keyword == .prepare ? .prepare(stages) : .augment(stages)
    }

    private mutating func trainStatement() -> Statement.Kind? {
        advance()
        guard expect(.openBrace, "to open the settings") else { return nil }
        var settings: [Argument] = []
        while !hasFailed, !isAtEnd, current.kind != .closeBrace {
            let start = here
            guard current.kind == .word else {
                fail(.expected("a setting's name and ':'", "as in 'epochs: 20'", found: found, at: justBeforeOrHere))
                break
            }
            let isAssigned = ahead(1).kind == .assign
            let name = isAssigned ? assignedName() : anyWord()
            guard isAssigned || expect(.colon, "and the value of '\(name.text)'") else { break }
            let value = expression()
            settings.append(Argument(name: name, value: value, place: span(from: start)))
            // A comma or a new line stands between two settings.
            if !take(.comma), !beginsLine() { break }
        }
        if !hasFailed { expect(.closeBrace, "to close the settings") }
        return .train(settings)
    }
}
