/// After a mistake: where the next statement or declaration begins.
///
/// Braces say it, but the mistake may be a brace. So the layout is asked, too: a line that stands where the statements
/// of the body stand begins one, and a brace left of them closes the body.
extension Parser {
    /// How far the statements of a body are indented, seen from its first one; `nil` where the layout tells nothing.
    var bodyColumn: Int? { beginsLine() && indentation > 0 ? indentation : nil }

    /// Whether the brace that stands here closes a body, rather than being one too many in a statement. Behind a body
    /// comes a declaration, or nothing.
    func closesBody(_ column: Int?) -> Bool {
        guard current.kind == .closeBrace else { return false }
        guard let column else { return true }
        return beginsLine() && indentation < column || ahead(1).kind == .end || beginsLine(1) && beginsDeclaration(1)
    }

    /// Goes to where the next statement, or the end of the body, must be.
    mutating func skipToNextStatement(_ column: Int?, from start: Int) {
        var open = openBraces(since: start)
        while !isAtEnd {
            if beginsLine() {
                if beginsDeclaration() {
                    // It can stand nowhere else: whatever was open was never closed.
                    if open > 0 { tree.isSound = false }
                    return
                }
                if let column {
                    if indentation <= column, beginsStatement { return }
                    if indentation < column, current.kind == .closeBrace { return }
                } else if open == 0, beginsStatement {
                    return
                }
            }
            switch current.kind {
            case .openBrace: open += 1
            case .closeBrace:
                if open == 0, closesBody(column) { return }
                open = max(0, open - 1)
            default: break
            }
            advance()
        }
    }

    /// Between declarations: goes to the next one. What is passed over may have been one.
    mutating func skipToNextDeclaration() {
        let start = position
        while !isAtEnd {
            advance()
            if beginsLine(), beginsDeclaration() { break }
        }
        lose(from: start)
    }

    /// What is said about the names in a stretch that could not be read would be guesswork.
    mutating func lose(from start: Int) { tree.lostNames.formUnion(words(from: start, to: position)) }
}
