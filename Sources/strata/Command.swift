import GraphIR

/// One thing that `strata` can do: `strata NAME …`. One file a command.
protocol Command: Sendable {
    static var name: String { get }
    /// What people type who have not met it: words that get a suggestion, no second names.
    static var otherWords: [String] { get }
    /// One line for the list of commands.
    static var summary: String { get }
    /// What stands for the positional arguments in the usage line: `PATH…`, `NETWORK`.
    static var operands: String { get }
    /// How many positional arguments it takes.
    static var operandCount: ClosedRange<Int> { get }
    static var options: [Option] { get }
    /// Command lines with what they do, for `--help`.
    static var examples: [(line: String, says: String)] { get }
    static func run(_ call: Invocation) throws -> ExitStatus
}

extension Command {
    static var otherWords: [String] { [] }
    static var operands: String { "" }
    static var operandCount: ClosedRange<Int> { 0...0 }
    static var options: [Option] { [] }
    static var examples: [(line: String, says: String)] { [] }
    /// Its own options and those that every command has, each once.
    static var allOptions: [Option] {
        options + Option.shared.filter { shared in !options.contains { $0.name == shared.name } }
    }
}

/// `--name`, or `--name VALUE`.
struct Option {
    var name: String
    /// What the value is called in the usage; `nil` for a switch.
    var value: String? = nil
    var says: String
    var repeats = false

    /// An option with a value.
    init(_ name: String, _ value: String, _ says: String, repeats: Bool = false) {
        self.name = name
        self.value = value
        self.says = says
        self.repeats = repeats
    }
    /// A switch.
    init(_ name: String, _ says: String) {
        self.name = name
        self.says = says
    }

    static let json = Option("--json", "Print one JSON value and nothing else.")
    static let overwrite = Option("--overwrite", "Replace what is already there.")
    static let strict = Option(
        "--strict",
        "Look at every sample of the data, so that any change of it is noticed; remembered by size and time.")
    static let skipBad = Option("--skip-bad", "Leave bad traces and records out and count them.")
    static let threads = Option(
        "--threads", "N", "Use N threads (default: all processors). Results do not depend on it.")
    static let seed = Option("--seed", "N", "The seed of everything random (default 0).")
    static let set = Option("--set", "KEY=VALUE", "Override a parameter or a setting of the file.", repeats: true)
    static let color = Option("--color", "WHEN", "auto, always or never.")
    static let help = Option("--help", "Show this help.")
    /// What every command understands.
    static let shared = [plugin, color, help]
}

/// What a command was asked: operands in order, options by name.
struct Invocation {
    var operands: [String] = []
    /// All of them as they were given.
    private(set) var words: [String] = []
    private var values: [String: [String]] = [:]

    func has(_ option: String) -> Bool { values[option] != nil }
    func value(_ option: String) -> String? { values[option]?.last }
    func all(_ option: String) -> [String] { values[option] ?? [] }

    /// The whole number of an option; a text that is none, or out of range, is wrong usage.
    func int(_ option: String, in range: ClosedRange<Int> = 0...Int.max) throws -> Int? {
        guard let text = value(option) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            let limits =
                range.upperBound == Int.max
                ? "of at least \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
            throw Exit(.usage, "\(option) takes a whole number \(limits), not '\(text)'")
        }
        return number
    }
    func double(_ option: String) throws -> Double? {
        guard let text = value(option) else { return nil }
        guard let number = Double(text), number.isFinite else {
            throw Exit(.usage, "\(option) takes a number, not '\(text)'")
        }
        return number
    }
    /// One of the words that an option allows.
    func word(_ option: String, among words: [String]) throws -> String? {
        guard let text = value(option) else { return nil }
        guard words.contains(text) else {
            let near = nearestName(to: text, among: words).map { "did you mean '\($0)'?" }
            throw Exit(.usage, "\(option) takes \(words.joined(separator: ", ")), not '\(text)'", help: near)
        }
        return text
    }
    /// `KEY=VALUE` pairs of `--set`, in order.
    func settings(_ option: String = "--set") throws -> [(key: String, value: String)] {
        var keys: Set<String> = []
        return try all(option).map { text in
            guard let equals = text.firstIndex(of: "="), equals != text.startIndex else {
                throw Exit(.usage, "\(option) takes KEY=VALUE, not '\(text)'")
            }
            let key = String(text[..<equals])
            guard keys.insert(key).inserted else { throw Exit(.usage, "\(option) gives '\(key)' twice") }
            return (key, String(text[text.index(after: equals)...]))
        }
    }

    /// Sorts words into options and operands; whatever is unknown or does not fit is an error.
    init(_ words: [String], for command: any Command.Type) throws {
        self.words = words
        let known = command.allOptions
        var index = 0
        var onlyOperands = false
        while index < words.count {
            let word = words[index]
            index += 1
            guard word.hasPrefix("-"), word != "-", !onlyOperands else {
                operands.append(word)
                continue
            }
            if word == "--" {
                onlyOperands = true
                continue
            }
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let name = parts[0] == "-h" ? "--help" : parts[0]
            guard let option = known.first(where: { $0.name == name }) else {
                let names = known.map(\.name)
                let near = nearestName(to: name, among: names).map { "did you mean '\($0)'?" }
                throw Exit(
                    .usage, "'\(command.name)' has no option '\(name)'",
                    help: OtherOptions.help(for: name, known: names) ?? near)
            }
            if option.value == nil {
                guard parts.count == 1 else { throw Exit(.usage, "\(name) takes no value") }
                values[name, default: []].append("")
            } else if parts.count == 2 {
                values[name, default: []].append(parts[1])
            } else {
                guard index < words.count else {
                    throw Exit(.usage, "\(name) needs a value: \(name) \(option.value ?? "")")
                }
                values[name, default: []].append(words[index])
                index += 1
            }
            if !option.repeats, all(name).count > 1 { throw Exit(.usage, "\(name) is given twice") }
        }
        if has("--help") { return }
        if operands.count < command.operandCount.lowerBound {
            throw Exit(.usage, "'\(command.name)' needs \(command.operands)")
        }
        if operands.count > command.operandCount.upperBound {
            throw Exit(
                .usage, "'\(command.name)' does not know what to do with '\(operands[command.operandCount.upperBound])'"
            )
        }
    }
}
