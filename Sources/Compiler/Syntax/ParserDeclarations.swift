import GraphIR

/// Networks, blocks, variants and what stands in their braces.
extension Parser {
    /// Reads a whole file.
    static func parse(file: Int, text: [UInt8], interner: Interner) -> (SyntaxTree, [Diagnostic]) {
        var parser = Parser(file: file, text: text, interner: interner)
        while !parser.isAtEnd {
            parser.startAfresh()
            parser.declaration()
        }
        return (parser.tree, parser.diagnostics)
    }

    private mutating func declaration() {
        switch Keyword(word: current.word) {
        case .network where ahead(1).kind == .word: network()
        case .block where ahead(1).kind == .word: block()
        case .variant where ahead(1).kind == .word: variant()
        case .use where beginsDeclaration(): use()
        default:
            fail(foreignSign ?? .notADeclaration(spelling(current), at: here))
            skipToNextDeclaration()
        }
    }

    private mutating func use() {
        let start = here
        advance()
        let isPlugin = take(.plugin)
        guard current.kind == .string else {
            fail(foreignSign ?? .expected("the path of a file in quotes", "", found: found, at: justBeforeOrHere))
            return skipToNextDeclaration()
        }
        let pathPlace = here
        let path = string()
        tree.uses.append(Use(path: path, pathPlace: pathPlace, isPlugin: isPlugin, place: span(from: start)))
    }

    private mutating func network() {
        let start = here
        let (documentation, documentationPlace) = self.documentation()
        advance()
        let name = name("for the network") ?? nameless
        let parameters = parameters()
        let statements = braced { $0.statement() }
        tree.networks.append(
            NetworkDeclaration(
                documentation: documentation, documentationPlace: documentationPlace, name: name,
                parameters: parameters, statements: statements, place: span(from: start)))
    }

    private mutating func block() {
        let start = here
        let (documentation, documentationPlace) = self.documentation()
        advance()
        let name = name("for the block") ?? nameless
        let parameters = parameters()
        var inputs: [Identifier] = []
        if !hasFailed, !take(.on) {
            fail(
                .expected(
                    "'on'", "and what flows in, as in 'block \(name.text) on x'", found: found, at: justBeforeOrHere))
        }
        let hasParenthesis = !hasFailed && take(.openParenthesis)
        while !hasFailed {
            guard let input = self.name("for what flows in") else { break }
            inputs.append(input)
            if !take(.comma) { break }
        }
        if hasParenthesis, !hasFailed { expect(.closeParenthesis, "to close the names") }
        let place = span(from: start)
        let statements = braced { $0.statement() }
        tree.blocks.append(
            BlockDeclaration(
                documentation: documentation, documentationPlace: documentationPlace, name: name,
                parameters: parameters, inputs: inputs, statements: statements, place: place,
                whole: span(from: start)))
    }

    private mutating func variant() {
        let start = here
        let (documentation, documentationPlace) = self.documentation()
        advance()
        let name = name("for the variant") ?? nameless
        var parent = ""
        var parentPlace = here
        if !hasFailed, !take(.of) {
            fail(.expected("'of'", "and the file of the parent", found: found, at: justBeforeOrHere))
        }
        if !hasFailed {
            parentPlace = here
            if current.kind == .string {
                parent = string()
            } else {
                fail(.expected("the parent's file in quotes", "", found: found, at: justBeforeOrHere))
            }
        }
        var edits: [Edit] = []
        let findings = diagnostics.count
        let statements = braced { parser in
            if let edit = parser.edit() {
                edits.append(edit)
                return nil
            }
            return parser.hasFailed ? nil : parser.statement()
        }
        // Without one of its edits nobody knows what network this is.
        if diagnostics.count > findings { tree.isSound = false }
        tree.variants.append(
            VariantDeclaration(
                documentation: documentation, documentationPlace: documentationPlace, name: name, parent: parent,
                parentPlace: parentPlace, edits: edits, statements: statements, place: span(from: start)))
    }

    private var nameless: Identifier { Identifier(text: "", word: -1, place: here) }

    /// The `///` lines that stand directly above.
    private func documentation() -> (text: String, place: Place) {
        var index = currentIndex
        var lines: [String] = []
        var place = Place(file: file, start: Int(current.start), end: Int(current.start))
        var newlines = 0
        while index > 0 {
            index -= 1
            switch tokens[index].kind {
            case .documentation:
                let token = tokens[index]
                place = Place(
                    file: file, start: Int(token.start), end: lines.isEmpty ? Int(token.end) : place.end)
                lines.append(spelling(token))
                newlines = 0
            case .newline: newlines += 1
            case .space: break
            default: newlines = 2
            }
            if newlines > 1 { break }
        }
        let text = lines.reversed().map { line in
            let words = line.dropFirst(3)
            return String(words.first == " " ? words.dropFirst() : words)
        }.joined(separator: "\n")
        return (text, place)
    }

    // MARK: - Parameters

    private mutating func parameters() -> [ParameterDeclaration] {
        guard !hasFailed, take(.openParenthesis) else { return [] }
        var parameters: [ParameterDeclaration] = []
        while !hasFailed, !isAtEnd, current.kind != .closeParenthesis {
            guard let name = name("for the parameter") else { break }
            expect(.colon, "and the type of '\(name.text)', as in '\(name.text): int'")
            let isArray = !hasFailed && current.kind == .word && spelling(current) == "array"
            let typeStart = here
            if isArray { advance() }
            let type = hasFailed || isArray ? .int : type()
            let typePlace = span(from: typeStart)
            let standard = !hasFailed && !isArray && take(.assign) ? expression() : nil
            parameters.append(
                ParameterDeclaration(
                    name: name, type: type ?? .int, isArray: isArray, standard: standard, typePlace: typePlace,
                    isBroken: type == nil))
            if !take(.comma) { break }
        }
        if !hasFailed { expect(.closeParenthesis, "to close the parameters") }
        return parameters
    }

    static let types: [(name: String, type: ValueType)] = [
        ("int", .int), ("float", .float), ("bool", .bool), ("string", .string), ("size", .size), ("word", .word([])),
        ("samples", .samples), ("seconds", .seconds), ("Hz", .hertz), ("share", .share),
    ]

    /// `nil` for a type that does not exist.
    private mutating func type() -> ValueType? {
        nested(nil) { parser in
            if parser.take(.openBracket) {
                let element = parser.type()
                if !parser.hasFailed { parser.expect(.closeBracket, "to close the type") }
                return element.map { .list($0) }
            }
            let spelling = parser.spelling(parser.current)
            guard let known = Parser.types.first(where: { $0.name == spelling }) else {
                if parser.current.kind == .word, !parser.beginsLine() {
                    parser.report(.unknownType(spelling, at: parser.here))
                    parser.advance()
                } else {
                    parser.fail(.expected("a type", "", found: parser.found, at: parser.justBeforeOrHere))
                }
                return nil
            }
            parser.advance()
            return known.type
        }
    }
}

/// The networks, variants and blocks of a text: name, place of the name, and of the whole.
package func declaredNames(
    in text: [UInt8]
) -> [(name: String, isBlock: Bool, range: Range<Int>, whole: Range<Int>)] {
    guard text.count <= Library.largestFile else { return [] }
    let (tree, _) = Parser.parse(file: 0, text: text, interner: Interner())
    func entry(_ name: Identifier, _ isBlock: Bool, _ whole: Place) -> (String, Bool, Range<Int>, Range<Int>) {
        let start = min(whole.start, name.place.start)
        return (name.text, isBlock, name.place.start..<name.place.end, start..<max(whole.end, name.place.end))
    }
    return tree.networks.map { entry($0.name, false, $0.place) } + tree.variants.map { entry($0.name, false, $0.place) }
        + tree.blocks.map { entry($0.name, true, $0.whole) }
}

/// The parent that a text names, as it writes it.
package func parentName(in text: [UInt8]) -> String? {
    guard text.count <= Library.largestFile else { return nil }
    let (tree, _) = Parser.parse(file: 0, text: text, interner: Interner())
    return tree.networks.isEmpty ? tree.variants.first.map(\.parent) : nil
}
