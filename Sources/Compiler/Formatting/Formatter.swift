import GraphIR

/// A text in the one layout: four spaces a level, one space where there is one, a pipeline that is too long broken at
/// its arrows. Lines stay where the author broke them, and every comment stays.
///
/// Line ends stay what the text's first one is, and so does a byte order mark.
///
/// `nil` for a text that cannot be read; formatting twice changes nothing.
public func format(_ text: [UInt8]) -> [UInt8]? {
    guard text.count <= Library.largestFile else { return nil }
    let interner = Interner()
    let (tree, _) = Parser.parse(file: 0, text: text, interner: interner)
    guard !tree.hasErrors else { return nil }
    var formatter = Formatter(text: text, tokens: Lexer.tokens(of: text, interner: interner))
    let mark = text.starts(with: Lexer.byteOrderMark) ? Lexer.byteOrderMark : []
    return mark + withLineEnds(of: text, formatter.formatted())
}

/// A text whose lines end with LF, with the line ends of another one.
private func withLineEnds(of original: [UInt8], _ text: [UInt8]) -> [UInt8] {
    guard let first = original.firstIndex(where: { $0 == 0x0A || $0 == 0x0D }), original[first] == 0x0D else {
        return text
    }
    let isPair = first + 1 < original.count && original[first + 1] == 0x0A
    return text.flatMap { $0 == 0x0A ? (isPair ? [0x0D, 0x0A] : [0x0D]) : [$0] }
}

struct Formatter {
    static let widest = 120
    static let step = 4

    private let text: [UInt8]
    private let lines: [Line]
    private var out: [UInt8] = []
    private var levels = [Level(base: 0, statement: 0)]

    /// What stands on one line, without the spaces between.
    struct Line {
        var tokens: [Token] = []
        var blanksBefore = 0
        var significant: [Token] { tokens.filter { !$0.isTrivia } }
        var first: Token? { tokens.first { !$0.isTrivia } }
        var last: Token? { tokens.last { !$0.isTrivia } }
    }

    /// Inside one pair of brackets.
    private struct Level {
        /// Where its lines begin.
        var base: Int
        /// Where the statement began that a line goes on with.
        var statement: Int
    }

    init(text: [UInt8], tokens: [Token]) {
        self.text = text
        lines = Formatter.lines(tokens)
    }

    private static func lines(_ tokens: [Token]) -> [Line] {
        var lines: [Line] = []
        var line = Line()
        for token in tokens {
            switch token.kind {
            case .space: break
            case .newline, .end:
                if line.tokens.isEmpty {
                    line.blanksBefore += 1
                } else {
                    lines.append(line)
                    line = Line()
                }
            default: line.tokens.append(token)
            }
        }
        return lines
    }

    mutating func formatted() -> [UInt8] {
        var isFirst = true
        var endedDeclaration = false
        var afterOpening = false
        for (index, line) in lines.enumerated() {
            let closes = line.first.map { Formatter.isClosing($0.kind) } ?? false
            let wantsBlank =
                (levels.count == 1 && endedDeclaration) || (line.blanksBefore > 0 && !afterOpening && !closes)
            if !isFirst, wantsBlank { out.append(0x0A) }
            write(line, at: index)
            isFirst = false
            if let last = line.last {
                endedDeclaration = last.kind == .closeBrace && levels.count == 1
                afterOpening = Formatter.isOpening(last.kind)
            } else {
                endedDeclaration = false
                afterOpening = false
            }
        }
        return out
    }

    // MARK: - Lines

    private mutating func write(_ line: Line, at index: Int) {
        let indent = indent(of: line, at: index)
        if line.first == nil {
            // Nothing but comments: they stand where what follows stands.
            write(line.tokens, indent)
            return
        }
        let pieces = broken(line.tokens, indent)
        for piece in pieces {
            write(piece.tokens, piece.indent)
            follow(piece.tokens, indent: piece.indent)
        }
    }

    private mutating func indent(of line: Line, at index: Int) -> Int {
        guard let first = line.first else {
            guard let next = lines[(index + 1)...].first(where: { $0.first != nil }), let token = next.first,
                !Formatter.isClosing(token.kind)
            else { return levels.last?.base ?? 0 }
            // A declaration's own comments stand at the margin.
            return isContinuation(next, at: index + 1)
                ? (levels.last?.statement ?? 0) + Formatter.step : levels.last?.base ?? 0
        }
        if Formatter.isClosing(first.kind) {
            let closing = line.significant.prefix { Formatter.isClosing($0.kind) }.count
            let level = levels[max(1, levels.count - closing)...].first
            return max(0, (level?.base ?? Formatter.step) - Formatter.step)
        }
        guard let level = levels.last else { return 0 }
        if isContinuation(line, at: index) { return level.statement + Formatter.step }
        levels[levels.count - 1].statement = level.base
        return level.base
    }

    /// Opens and closes levels as the tokens of a line do.
    private mutating func follow(_ tokens: [Token], indent: Int) {
        for token in tokens {
            if Formatter.isOpening(token.kind) {
                levels.append(Level(base: indent + Formatter.step, statement: indent + Formatter.step))
            } else if Formatter.isClosing(token.kind), levels.count > 1 {
                levels.removeLast()
            }
        }
    }

    private static let continuing: Set<Keyword> = [
        .as, .and, .or, .in, .loss, .weight, .from, .with, .before, .after, .of, .on, .at,
    ]

    /// Whether a line goes on with the statement of the line before.
    private func isContinuation(_ line: Line, at index: Int) -> Bool {
        guard let first = line.first else { return false }
        if Formatter.isOperator(first.kind) || first.kind == .arrow || first.kind == .assign { return true }
        let next = line.significant.dropFirst().first?.kind
        let isName = next == .colon || next == .assign
        if let keyword = Keyword(word: first.word), Formatter.continuing.contains(keyword), !isName { return true }
        guard let before = lines[..<index].last(where: { $0.first != nil })?.last else { return false }
        if before.kind == .arrow || before.kind == .assign || Formatter.isOperator(before.kind) { return true }
        switch Keyword(word: before.word) {
        case .and, .or, .not, .in, .return, .if: return true
        default: return false
        }
    }

    private mutating func write(_ tokens: [Token], _ indent: Int) {
        out += Array(repeating: 0x20, count: indent)
        out += spelled(tokens)
        out.append(0x0A)
    }

    // MARK: - Breaking

    /// A line that is too wide, broken before the arrows of its outermost pipeline.
    private func broken(_ tokens: [Token], _ indent: Int) -> [(tokens: [Token], indent: Int)] {
        guard indent + width(tokens) > Formatter.widest else { return [(tokens, indent)] }
        var depth = 0
        var depths: [Int] = []
        for token in tokens {
            if Formatter.isClosing(token.kind) { depth -= 1 }
            depths.append(depth)
            if Formatter.isOpening(token.kind) { depth += 1 }
        }
        // Brackets that stay open, or were opened before, make the arrows belong to different pipelines.
        let arrows = tokens.indices.dropFirst().filter { tokens[$0].kind == .arrow && depths[$0] == 0 }
        guard !arrows.isEmpty, depths.allSatisfy({ $0 >= 0 }) else { return [(tokens, indent)] }
        let isContinuing = tokens.first?.kind == .arrow
        let starts = [tokens.startIndex] + arrows
        return zip(starts, arrows + [tokens.endIndex]).enumerated().map { position, range in
            let isFirst = position == 0 || isContinuing
            return (Array(tokens[range.0..<range.1]), isFirst ? indent : indent + Formatter.step)
        }
    }

    private func width(_ tokens: [Token]) -> Int {
        let code = tokens.filter { $0.kind != .comment && $0.kind != .documentation }
        return spelled(code).reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) }
    }

    // MARK: - Spaces

    private func spelled(_ tokens: [Token]) -> [UInt8] {
        var bytes: [UInt8] = []
        for (index, token) in tokens.enumerated() {
            if index > 0 {
                if token.isTrivia {
                    bytes += [0x20, 0x20]
                } else if needsSpace(tokens, index, isAdjacent: tokens[index - 1].end == token.start) {
                    bytes.append(0x20)
                }
            }
            var spelling = text[Int(token.start)..<Int(token.end)]
            if token.isTrivia { while spelling.last == 0x20 || spelling.last == 0x09 { spelling.removeLast() } }
            bytes += spelling
        }
        return bytes
    }

    /// Whether a space stands before a token.
    private func needsSpace(_ tokens: [Token], _ index: Int, isAdjacent: Bool) -> Bool {
        let left = tokens[index - 1]
        let right = tokens[index]
        switch (left.kind, right.kind) {
        case (.openParenthesis, _), (.openBracket, _), (_, .closeParenthesis), (_, .closeBracket): return false
        case (_, .comma), (_, .colon), (.dot, _), (_, .dot): return false
        case (.rangeUpTo, _), (.rangeThrough, _), (_, .rangeUpTo), (_, .rangeThrough), (.power, _), (_, .power):
            return false
        case (.openBrace, .closeBrace): return false
        case (_, .openParenthesis), (_, .openBracket): return !Formatter.followsName(left)
        case (.integer, .word), (.decimal, .word): return !(isAdjacent && isFactor(right))
        // Who writes T/128 without spaces means one size.
        case (.times, _), (.divide, _): return !(isAdjacent && (index < 2 || tokens[index - 2].end == left.start))
        case (_, .times), (_, .divide):
            let isTightAfter = index + 1 < tokens.count && tokens[index + 1].start == right.end
            return !(isAdjacent && isTightAfter)
        case (.minus, _): return !Formatter.isUnary(tokens, index - 1)
        default: return true
        }
    }

    /// The K, M or G of `300M`.
    private func isFactor(_ token: Token) -> Bool {
        token.end - token.start == 1 && "KkMG".utf8.contains(text[Int(token.start)])
    }

    /// Whether `(` or `[` behind this token calls or indexes it.
    private static func followsName(_ token: Token) -> Bool {
        switch token.kind {
        case .word:
            guard let keyword = Keyword(word: token.word) else { return true }
            return !Keyword.isReserved(token.word) && ![.on, .from, .loss, .weight, .with, .at].contains(keyword)
        case .closeParenthesis, .closeBracket: return true
        default: return false
        }
    }

    /// Whether a minus has nothing before it to be subtracted from.
    private static func isUnary(_ tokens: [Token], _ index: Int) -> Bool {
        guard index > 0 else { return false }
        let before = tokens[index - 1]
        switch before.kind {
        case .word: return Keyword.isReserved(before.word)
        case .integer, .decimal, .string, .closeParenthesis, .closeBracket, .percent: return false
        default: return true
        }
    }

    private static func isOpening(_ kind: Token.Kind) -> Bool {
        kind == .openBrace || kind == .openParenthesis || kind == .openBracket
    }
    private static func isClosing(_ kind: Token.Kind) -> Bool {
        kind == .closeBrace || kind == .closeParenthesis || kind == .closeBracket
    }
    private static func isOperator(_ kind: Token.Kind) -> Bool {
        switch kind {
        case .plus, .minus, .divide, .percent, .power, .equal, .notEqual, .less, .lessOrEqual, .greater,
            .greaterOrEqual:
            true
        default: false
        }
    }
}
