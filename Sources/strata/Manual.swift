/// What there is to say of all commands, for reading: the page `docs/commands.md` and the manual of the system.
enum Manual {
    /// `docs/commands.md`.
    static func markdown(_ commands: [any Command.Type]) -> String {
        let index = commands.map { "| [`strata \($0.name)`](#\(anchor($0))) | \(cell($0.summary)) |" }
        let head = """
            # Commands

            This page is what `strata --markdown` prints: every command, what it takes and what is used where nothing is
            said. `strata COMMAND --help` says the same at a terminal, and `strata --man` is the page that `man strata`
            shows. A value may stand behind the option or behind a `=`; behind `--` everything is an operand.

            | command | what it does |
            | --- | --- |
            \(index.joined(separator: "\n"))

            ## All commands

            \(table(Everywhere().all))
            """
        return ([head] + commands.map(section)).joined(separator: "\n\n")
    }

    private static func section(of command: any Command.Type) -> String {
        var parts = ["## strata \(command.name)", command.summary, "```text\n\(Help.usage(of: command))\n```"]
        if !command.ownOptions.isEmpty { parts.append(table(command.ownOptions)) }
        if !command.examples.isEmpty {
            let lines = command.examples.map { "# \($0.says)\n\($0.line)" }
            parts.append("```sh\n\(lines.joined(separator: "\n"))\n```")
        }
        return parts.joined(separator: "\n\n")
    }

    private static func table(_ options: [any AnyOption]) -> String {
        let rows = options.map { "| `\($0.usage.replacing("|", with: "\\|"))` | \(cell($0.sentence)) |" }
        return (["| option | what it says |", "| --- | --- |"] + rows).joined(separator: "\n")
    }

    private static func cell(_ text: String) -> String {
        text.map { "\\|*<".contains($0) ? "\\\($0)" : "\($0)" }.joined()
    }

    private static func anchor(_ command: any Command.Type) -> String {
        "strata-" + command.name.replacing(" ", with: "-")
    }

    // MARK: The manual of the system

    /// A page for `man`.
    static func man(_ commands: [any Command.Type]) -> String {
        var lines = [
            ".TH STRATA 1 \"\" \"strata \(strataVersion)\"", ".SH NAME",
            "strata \\- a workbench for networks that read seismograms", ".SH SYNOPSIS", ".B strata",
            roff("COMMAND [options] …"), ".SH OPTIONS OF ALL COMMANDS",
        ]
        lines += Everywhere().all.flatMap(entry)
        lines.append(".SH COMMANDS")
        for command in commands {
            lines += [".SS \(roff(Help.usage(of: command)))", roff(command.summary)]
            lines += command.ownOptions.flatMap(entry)
            for example in command.examples {
                lines += [".PP", ".nf", ".RS", roff(example.line), ".RE", ".fi", roff(example.says)]
            }
        }
        lines += [
            ".SH EXIT STATUS", "0 done; 1 the answer is no; 64 wrong usage; 65 bad data; 70 a fault of the program;",
            "74 input or output; 130 interrupted.",
        ]
        return lines.joined(separator: "\n")
    }

    private static func entry(_ option: any AnyOption) -> [String] {
        [
            ".TP", "\\fB\(roff(option.name))\\fR" + (option.value.map { " \\fI\(roff($0))\\fR" } ?? ""),
            roff(option.sentence),
        ]
    }

    /// A text as it is, whatever signs it begins with.
    private static func roff(_ text: String) -> String {
        let plain = text.replacing("\\", with: "\\e").replacing("-", with: "\\-")
        return plain.hasPrefix(".") || plain.hasPrefix("'") ? "\\&" + plain : plain
    }
}
