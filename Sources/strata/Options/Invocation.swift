import GraphIR

/// What a command was asked: operands in order, and the value of each of its options: `call.batch`. Nothing can be read
/// that the command did not declare.
@dynamicMemberLookup
struct Invocation<Options: OptionGroup> {
    let operands: [String]
    /// All of them as they were given.
    let words: [String]
    private let options = Options()
    /// What was read, by the name of the option.
    private let values: [String: any Sendable]

    /// The value of an option: what was given, or else its default.
    subscript<Value>(dynamicMember option: KeyPath<Options, Option<Value>>) -> Value {
        let option = options[keyPath: option]
        return (values[option.name] as? Option<Value>.Given)?.value ?? option.absent
    }

    /// The same call as one of those who share a group of options sees it.
    subscript<Group: OptionGroup>(dynamicMember group: KeyPath<Options, Group>) -> Invocation<Group> { seen() }

    /// What every command understands.
    var everywhere: Invocation<Everywhere> { seen() }

    /// Whether an option was given, be it with its default.
    func has<Value>(_ option: KeyPath<Options, Option<Value>>) -> Bool {
        values[options[keyPath: option].name] != nil
    }

    /// The first of some options that was given, by its name: `call.firstGiven { [$0.at, $0.station] }`.
    func firstGiven(of some: (Options) -> [any AnyOption]) -> String? {
        some(options).first { values[$0.name] != nil }?.name
    }

    private func seen<Group: OptionGroup>() -> Invocation<Group> {
        Invocation<Group>(operands: operands, words: words, values: values)
    }

    fileprivate init(operands: [String], words: [String], values: [String: any Sendable]) {
        (self.operands, self.words, self.values) = (operands, words, values)
    }
}

/// What every command understands.
struct Everywhere: OptionGroup {
    let plugin = Option<[String]>("--plugin", "FILE", "Use this plugin (.swift, .c or .so).")
    let color = Option<Terminal.Color>("--color", "WHEN", "\(.words).", standard: .auto)
    let help = Option<Bool>("--help", "Show this help.")
}

extension Command {
    static var ownOptions: [any AnyOption] { Options().all }
    /// Its own options and those that every command has, in the order of the help.
    static var allOptions: [any AnyOption] { ownOptions + Everywhere().all }

    /// Sorts words into options and operands and reads the values; whatever is unknown, does not fit or means nothing
    /// is an error. Whoever asks for help is not told of any but the first kind.
    static func call(_ words: [String]) throws -> Invocation<Options> {
        let sorted = try SortedWords(words, for: self)
        let help = Everywhere().help
        if let asked = sorted.texts[help.name] {
            return Invocation(operands: [], words: words, values: [help.name: try help.read(asked)])
        }
        let count = sorted.operands.count
        if count < operandCount.lowerBound { throw Exit(.usage, "'\(name)' needs \(operands)") }
        if count > operandCount.upperBound {
            throw Exit(
                .usage, "'\(name)' does not know what to do with '\(sorted.operands[operandCount.upperBound])'")
        }
        var values: [String: any Sendable] = [:]
        for option in allOptions {
            if let texts = sorted.texts[option.name] { values[option.name] = try option.read(texts) }
        }
        return Invocation(operands: sorted.operands, words: words, values: values)
    }
}

/// The words behind a command: which are operands, and which texts stand with which option.
private struct SortedWords {
    var operands: [String] = []
    var texts: [String: [String]] = [:]

    init(_ words: [String], for command: any Command.Type) throws {
        let known = command.allOptions
        var rest = words[...]
        while let word = rest.popFirst() {
            guard word.hasPrefix("-"), word != "-" else {
                operands.append(word)
                continue
            }
            if word == "--" {
                operands += rest
                return
            }
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let name = parts[0] == "-h" ? "--help" : parts[0]
            guard let option = known.first(where: { $0.name == name }) else {
                throw Self.unknown(name, of: command, known.map(\.name))
            }
            if !option.repeats, texts[name] != nil { throw Exit(.usage, "\(name) is given twice") }
            texts[name, default: []].append(try Self.text(of: option, inline: parts.count == 2 ? parts[1] : nil, &rest))
        }
    }

    /// What stands for the value of an option, behind its `=` or as the next word; of a switch nothing.
    private static func text(
        of option: any AnyOption, inline: String?, _ rest: inout ArraySlice<String>
    ) throws -> String {
        guard let value = option.value else {
            guard inline == nil else { throw Exit(.usage, "\(option.name) takes no value") }
            return ""
        }
        guard let text = inline ?? rest.popFirst() else {
            throw Exit(.usage, "\(option.name) needs a value: \(option.name) \(value)")
        }
        return text
    }

    private static func unknown(_ name: String, of command: any Command.Type, _ known: [String]) -> Exit {
        let near = nearestName(to: name, among: known).map { "did you mean '\($0)'?" }
        return Exit(
            .usage, "'\(command.name)' has no option '\(name)'",
            help: OtherOptions.help(for: name, known: known) ?? near)
    }
}
