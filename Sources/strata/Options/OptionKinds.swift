import GraphIR

// What options there are, by the type of their value. An optional value is `nil` where it was not given.

extension Option where Value == Bool {
    /// A switch.
    init(_ name: String, _ says: OptionText) {
        self.init(name, nil, says, absent: false) { _ in true }
    }
}

extension Option where Value == String? {
    /// A text of any kind: a path, a name.
    init(_ name: String, _ value: String, _ says: OptionText) {
        self.init(name, value, says, absent: nil) { $0.last }
    }
    /// One of some words that no type names.
    init(_ name: String, _ value: String, _ says: OptionText, among words: [String]) {
        self.init(name, value, says, words: words, absent: nil) { try Reading.word($0.last ?? "", words, of: name) }
    }
}

extension Option where Value == String {
    init(_ name: String, _ value: String, _ says: OptionText, standard: String) {
        self.init(name, value, says, standard: standard, absent: standard) { $0.last ?? standard }
    }
    init(_ name: String, _ value: String, _ says: OptionText, standard: String, among words: [String]) {
        self.init(name, value, says, words: words, standard: standard, absent: standard) {
            try Reading.word($0.last ?? standard, words, of: name)
        }
    }
}

extension Option where Value == [String] {
    /// Texts that are each given by the option again.
    init(_ name: String, _ value: String, _ says: OptionText) {
        self.init(name, value, says, repeats: true, absent: []) { $0 }
    }
    /// Texts with a sign between them.
    init(_ name: String, _ value: String, _ says: OptionText, separatedBy sign: Character) {
        self.init(name, value, says, absent: []) { $0.flatMap { Reading.parts($0, sign) } }
    }
}

extension Option where Value == Int? {
    init(_ name: String, _ value: String, _ says: OptionText, in range: ClosedRange<Int> = 0...Int.max) {
        self.init(name, value, says, absent: nil) { try Reading.int($0.last ?? "", range, of: name) }
    }
}

extension Option where Value == Int {
    init(
        _ name: String, _ value: String, _ says: OptionText, standard: Int, in range: ClosedRange<Int> = 0...Int.max
    ) {
        self.init(name, value, says, standard: "\(standard)", absent: standard) {
            try Reading.int($0.last ?? "", range, of: name)
        }
    }
}

extension Option where Value == Double? {
    init(_ name: String, _ value: String, _ says: OptionText) {
        self.init(name, value, says, absent: nil) { try Reading.double($0.last ?? "", of: name) }
    }
}

extension Option where Value == Double {
    init(_ name: String, _ value: String, _ says: OptionText, standard: Double) {
        self.init(name, value, says, standard: Reading.shown(standard), absent: standard) {
            try Reading.double($0.last ?? "", of: name)
        }
    }
}

extension Option {
    /// A word of a type that lists its own.
    init<Choice: OptionWord>(_ name: String, _ value: String, _ says: OptionText) where Value == Choice? {
        self.init(name, value, says, words: Choice.words, absent: nil) { try Reading.word($0.last ?? "", of: name) }
    }
    /// Whatever else a text can mean.
    ///
    /// - `read`: throws `Exit(.usage, …)` where it means nothing.
    init<Meant>(
        _ name: String, _ value: String, _ says: OptionText, read: @escaping @Sendable (String) throws -> Meant
    ) where Value == Meant? {
        self.init(name, value, says, absent: nil) { try read($0.last ?? "") }
    }
    /// The same with a default, given as what a person would type for it.
    init(
        _ name: String, _ value: String, _ says: OptionText, standard: String, absent: Value,
        read: @escaping @Sendable (String) throws -> Value
    ) {
        self.init(name, value, says, repeats: false, standard: standard, absent: absent) { try read($0.last ?? "") }
    }
}

extension Option where Value: OptionWord {
    init(_ name: String, _ value: String, _ says: OptionText, standard: Value) {
        self.init(name, value, says, words: Value.words, standard: standard.rawValue, absent: standard) {
            try Reading.word($0.last ?? "", of: name)
        }
    }
}

/// Words that an option takes: the cases of a type.
typealias OptionWord = RawRepresentable<String> & CaseIterable & Sendable

extension CaseIterable where Self: RawRepresentable, RawValue == String {
    static var words: [String] { allCases.map(\.rawValue) }
}

/// How texts become values, and what is said of those that do not.
enum Reading {
    static func int(_ text: String, _ range: ClosedRange<Int>, of option: String) throws -> Int {
        guard let number = Int(text), range.contains(number) else {
            let limits =
                range.upperBound == Int.max
                ? "of at least \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
            throw Exit(.usage, "\(option) takes a whole number \(limits), not '\(text)'")
        }
        return number
    }

    static func double(_ text: String, of option: String) throws -> Double {
        guard let number = Double(text), number.isFinite else {
            throw Exit(.usage, "\(option) takes a number, not '\(text)'")
        }
        return number
    }

    /// A number as a person would type it: `12`, `0.5`.
    static func shown(_ number: Double) -> String {
        number == number.rounded() && abs(number) < 1e15 ? "\(Int(number))" : "\(number)"
    }

    static func word(_ text: String, _ words: [String], of option: String) throws -> String {
        guard words.contains(text) else {
            let near = nearestName(to: text, among: words).map { "did you mean '\($0)'?" }
            throw Exit(.usage, "\(option) takes \(words.joined(separator: ", ")), not '\(text)'", help: near)
        }
        return text
    }

    static func word<Choice: OptionWord>(_ text: String, of option: String) throws -> Choice {
        let word = try word(text, Choice.words, of: option)
        guard let value = Choice(rawValue: word) else { throw Exit(.usage, "\(option) does not take '\(text)'") }
        return value
    }

    static func parts(_ text: String, _ sign: Character) -> [String] { text.split(separator: sign).map(String.init) }

    /// `KEY=VALUE` pairs in order, each key once.
    static func pairs(_ texts: [String], of option: String) throws -> [(key: String, value: String)] {
        var keys: Set<String> = []
        return try texts.map { text in
            guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
                throw Exit(.usage, "\(option) takes KEY=VALUE, not '\(text)'")
            }
            let key = String(text[..<equals])
            guard keys.insert(key).inserted else { throw Exit(.usage, "\(option) gives '\(key)' twice") }
            return (key, String(text[text.index(after: equals)...]))
        }
    }
}
