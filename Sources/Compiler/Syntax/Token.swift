/// A piece of a text: a word, a number, a sign, or what stands between them. Every byte is in exactly one token.
package struct Token: Hashable, Sendable {
    package enum Kind: UInt8, Sendable {
        // What carries no meaning for the network.
        case space, newline, comment, documentation
        // What does.
        case word, integer, decimal, string
        case openBrace, closeBrace, openParenthesis, closeParenthesis, openBracket, closeBracket
        case comma, colon, dot, arrow, assign
        case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual
        case plus, minus, times, divide, percent, power
        case rangeUpTo, rangeThrough
        // What the language has no use for.
        case unknown, unterminatedString
        case end
    }

    package var kind: Kind
    package var start: Int32
    package var end: Int32
    /// For words: which one, by the interner's number; else -1.
    package var word: Int32 = -1

    package var isTrivia: Bool { kind.rawValue <= Kind.documentation.rawValue }
}

extension Token.Kind {
    /// As messages call it.
    package var description: String {
        switch self {
        case .space: "a space"
        case .newline: "a new line"
        case .comment, .documentation: "a comment"
        case .word: "a name"
        case .integer, .decimal: "a number"
        case .string, .unterminatedString: "a text"
        case .unknown: "this"
        case .end: "the end of the file"
        default: "'\(sign)'"
        }
    }

    /// How a sign is written; empty for what has no fixed spelling.
    package var sign: String {
        switch self {
        case .openBrace: "{"
        case .closeBrace: "}"
        case .openParenthesis: "("
        case .closeParenthesis: ")"
        case .openBracket: "["
        case .closeBracket: "]"
        case .comma: ","
        case .colon: ":"
        case .dot: "."
        case .arrow: "->"
        case .assign: "="
        case .equal: "=="
        case .notEqual: "!="
        case .less: "<"
        case .lessOrEqual: "<="
        case .greater: ">"
        case .greaterOrEqual: ">="
        case .plus: "+"
        case .minus: "-"
        case .times: "*"
        case .divide: "/"
        case .percent: "%"
        case .power: "^"
        case .rangeUpTo: "..<"
        case .rangeThrough: "..."
        default: ""
        }
    }
}

/// Words by number: comparing two names is comparing two integers.
final class Interner {
    private var numbers: [String: Int32] = [:]
    private(set) var words: [String] = []

    init() {
        for keyword in Keyword.allCases { _ = intern(keyword.rawValue) }
    }

    func intern(_ word: String) -> Int32 {
        if let number = numbers[word] { return number }
        let number = Int32(words.count)
        numbers[word] = number
        words.append(word)
        return number
    }

    func number(of word: String) -> Int32? { numbers[word] }
}

/// The words that the grammar gives a meaning, in one place or everywhere. Their number is their position here.
package enum Keyword: String, CaseIterable, Sendable {
    // Never a name.
    case network, block, variant, input, output, `return`, `for`, `in`, `repeat`, `if`, `else`, `as`
    case and, or, not, `true`, `false`
    // A name where the grammar does not expect the word.
    case use, plugin, of, on, at, from, learn, loss, weight, prepare, augment, train, expect, freeze
    case set, replace, with, remove, insert, before, after

    private static let firstContextual = Keyword.allCases.firstIndex(of: .use) ?? 0

    package init?(word: Int32) {
        guard word >= 0, word < Int32(Keyword.allCases.count) else { return nil }
        self = Keyword.allCases[Int(word)]
    }
    package static func isReserved(_ word: Int32) -> Bool { word >= 0 && word < Int32(firstContextual) }
    var number: Int32 { Keyword.numbers[self] ?? -1 }
    private static let numbers = Dictionary(
        uniqueKeysWithValues: Keyword.allCases.enumerated().map { ($1, Int32($0)) })
}
