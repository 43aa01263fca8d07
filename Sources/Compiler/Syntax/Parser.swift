import GraphIR

/// Makes a tree of tokens. It never stops at a mistake: it says what is wrong, skips to where the next statement
/// begins, and goes on.
struct Parser {
    let file: Int
    let text: [UInt8]
    let interner: Interner
    /// All tokens, and the positions in it of those that carry meaning.
    let tokens: [Token]
    private let significant: [Int32]
    /// Which of them is looked at.
    private(set) var position = 0
    private(set) var diagnostics: [Diagnostic] = []
    var tree = SyntaxTree()
    /// Something in this statement could not be read; nothing more is said about it.
    private(set) var hasFailed = false
    private var depth = 0

    static let deepest = 64
    /// Names make paths, and paths are kept for every layer.
    static let longestName = 128
    /// Levels of one expression's tree: brackets, operators, calls.
    static let highest = 256

    init(file: Int, text: [UInt8], interner: Interner) {
        self.file = file
        self.text = text
        self.interner = interner
        let read = Lexer.tokens(of: text, interner: interner)
        // Other languages' arrows are read as ours, so that nothing but the sign is complained about.
        tokens = read.map { token in
            var token = token
            if Self.isForeignArrow(token, in: text) { token.kind = .arrow }
            return token
        }
        func isForeignComment(_ token: Token) -> Bool {
            token.kind == .unknown && text[Int(token.start)] == UInt8(ascii: "#")
        }
        significant = tokens.indices.lazy.filter { [tokens] in
            !tokens[$0].isTrivia && !isForeignComment(tokens[$0])
        }.map { Int32($0) }
        for token in read where Self.isForeignArrow(token, in: text) {
            report(.unknownSign(spelling(token), at: place(token)))
        }
        for token in tokens where isForeignComment(token) {
            report(.foreignComment(at: Place(file: file, start: Int(token.start), end: Int(token.start) + 1)))
        }
    }

    private static func isForeignArrow(_ token: Token, in text: [UInt8]) -> Bool {
        token.kind == .unknown
            && ["|>", "=>", "→", "⟶", "⇒"].contains { text[Int(token.start)..<Int(token.end)].elementsEqual($0.utf8) }
    }

    // MARK: - Looking

    var currentIndex: Int { Int(significant[position]) }
    var current: Token { tokens[currentIndex] }
    func ahead(_ count: Int) -> Token { tokens[Int(significant[min(position + count, significant.count - 1)])] }
    var isAtEnd: Bool { current.kind == .end }

    /// Whether a line begins at the token that is so many ahead.
    func beginsLine(_ count: Int = 0) -> Bool {
        var index = Int(significant[min(position + count, significant.count - 1)])
        while index > 0 {
            index -= 1
            if tokens[index].kind == .newline { return true }
            if !tokens[index].isTrivia, tokens[index].kind != .unknown || text[Int(tokens[index].start)] != 0x23 {
                return false
            }
        }
        return true
    }

    func place(_ token: Token) -> Place { Place(file: file, start: Int(token.start), end: Int(token.end)) }
    var here: Place { place(current) }
    /// The end of what was read last.
    var justBefore: Place {
        let end = position > 0 ? Int(tokens[Int(significant[position - 1])].end) : 0
        return Place(file: file, start: end, end: end)
    }
    func span(from start: Place) -> Place {
        Place(file: file, start: start.start, end: max(start.end, justBefore.end))
    }
    func spelling(_ token: Token) -> String {
        String(decoding: text[Int(token.start)..<Int(token.end)], as: UTF8.self)
    }
    func isKeyword(_ keyword: Keyword, _ count: Int = 0) -> Bool { ahead(count).word == keyword.number }

    // MARK: - Taking

    mutating func advance() { if position < significant.count - 1 { position += 1 } }

    mutating func take(_ kind: Token.Kind) -> Bool {
        guard current.kind == kind else { return false }
        advance()
        return true
    }

    mutating func take(_ keyword: Keyword) -> Bool {
        guard isKeyword(keyword) else { return false }
        advance()
        return true
    }

    /// The words between two positions, for names that are lost where something could not be read.
    func words(from start: Int, to end: Int) -> Set<Int32> {
        Set(significant[start..<max(start, end)].map { tokens[Int($0)].word }).subtracting([-1])
    }

    /// How many spaces the line of the token begins with that is looked at.
    var indentation: Int {
        guard let before = tokens[..<currentIndex].last, before.kind == .space else { return 0 }
        return Int(before.end - before.start)
    }

    /// Braces that were opened since a position and not closed.
    func openBraces(since start: Int) -> Int {
        significant[start..<max(start, position)].reduce(0) { open, index in
            switch tokens[Int(index)].kind {
            case .openBrace: open + 1
            case .closeBrace: max(0, open - 1)
            default: open
            }
        }
    }

    /// Takes a sign that must be there, or says so.
    @discardableResult
    mutating func expect(_ kind: Token.Kind, _ purpose: String) -> Bool {
        if take(kind) { return true }
        fail(foreignSign ?? .expected(kind.description, purpose, found: found, at: justBeforeOrHere))
        return false
    }

    /// Where something is missing: behind the last token if the line ends there, else at the token in its place.
    var justBeforeOrHere: Place { beginsLine() || isAtEnd ? justBefore : here }

    /// What stands here, for a message.
    var found: String {
        if isAtEnd { return "the file ends" }
        if beginsLine() { return "the line ends" }
        return current.kind == .word ? "there is '\(spelling(current))'" : "there is \(current.kind.description)"
    }

    /// A name to bind or to use; reserved words are refused.
    mutating func name(_ purpose: String) -> Identifier? {
        guard current.kind == .word else {
            fail(.expected("a name", purpose, found: found, at: justBeforeOrHere))
            return nil
        }
        guard !Keyword.isReserved(current.word) else {
            fail(.reservedWord(spelling(current), at: here))
            return nil
        }
        guard current.end - current.start <= Parser.longestName else {
            fail(.nameTooLong(at: here))
            return nil
        }
        return anyWord()
    }

    /// The word that stands here, whichever.
    mutating func anyWord() -> Identifier {
        defer { advance() }
        return Identifier(text: interner.words[Int(max(0, current.word))], word: current.word, place: here)
    }

    // MARK: - Mistakes

    /// Says what is wrong, once a statement.
    mutating func fail(_ diagnostic: Diagnostic) {
        if !hasFailed { say(diagnostic) }
        hasFailed = true
        tree.hasErrors = true
    }

    /// Says something that does not keep the parser from going on.
    mutating func report(_ diagnostic: Diagnostic) {
        say(diagnostic)
        if diagnostic.severity == .error { tree.hasErrors = true }
    }

    private mutating func say(_ diagnostic: Diagnostic) {
        if diagnostics.count < Elaborator.mostFindings { diagnostics.append(diagnostic) }
    }

    mutating func startAfresh() { hasFailed = false }

    /// Goes one level deeper; beyond the limit the rest of the file is given up.
    mutating func nested<T>(_ otherwise: T, _ body: (inout Parser) -> T) -> T {
        guard depth < Parser.deepest else {
            fail(.nestedTooDeep(at: here))
            tree.isSound = false
            position = significant.count - 1
            return otherwise
        }
        depth += 1
        defer { depth -= 1 }
        return body(&self)
    }

    // MARK: - What begins here

    func beginsDeclaration(_ count: Int = 0) -> Bool {
        let next = ahead(count + 1).kind
        switch Keyword(word: ahead(count).word) {
        case .network, .block, .variant: return next == .word
        case .use: return isKeyword(.plugin, count + 1) || next == .string || next == .unterminatedString
        default: return false
        }
    }

    var beginsStatement: Bool {
        guard current.kind == .word else { return false }
        if let keyword = Keyword(word: current.word) {
            switch keyword {
            case .in, .else, .as, .and, .or, .not, .true, .false: return false
            case .of, .on, .at, .from, .loss, .weight, .with, .before, .after, .plugin: break
            default: return true
            }
        }
        switch ahead(1).kind {
        case .assign, .colon, .arrow: return true
        default: return false
        }
    }
}
