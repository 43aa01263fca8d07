/// Completion scripts for shells, made from the commands themselves.
enum Completion {
    static func script(for shell: String, commands: [any Command.Type]) -> String? {
        switch shell {
        case "bash": bash(commands)
        case "zsh": "autoload -U +X bashcompinit && bashcompinit\n" + bash(commands)
        case "fish": fish(commands)
        default: nil
        }
    }

    private static func words(_ command: any Command.Type) -> [String] {
        (command.options + Option.shared).map(\.name)
    }

    private static func bash(_ commands: [any Command.Type]) -> String {
        let cases = commands.map { command in
            "        \(command.name)) words=\"\(words(command).joined(separator: " "))\" ;;"
        }
        return """
            _strata() {
                local current="${COMP_WORDS[COMP_CWORD]}" words=""
                if [ "$COMP_CWORD" -eq 1 ]; then
                    words="\(commands.map { $0.name }.joined(separator: " "))"
                else
                    case "${COMP_WORDS[1]}" in
            \(cases.joined(separator: "\n"))
                    esac
                fi
                case "$current" in
                    -*) COMPREPLY=($(compgen -W "$words" -- "$current")) ;;
                    *) [ "$COMP_CWORD" -eq 1 ] && COMPREPLY=($(compgen -W "$words" -- "$current")) ;;
                esac
            }
            complete -o default -F _strata strata
            """
    }

    private static func fish(_ commands: [any Command.Type]) -> String {
        var lines: [String] = []
        for command in commands {
            lines.append(
                "complete -c strata -n __fish_use_subcommand -a \(command.name) -d '\(quoted(command.summary))'")
            for option in command.options + Option.shared {
                let needsValue = option.value == nil ? "" : " -r"
                lines.append(
                    "complete -c strata -n '__fish_seen_subcommand_from \(command.name)' -l \(option.name.dropFirst(2))"
                        + "\(needsValue) -d '\(quoted(option.says))'")
            }
        }
        return lines.joined(separator: "\n")
    }

    private static func quoted(_ text: String) -> String {
        text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "\\'")
    }
}
