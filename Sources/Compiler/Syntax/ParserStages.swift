import GraphIR

/// Calls, and the stages of pipelines.
extension Parser {
    /// The arguments of a call whose name was just read.
    mutating func call(_ callee: Identifier) -> Call {
        let arguments = argumentList()
        return Call(callee: callee, hasParentheses: true, arguments: arguments, place: span(from: callee.place))
    }

    /// `(a, name: b)`
    mutating func argumentList() -> [Argument] {
        advance()
        let arguments = arguments(until: .closeParenthesis)
        if !hasFailed { expect(.closeParenthesis, "to close the arguments") }
        return arguments
    }

    mutating func arguments(until close: Token.Kind) -> [Argument] {
        var arguments: [Argument] = []
        while !hasFailed, !isAtEnd, current.kind != close {
            let start = here
            var name: Identifier?
            if current.kind == .word, ahead(1).kind == .colon {
                name = anyWord()
                advance()
            } else if current.kind == .word, ahead(1).kind == .assign {
                name = assignedName()
            }
            let value = expression()
            arguments.append(Argument(name: name, value: value, place: span(from: start)))
            if !takeComma() { break }
        }
        return arguments
    }

    /// `name=`, as Python has it: what is meant is said, and read so.
    mutating func assignedName() -> Identifier {
        let name = anyWord()
        report(.assignedArgument(name, at: here, isTight: Int(ahead(1).start) == here.end))
        advance()
        return name
    }

    /// Whether another one follows in a list. Where only the comma between two is missing, that is said, and the list
    /// goes on.
    mutating func takeComma() -> Bool {
        if take(.comma) { return true }
        guard !hasFailed, !beginsLine() else { return false }
        switch current.kind {
        case .integer, .decimal, .string, .openBracket: break
        case .word where !Keyword.isReserved(current.word): break
        default: return false
        }
        report(.missingComma(at: justBefore))
        return true
    }

    /// `-> a -> b`
    mutating func arrowsAndStages() -> [Stage] {
        var stages: [Stage] = []
        while !hasFailed, take(.arrow) { stages.append(stage()) }
        return stages
    }

    /// `a -> b`, where something flows in from outside.
    mutating func stages() -> [Stage] {
        let first = stage()
        return [first] + arrowsAndStages()
    }

    /// `{ a -> b }`
    mutating func bracedStages() -> [Stage] {
        guard !hasFailed, expect(.openBrace, "to open the stages") else { return [] }
        return nested([]) { parser in
            if parser.take(.closeBrace) { return [] }
            let stages = parser.stages()
            if !parser.hasFailed { parser.expect(.closeBrace, "to close the stages") }
            return stages
        }
    }

    private mutating func stage() -> Stage {
        nested(Stage(kind: .missing, place: here)) { parser in
            let start = parser.here
            let kind = parser.stageKind()
            var label: Identifier?
            if !parser.hasFailed, parser.take(.as) { label = parser.name("for the label") }
            return Stage(kind: kind, label: label, place: parser.span(from: start))
        }
    }

    private mutating func stageKind() -> Stage.Kind {
        switch Keyword(word: current.word) {
        case .for:
            advance()
            let pattern = pattern()
            if !hasFailed, !take(.in) {
                fail(.expected("'in'", "after what a turn is called", found: found, at: justBeforeOrHere))
            }
            let list = hasFailed ? missing : expression()
            return .loop(pattern, in: list, bracedStages())
        case .repeat:
            advance()
            let count = expression()
            return .repetition(count, bracedStages())
        case .if: return conditionalStage()
        case .some where Keyword.isReserved(current.word): break
        default:
            if current.kind == .openBrace { return .group(bracedStages()) }
            guard current.kind == .word else { break }
            let callee = anyWord()
            if current.kind == .openParenthesis, !beginsLine() { return .call(call(callee)) }
            return .call(Call(callee: callee, hasParentheses: false, arguments: [], place: callee.place))
        }
        fail(foreignSign ?? .expected("a layer or a block", "", found: found, at: justBeforeOrHere))
        return .missing
    }

    private mutating func conditionalStage() -> Stage.Kind {
        advance()
        let test = expression()
        let yes = bracedStages()
        guard !hasFailed, take(.else) else { return .condition(test, yes, else: nil) }
        guard isKeyword(.if) else { return .condition(test, yes, else: bracedStages()) }
        let start = here
        let other = nested(Stage.Kind.missing) { $0.conditionalStage() }
        return .condition(test, yes, else: [Stage(kind: other, place: span(from: start))])
    }
}
