/// Cuts a text into tokens. Whatever the bytes are, the tokens joined are the text again.
struct Lexer {
    private let text: [UInt8]
    private let interner: Interner
    private var position = 0
    private var tokens: [Token] = []

    /// The tokens of a text, spaces and comments included, closed by an empty `end`.
    static func tokens(of text: [UInt8], interner: Interner) -> [Token] {
        var lexer = Lexer(text: text, interner: interner)
        lexer.tokens.reserveCapacity(text.count / 3 + 1)
        // Some editors begin a text with a byte order mark. It says nothing here.
        if text.starts(with: byteOrderMark) { lexer.take(.space, to: byteOrderMark.count) }
        while lexer.position < text.count { lexer.next() }
        lexer.tokens.append(Token(kind: .end, start: Int32(text.count), end: Int32(text.count)))
        return lexer.tokens
    }

    static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    private init(text: [UInt8], interner: Interner) {
        self.text = text
        self.interner = interner
    }

    private func byte(_ offset: Int) -> UInt8 { offset < text.count ? text[offset] : 0 }

    private mutating func take(_ kind: Token.Kind, to end: Int) {
        tokens.append(Token(kind: kind, start: Int32(position), end: Int32(end)))
        position = end
    }

    private mutating func next() {
        let first = text[position]
        switch first {
        case 0x20, 0x09: take(.space, to: end(from: position) { $0 == 0x20 || $0 == 0x09 })
        case 0x0A: take(.newline, to: position + 1)
        case 0x0D: take(.newline, to: byte(position + 1) == 0x0A ? position + 2 : position + 1)
        case UInt8(ascii: "/") where byte(position + 1) == UInt8(ascii: "/"): comment()
        // What other languages begin a comment with; the parser says so, and reads on behind it.
        case UInt8(ascii: "#"): take(.unknown, to: end(from: position) { $0 != 0x0A && $0 != 0x0D })
        case UInt8(ascii: "\""): string()
        case UInt8(ascii: "`"): quotedName()
        case _ where Lexer.isDigit(first): number()
        case _ where Lexer.startsWord(first): word()
        case _ where first >= 0x80: take(.unknown, to: end(from: position) { $0 >= 0x80 })
        default: sign()
        }
    }

    private func end(from start: Int, while belongs: (UInt8) -> Bool) -> Int {
        var end = start
        while end < text.count, belongs(text[end]) { end += 1 }
        return end
    }

    private mutating func comment() {
        let isDocumentation = byte(position + 2) == UInt8(ascii: "/") && byte(position + 3) != UInt8(ascii: "/")
        take(isDocumentation ? .documentation : .comment, to: end(from: position) { $0 != 0x0A && $0 != 0x0D })
    }

    private mutating func word() {
        let end = end(from: position, while: Lexer.continuesWord)
        let word = interner.intern(String(decoding: text[position..<end], as: UTF8.self))
        take(.word, to: end)
        tokens[tokens.count - 1].word = word
    }

    /// A name in backquotes may hold points: it is how a graph's own text names its layers.
    private mutating func quotedName() {
        let close = end(from: position + 1) { Lexer.continuesWord($0) || $0 == UInt8(ascii: ".") }
        guard byte(close) == UInt8(ascii: "`"), close > position + 1 else {
            return take(.unknown, to: position + 1)
        }
        let word = interner.intern(String(decoding: text[position + 1..<close], as: UTF8.self))
        take(.word, to: close + 1)
        tokens[tokens.count - 1].word = word
    }

    private mutating func string() {
        var end = position + 1
        while end < text.count, text[end] != 0x0A, text[end] != 0x0D {
            if text[end] == UInt8(ascii: "\"") { return take(.string, to: end + 1) }
            // A backslash takes the next byte along, but never the end of the line.
            end += text[end] == UInt8(ascii: "\\") && byte(end + 1) >= 0x20 ? 2 : 1
        }
        take(.unterminatedString, to: min(end, text.count))
    }

    private mutating func number() {
        let isInNumber: (UInt8) -> Bool = { Lexer.isDigit($0) || $0 == UInt8(ascii: "_") }
        var end = end(from: position, while: isInNumber)
        var kind = Token.Kind.integer
        if byte(end) == UInt8(ascii: "."), Lexer.isDigit(byte(end + 1)) {
            kind = .decimal
            end = self.end(from: end + 1, while: isInNumber)
        }
        if byte(end) | 0x20 == UInt8(ascii: "e") {
            let hasSign = byte(end + 1) == UInt8(ascii: "-") || byte(end + 1) == UInt8(ascii: "+")
            let digits = end + (hasSign ? 2 : 1)
            if Lexer.isDigit(byte(digits)) {
                kind = .decimal
                end = self.end(from: digits, while: isInNumber)
            }
        }
        take(kind, to: end)
    }

    private mutating func sign() {
        let second = byte(position + 1)
        func pair(_ character: Character, _ both: Token.Kind, else one: Token.Kind) -> (Token.Kind, Int) {
            second == character.asciiValue ? (both, 2) : (one, 1)
        }
        let (kind, length): (Token.Kind, Int) =
            switch text[position] {
            case UInt8(ascii: "{"): (.openBrace, 1)
            case UInt8(ascii: "}"): (.closeBrace, 1)
            case UInt8(ascii: "("): (.openParenthesis, 1)
            case UInt8(ascii: ")"): (.closeParenthesis, 1)
            case UInt8(ascii: "["): (.openBracket, 1)
            case UInt8(ascii: "]"): (.closeBracket, 1)
            case UInt8(ascii: ","): (.comma, 1)
            case UInt8(ascii: ":"): (.colon, 1)
            case UInt8(ascii: "+"): (.plus, 1)
            case UInt8(ascii: "-"): pair(">", .arrow, else: .minus)
            case UInt8(ascii: "*"): pair("*", .unknown, else: .times)
            case UInt8(ascii: "/"): (.divide, 1)
            case UInt8(ascii: "%"): (.percent, 1)
            case UInt8(ascii: "^"): (.power, 1)
            case UInt8(ascii: "=") where second == UInt8(ascii: ">"): (.unknown, 2)
            case UInt8(ascii: "="): pair("=", .equal, else: .assign)
            case UInt8(ascii: "!"): pair("=", .notEqual, else: .unknown)
            case UInt8(ascii: "<"): pair("=", .lessOrEqual, else: .less)
            case UInt8(ascii: ">"): pair("=", .greaterOrEqual, else: .greater)
            case UInt8(ascii: "&"): pair("&", .unknown, else: .unknown)
            case UInt8(ascii: "|"): (.unknown, second == UInt8(ascii: "|") || second == UInt8(ascii: ">") ? 2 : 1)
            case UInt8(ascii: "."): points(second)
            default: (.unknown, 1)
            }
        take(kind, to: position + length)
    }

    private func points(_ second: UInt8) -> (Token.Kind, Int) {
        guard second == UInt8(ascii: ".") else { return (.dot, 1) }
        switch byte(position + 2) {
        case UInt8(ascii: "<"): return (.rangeUpTo, 3)
        case UInt8(ascii: "."): return (.rangeThrough, 3)
        default: return (.unknown, 2)
        }
    }

    static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
    static func startsWord(_ byte: UInt8) -> Bool {
        (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A) || byte == UInt8(ascii: "_")
    }
    static func continuesWord(_ byte: UInt8) -> Bool { startsWord(byte) || isDigit(byte) }
}

/// The pieces of a text, for who shows it.
package func tokenize(_ text: [UInt8]) -> [Token] { Lexer.tokens(of: text, interner: Interner()) }
