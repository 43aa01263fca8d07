import GraphIR

/// One thing that `strata` can do: `strata NAME …`. One file a command.
protocol Command: Sendable {
    /// What it can be told, one stored property an option.
    associatedtype Options: OptionGroup
    static var name: String { get }
    /// What people type who have not met it: words that get a suggestion, no second names.
    static var otherWords: [String] { get }
    /// One line for the list of commands.
    static var summary: String { get }
    /// What stands for the positional arguments in the usage line: `PATH…`, `NETWORK`.
    static var operands: String { get }
    /// How many positional arguments it takes.
    static var operandCount: ClosedRange<Int> { get }
    /// Command lines with what they do, for `--help`.
    static var examples: [(line: String, says: String)] { get }
    static func run(_ call: Invocation<Options>) throws -> ExitStatus
}

extension Command {
    static var otherWords: [String] { [] }
    static var operands: String { "" }
    static var operandCount: ClosedRange<Int> { 0...0 }
    static var examples: [(line: String, says: String)] { [] }

    /// Runs it with the words that stand behind its name.
    static func answer(_ words: [String]) throws -> ExitStatus {
        let call = try call(words)
        if call.everywhere.help {
            Terminal.print(Help.text(for: self))
            return .done
        }
        Terminal.color = call.everywhere.color
        return try run(call)
    }
}
