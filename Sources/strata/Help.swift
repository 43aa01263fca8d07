/// The help texts, made from what the commands say of themselves.
enum Help {
    static func overview(_ commands: [any Command.Type]) -> String {
        let width = commands.map { $0.name.count }.max() ?? 0
        let rows = commands.map { "  " + $0.name.padded(to: width + 2) + $0.summary }
        return """
            strata: a workbench for networks that read seismograms

            usage: strata COMMAND …

            \(rows.joined(separator: "\n"))

            strata COMMAND --help tells more; strata --version; strata --completion bash|zsh|fish; strata --man
            """
    }

    static func text(for command: any Command.Type) -> String {
        let options = command.allOptions
        let width = (options.map(\.usage.count).max() ?? 0) + 2
        var text = "\(command.summary)\n\nusage: \(usage(of: command))\n\noptions:\n"
        for option in options { text += "  " + option.usage.padded(to: width) + option.sentence + "\n" }
        if !command.examples.isEmpty {
            text += "\nexamples:\n"
            for example in command.examples { text += "  \(example.line)\n      \(example.says)\n" }
        }
        return String(text.dropLast())
    }

    static func usage(of command: any Command.Type) -> String {
        ["strata", command.name, command.operands, "[options]"]
            .filter { !$0.isEmpty }.joined(separator: " ")
    }
}

extension String {
    /// With spaces behind it up to a width.
    func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
    /// With spaces before it up to a width.
    func aligned(to width: Int) -> String { String(repeating: " ", count: max(0, width - count)) + self }
}
