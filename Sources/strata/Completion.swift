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
        command.allOptions.map(\.name)
    }

    /// What can follow `strata`: the commands, and the first words of those of two words.
    private static func firstWords(_ commands: [any Command.Type]) -> [String] {
        commands.map { String($0.name.prefix { $0 != " " }) }.reduce(into: []) { words, word in
            if !words.contains(word) { words.append(word) }
        }
    }

    private static func bash(_ commands: [any Command.Type]) -> String {
        func cases(ofTwoWords isGrouped: Bool) -> String {
            commands.filter { $0.name.contains(" ") == isGrouped }.map { command in
                "        '\(command.name)') words=\"\(words(command).joined(separator: " "))\" ;;"
            }.joined(separator: "\n")
        }
        /// What may stand behind an option, where that is one of a few words.
        func values(ofTwoWords isGrouped: Bool) -> String {
            commands.filter { $0.name.contains(" ") == isGrouped }.flatMap { command in
                command.allOptions.filter { !$0.words.isEmpty }.map { option in
                    "        '\(command.name) \(option.name)') names=\"\(option.words.joined(separator: " "))\" ;;"
                }
            }.joined(separator: "\n")
        }
        let groups = firstWords(commands).compactMap { first -> String? in
            let seconds = commands.map { $0.name }.filter { $0.hasPrefix(first + " ") }.map {
                $0.dropFirst(first.count + 1)
            }
            return seconds.isEmpty ? nil : "        \(first)) names=\"\(seconds.joined(separator: " "))\" ;;"
        }
        return """
            _strata() {
                local current="${COMP_WORDS[COMP_CWORD]}" previous="${COMP_WORDS[COMP_CWORD-1]}" words="" names=""
                if [ "$COMP_CWORD" -eq 1 ]; then
                    names="\(firstWords(commands).joined(separator: " "))"
                elif [ "$COMP_CWORD" -eq 2 ]; then
                    case "${COMP_WORDS[1]}" in
            \(groups.joined(separator: "\n"))
                    esac
                fi
                case "${COMP_WORDS[1]} ${COMP_WORDS[2]}" in
            \(cases(ofTwoWords: true))
                    *) case "${COMP_WORDS[1]}" in
            \(cases(ofTwoWords: false))
                    esac ;;
                esac
                case "${COMP_WORDS[1]} ${COMP_WORDS[2]} $previous" in
            \(values(ofTwoWords: true))
                    *) case "${COMP_WORDS[1]} $previous" in
            \(values(ofTwoWords: false))
                    esac ;;
                esac
                case "$current" in
                    -*) COMPREPLY=($(compgen -W "$words" -- "$current")) ;;
                    *) [ -n "$names" ] && COMPREPLY=($(compgen -W "$names" -- "$current")) ;;
                esac
            }
            complete -o default -F _strata strata
            """
    }

    private static func fish(_ commands: [any Command.Type]) -> String {
        var lines: [String] = []
        for command in commands {
            let parts = command.name.split(separator: " ")
            let place = parts.count == 1 ? "__fish_use_subcommand" : "'__fish_seen_subcommand_from \(parts[0])'"
            lines.append("complete -c strata -n \(place) -a \(parts[parts.count - 1]) -d '\(quoted(command.summary))'")
            let last = parts[parts.count - 1]
            for option in command.allOptions {
                let words = option.words.joined(separator: " ")
                let needsValue = option.value == nil ? "" : words.isEmpty ? " -r" : " -xa '\(words)'"
                lines.append(
                    "complete -c strata -n '__fish_seen_subcommand_from \(last)' -l \(option.name.dropFirst(2))"
                        + "\(needsValue) -d '\(quoted(option.says))'")
            }
        }
        return lines.joined(separator: "\n")
    }

    private static func quoted(_ text: String) -> String {
        text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "\\'")
    }
}
