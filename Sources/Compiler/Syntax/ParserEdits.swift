import GraphIR

/// What a variant says: edits and the stages they mean.
extension Parser {
    /// One edit; `nil` if something else stands here.
    mutating func edit() -> Edit? {
        let start = here
        guard let keyword = Keyword(word: current.word) else { return nil }
        let next = ahead(1).kind
        if next == .assign || next == .colon || next == .arrow { return nil }
        let kind: Edit.Kind
        switch keyword {
        case .set: kind = setEdit()
        case .replace:
            advance()
            let selectors = selectors()
            if !hasFailed, !take(.with) {
                fail(.expected("'with'", "and what comes in its place", found: found, at: justBeforeOrHere))
            }
            kind = .replace(selectors, with: hasFailed ? [] : stages())
        case .remove:
            advance()
            kind = .remove(selectors())
        case .insert: kind = insertEdit()
        default: return nil
        }
        return hasFailed ? nil : Edit(kind: kind, place: span(from: start))
    }

    /// `key=value` of a command line: a `set` without the word.
    mutating func override() -> (names: [Identifier], tests: [Argument], value: Expression)? {
        guard case .set(let names, let tests, let value) = setTarget(), !hasFailed else { return nil }
        guard isAtEnd else {
            fail(.notOnItsOwnLine(spelling(current), at: here))
            return nil
        }
        return (names, tests, value)
    }

    private mutating func setEdit() -> Edit.Kind {
        advance()
        return setTarget()
    }

    private mutating func setTarget() -> Edit.Kind {
        var names: [Identifier] = []
        var tests: [Argument] = []
        repeat {
            guard let part = selectorPart() else { break }
            names.append(Identifier(text: part.text, word: interner.intern(part.text), place: part.place))
            if current.kind == .openParenthesis, !beginsLine() { tests = argumentList() }
        } while !hasFailed && take(.dot)
        if !hasFailed { expect(.assign, "and the new value") }
        return .set(names, tests: tests, hasFailed ? missing : expression())
    }

    private mutating func insertEdit() -> Edit.Kind {
        advance()
        let stages = stages()
        let isBefore = isKeyword(.before)
        if !hasFailed, !take(.before), !take(.after) {
            fail(.expected("'before' or 'after'", "and where", found: found, at: justBeforeOrHere))
        }
        return .insert(stages, isBefore: isBefore, hasFailed ? [] : selectors())
    }

    mutating func selectors() -> [Selector] {
        var selectors: [Selector] = []
        repeat {
            guard let selector = selector() else { break }
            selectors.append(selector)
        } while !hasFailed && take(.comma)
        return selectors
    }

    private mutating func selector() -> Selector? {
        let start = here
        var parts: [Selector.Part] = []
        var tests: [Argument] = []
        repeat {
            guard let part = selectorPart() else { return nil }
            parts += part.text.split(separator: ".").map { Selector.Part(text: String($0), place: part.place) }
            if part.text.isEmpty { parts.append(part) }
        } while take(.dot)
        if current.kind == .openParenthesis, !beginsLine() { tests = argumentList() }
        return Selector(parts: parts, tests: tests, place: span(from: start))
    }

    /// A label, a kind, the number of a turn, or `*` (as an empty text).
    private mutating func selectorPart() -> Selector.Part? {
        let start = here
        switch current.kind {
        case .word, .integer, .decimal:
            let text = current.kind == .word ? anyWord().text : spelling(current)
            if here == start { advance() }
            return Selector.Part(text: text, place: start)
        case .times:
            advance()
            return Selector.Part(text: "", place: start)
        default:
            fail(
                .expected(
                    "a label or a layer's name", "to say which stage is meant", found: found, at: justBeforeOrHere))
            return nil
        }
    }
}
