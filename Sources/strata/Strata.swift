import Foundation
import GraphIR

let strataVersion = "0.1.0"

/// Every command, in the order that `strata --help` shows.
let commands: [any Command.Type] = [
    CheckCommand.self,
    FmtCommand.self,
    ExplainCommand.self,
    LSPCommand.self,
    LayersCommand.self,
    NewCommand.self,
    ZooCommand.self,
    ShowCommand.self,
    DiffCommand.self,
    DataInfoCommand.self,
    DataReadCommand.self,
    DataSynthCommand.self,
    DataViewCommand.self,
    DataSplitCommand.self,
    DataAuditCommand.self,
    DataPackCommand.self,
    TrainCommand.self,
    EvaluateCommand.self,
    PlotCommand.self,
    PickCommand.self,
    CompareCommand.self,
    SweepCommand.self,
    InsideCommand.self,
    InsideRelevanceCommand.self,
    InsideKernelsCommand.self,
    InsideMapsCommand.self,
    InsideAttentionCommand.self,
    InsideFeaturesCommand.self,
    InsideUnitsCommand.self,
    InsideUnitCommand.self,
    InsidePruneCommand.self,
    InsideOptimumCommand.self,
    InsideCheckCommand.self,
    RunCommand.self,
    InitCommand.self,
    HashCommand.self,
    ImportCommand.self,
    ExportCommand.self,
    BundleMakeCommand.self,
    BundleShowCommand.self,
    BundleVerifyCommand.self,
    BundleUnpackCommand.self,
    BenchCommand.self,
    PlanCommand.self,
    TeamCommand.self,
    JobCommand.self,
    PluginCommand.self,
]

/// Runs what the words ask for and says how it ended.
func strata(_ words: [String]) -> ExitStatus {
    let status = answer(words)
    guard let problem = Terminal.outputProblem else { return status }
    Terminal.note(Terminal.styled("error", .bold, .red, on: STDERR_FILENO) + ": " + problem)
    return status.isFailure ? status : .inputOutput
}

private func answer(_ words: [String]) -> ExitStatus {
    let wantsJSON = words.prefix { $0 != "--" }.contains("--json")
    do {
        try Processor.check()
        let status = try dispatch(words)
        if wantsJSON, status.isFailure {
            let message = status == .interrupted ? "stopped and saved; the same command goes on" : "there is no answer"
            printFailure(Exit(status, message))
        }
        return status
    } catch {
        let exit = Exit(error)
        Terminal.note(Terminal.styled("error", .bold, .red, on: STDERR_FILENO) + ": " + exit.message)
        if let help = exit.help { Terminal.note("  help: " + help) }
        if exit.status == .usage { Terminal.note("  see: strata --help, strata COMMAND --help") }
        if wantsJSON { printFailure(exit) }
        return exit.status
    }
}

/// With `--json` standard output holds one JSON value whatever happens: where there is no answer, why.
private func printFailure(_ exit: Exit) {
    guard !Terminal.hasPrinted else { return }
    let error: JSON = [
        "status": .int(Int(exit.status.rawValue)), "message": .string(exit.message),
        "help": exit.help.map { .string($0) } ?? .null,
    ]
    Terminal.print(JSON.object([JSON.Member("error", error)]).text(indented: true))
}

/// The version, the commit it was made from and the instruction set it was made for.
private func printVersion(asJSON: Bool) {
    let facts = Processor.facts
    guard !asJSON else {
        let members = facts.map {
            JSON.Member($0.key.replacingOccurrences(of: " ", with: "_"), .string($0.value))
        }
        Terminal.print(JSON.object([JSON.Member("version", .string(strataVersion))] + members).text(indented: true))
        return
    }
    func fact(_ key: String) -> String? { facts.first { $0.key == key }?.value }
    let commit = fact("commit").map { commit in
        "commit \(commit.prefix(12))\(commit.hasSuffix("changed") ? " with changes" : ""), "
    }
    Terminal.print("strata \(strataVersion) (\(commit ?? "")for \(fact("instruction set") ?? "any processor"))")
}

private func dispatch(_ words: [String]) throws -> ExitStatus {
    guard let first = words.first, first != "--help", first != "-h", first != "help" else {
        Terminal.print(Help.overview(commands))
        return words.isEmpty ? .usage : .done
    }
    switch first {
    case "--version": printVersion(asJSON: words.contains("--json"))
    case "--markdown": Terminal.print(Manual.markdown(commands))
    case "--man": Terminal.print(Manual.man(commands))
    case "--completion":
        guard words.count == 2, let script = Completion.script(for: words[1], commands: commands) else {
            throw Exit(.usage, "--completion takes bash, zsh or fish")
        }
        Terminal.print(script)
    default: return try answer(words, from: first)
    }
    return .done
}

private func answer(_ words: [String], from first: String) throws -> ExitStatus {
    let group = commands.filter { $0.name.hasPrefix(first + " ") }
    if words.count == 2, ["--help", "-h"].contains(words[1]), !group.isEmpty,
        !commands.contains(where: { $0.name == first })
    {
        Terminal.print(Help.overview(group))
        return .done
    }
    let (command, rest) = try find(words)
    return try command.answer(rest)
}

/// The command that the words begin with, by one word (`train`) or two (`data view`), and what follows it.
private func find(_ words: [String]) throws -> (any Command.Type, rest: [String]) {
    for count in [2, 1] where words.count >= count {
        let name = words.prefix(count).joined(separator: " ")
        if let command = commands.first(where: { $0.name == name }) { return (command, Array(words.dropFirst(count))) }
    }
    let group = commands.map { $0.name }.filter { $0.hasPrefix(words[0] + " ") }
    if !group.isEmpty {
        let near = nearestName(to: words.prefix(2).joined(separator: " "), among: group)
        throw Exit(
            .usage,
            words.count == 1 ? "'\(words[0])' needs one more word" : "there is no command '\(words[0]) \(words[1])'",
            help: near.map { "did you mean '\($0)'?" } ?? "one of: " + group.joined(separator: ", "))
    }
    let meant = commands.filter { $0.otherWords.contains(words[0].lowercased()) }
    let near =
        meant.isEmpty
        ? nearestName(to: words[0], among: commands.map { $0.name }).map { "did you mean '\($0)'?" }
        : meant.map { "'strata \($0.name)': \($0.summary)" }.joined(separator: "\n        ")
    throw Exit(.usage, "there is no command '\(words[0])'", help: near)
}
