import Foundation
import GraphIR

let strataVersion = "0.1.0"

/// Every command, in the order that `strata --help` shows.
let commands: [any Command.Type] = [
    CheckCommand.self,
    ZooCommand.self,
    ShowCommand.self,
    DiffCommand.self,
    PluginCommand.self,
]

/// Runs what the words ask for and says how it ended.
func strata(_ words: [String]) -> ExitStatus {
    do {
        return try dispatch(words)
    } catch let exit as Exit {
        Terminal.note(Terminal.styled("error", .bold, .red, on: STDERR_FILENO) + ": " + exit.message)
        if let help = exit.help { Terminal.note("  help: " + help) }
        if exit.status == .usage { Terminal.note("  see: strata --help, strata COMMAND --help") }
        return exit.status
    } catch {
        Terminal.note("error: \(error)")
        return .fault
    }
}

private func dispatch(_ words: [String]) throws -> ExitStatus {
    guard let first = words.first, first != "--help", first != "-h", first != "help" else {
        Terminal.print(Help.overview(commands))
        return words.isEmpty ? .usage : .done
    }
    if first == "--version" {
        Terminal.print("strata \(strataVersion)")
        return .done
    }
    if first == "--completion" {
        guard words.count == 2, let script = Completion.script(for: words[1], commands: commands) else {
            throw Exit(.usage, "--completion takes bash, zsh or fish")
        }
        Terminal.print(script)
        return .done
    }
    guard let command = commands.first(where: { $0.name == first }) else {
        let near = nearestName(to: first, among: commands.map { $0.name }).map { "did you mean '\($0)'?" }
        throw Exit(.usage, "there is no command '\(first)'", help: near)
    }
    let call = try Invocation(Array(words.dropFirst()), for: command)
    if call.has("--help") {
        Terminal.print(Help.text(for: command))
        return .done
    }
    Terminal.color = try call.word("--color", among: ["auto", "always", "never"]) ?? "auto"
    return try command.run(call)
}
