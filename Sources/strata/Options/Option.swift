import GraphIR

/// One option of a command, as a layer has its `Setting`s: what it is called, what it is for, which values it takes,
/// and what is used where it is not given. From it come parsing, help, completion, the manual and `docs/commands.md`.
///
/// A command's options are the stored properties of its `Options`; `call.batch` is the value, of the type that was
/// declared. What was typed is read once, before the command does anything.
struct Option<Value: Sendable>: AnyOption {
    let name: String
    /// What the value is called in the usage; `nil` for a switch.
    let value: String?
    let says: String
    let repeats: Bool
    let words: [String]
    let standard: String?
    /// The value where it is not given.
    let absent: Value
    private let reading: @Sendable (_ texts: [String]) throws -> Value

    /// What all kinds of options are made by.
    ///
    /// - `standard`: what the help calls the default.
    /// - `words`: what a value may be, where that is one of a few.
    /// - `reading`: the value of all texts that were given for it, one unless it `repeats`.
    init(
        _ name: String, _ value: String?, _ says: OptionText, repeats: Bool = false, words: [String] = [],
        standard: String? = nil, absent: Value, reading: @escaping @Sendable ([String]) throws -> Value
    ) {
        self.name = name
        self.value = value
        self.says = says.text(words: words, standard: standard)
        self.repeats = repeats
        self.words = words
        self.standard = standard
        self.absent = absent
        self.reading = reading
    }

    func read(_ texts: [String]) throws -> any Sendable { Given(value: try reading(texts)) }
    var unset: any Sendable { Given(value: absent) }

    /// A value that was read: of which type, so that it is found again as what it is.
    struct Given: Sendable {
        let value: Value
    }
}

/// An option of whatever value.
protocol AnyOption: Sendable {
    var name: String { get }
    var value: String? { get }
    /// What it is for, in a sentence or two.
    var says: String { get }
    var repeats: Bool { get }
    /// What a value may be, where that is one of a few words.
    var words: [String] { get }
    /// What is used where it is not given, as a person would type it.
    var standard: String? { get }
    /// Its value, as its `Given`. A text that is none is wrong usage.
    func read(_ texts: [String]) throws -> any Sendable
    /// What stands for it where it is not given, as its `Given`.
    var unset: any Sendable { get }
}

extension AnyOption {
    /// As it is written in a usage: `--batch N`.
    var usage: String { name + (value.map { " " + $0 } ?? "") }
    /// What it is for, and whether it may be given again.
    var sentence: String { says + (repeats ? " May be repeated." : "") }
}

/// Options that belong together, as stored properties: those of a command, or some that several commands share.
protocol OptionGroup: Sendable {
    init()
}

extension OptionGroup {
    /// All of them, those of its groups too, in the order in which they are declared.
    var all: [any AnyOption] {
        Mirror(reflecting: self).children.flatMap { child -> [any AnyOption] in
            if let option = child.value as? any AnyOption { return [option] }
            return (child.value as? any OptionGroup)?.all ?? []
        }
    }
}

/// What an option is for. Its default and the words that it takes are named, not written again: `"Steps (default
/// \(.standard))."`, `"\(.words) of a run."`.
struct OptionText: ExpressibleByStringInterpolation {
    enum Mark {
        /// What is used where the option is not given.
        case standard
        /// What a value may be: `train, dev, test (default) or all`.
        case words
    }
    fileprivate enum Part {
        case text(String)
        case mark(Mark)
    }
    private var parts: [Part]

    init(stringLiteral text: String) { parts = [.text(text)] }
    init(stringInterpolation: StringInterpolation) { parts = stringInterpolation.parts }

    struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var parts: [Part] = []
        init(literalCapacity: Int, interpolationCount: Int) {}
        mutating func appendLiteral(_ text: String) { parts.append(.text(text)) }
        mutating func appendInterpolation(_ mark: Mark) { parts.append(.mark(mark)) }
        mutating func appendInterpolation(_ text: String) { parts.append(.text(text)) }
    }

    func text(words: [String], standard: String?) -> String {
        parts.map { part in
            switch part {
            case .text(let text): text
            case .mark(.standard): standard ?? "none"
            case .mark(.words): Self.list(words, standard)
            }
        }.joined()
    }

    private static func list(_ words: [String], _ standard: String?) -> String {
        let shown = words.map { $0 == standard ? $0 + " (default)" : $0 }
        guard let last = shown.last, shown.count > 1 else { return shown.first ?? "" }
        return shown.dropLast().joined(separator: ", ") + " or " + last
    }
}
