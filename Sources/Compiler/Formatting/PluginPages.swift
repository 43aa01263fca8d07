import GraphIR

/// What plugins say of themselves, as pages for terminals, Markdown and JSON.
extension Signature {
    private var firstSentence: String {
        String(documentation.split(separator: "\n", omittingEmptySubsequences: false).first ?? "")
    }

    /// Each plugin with its first sentence, by kind.
    public static func list(of signatures: [Signature], width: Int) -> String {
        let longest = signatures.map { $0.name.count }.max() ?? 0
        let indent = String(repeating: " ", count: longest + 4)
        var lines: [String] = []
        for kind in PluginKind.allCases {
            let own = signatures.filter { $0.kind == kind }
            if own.isEmpty { continue }
            if !lines.isEmpty { lines.append("") }
            lines.append(kind.plural)
            for signature in own {
                let sentence = signature.firstSentence.wrapped(to: max(24, width - indent.count))
                let head = "  " + signature.name + indent.dropFirst(2 + signature.name.count)
                lines += sentence.enumerated().map { ($0 == 0 ? head : indent) + $1 }
            }
        }
        return lines.joined(separator: "\n")
    }

    /// Everything about one plugin, for a terminal.
    public func page(width: Int) -> String {
        var lines = ["\(name)  (\(kind.rawValue))", ""]
        lines += documentation.paragraphs(wrappedTo: max(40, width - 2)).map { $0.isEmpty ? "" : "  \($0)" }
        if inputs.upperBound > 1 {
            lines += [
                "",
                "  takes \(inputs.lowerBound)\(inputs.upperBound > inputs.lowerBound ? " or more" : "") arrays",
            ]
        }
        if !parameters.isEmpty { lines += ["", "arguments"] }
        for parameter in parameters {
            lines.append("  \(parameter.heading)")
            lines += parameter.documentation.wrapped(to: max(40, width - 6)).map { "      \($0)" }
        }
        if !example.isEmpty {
            lines += ["", "example"]
            lines += example.split(separator: "\n", omittingEmptySubsequences: false).map { "  \($0)" }
        }
        return lines.joined(separator: "\n")
    }

    /// A chapter of Markdown about one plugin.
    public var markdown: String {
        var lines = ["### `\(name)`", "", documentation]
        if !parameters.isEmpty {
            lines += ["", "| argument | type | default | meaning |", "| --- | --- | --- | --- |"]
            for parameter in parameters {
                let type = "`\(parameter.type)`".replacingBars + (parameter.limits.map { ", \($0)" } ?? "")
                let standard = parameter.standard.map { "`\($0)`" } ?? "must be said"
                lines.append(
                    "| `\(parameter.name)` | \(type) | \(standard) | \(parameter.documentation.replacingBars) |")
            }
        }
        if !example.isEmpty { lines += ["", "```", example, "```"] }
        return lines.joined(separator: "\n")
    }

    /// The page docs/layers.md.
    public static func markdown(of signatures: [Signature]) -> String {
        var parts = [
            """
            # Layers, losses, labelers and all other plugins

            This page is written by `strata layers --markdown`; what it says comes from the plugins themselves. One of
            them on the terminal: `strata layers conv`.
            """
        ]
        for kind in PluginKind.allCases {
            let own = signatures.filter { $0.kind == kind }
            if own.isEmpty { continue }
            parts.append("## \(kind.plural.prefix(1).uppercased() + kind.plural.dropFirst())")
            parts += own.map(\.markdown)
        }
        return parts.joined(separator: "\n\n")
    }

    public var json: JSON {
        [
            "kind": .string(kind.rawValue), "name": .string(name), "documentation": .string(documentation),
            "inputs": ["least": .int(inputs.lowerBound), "most": .int(inputs.upperBound)],
            "parameters": .array(parameters.map(\.json)), "example": .string(example),
        ]
    }

    /// One line without what is seldom said: long lists of words are cut, and what only matters to training left out.
    var brief: String {
        let shown = parameters.filter { !$0.isOnlyForTraining }
        let list = shown.map { parameter in
            "\(parameter.name): \(parameter.type.brief)" + (parameter.standard.map { " = \($0)" } ?? "")
        }
        return "\(name)(\((list + (shown.count < parameters.count ? ["…"] : [])).joined(separator: ", ")))"
    }
}

extension String {
    /// Its paragraphs, which blank lines part, each in lines of at most so many characters.
    func paragraphs(wrappedTo width: Int) -> [String] {
        var paragraphs: [String] = [""]
        for line in split(separator: "\n", omittingEmptySubsequences: false) {
            if line.isEmpty { paragraphs.append("") } else { paragraphs[paragraphs.count - 1] += " " + line }
        }
        return Array(paragraphs.map { $0.wrapped(to: width) }.joined(separator: [""]))
    }

    /// In lines of at most so many characters, broken between words.
    func wrapped(to width: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in split(whereSeparator: { $0 == " " || $0 == "\n" }) {
            if !line.isEmpty, line.count + word.count + 1 > width {
                lines.append(line)
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + word
        }
        return line.isEmpty ? lines : lines + [line]
    }
}

extension ValueType {
    fileprivate var brief: String {
        switch self {
        case .word(let words) where words.count > 4: words.prefix(3).joined(separator: " | ") + " | …"
        case .either(let types): types.map(\.brief).joined(separator: " | ")
        default: description
        }
    }
}

extension Parameter {
    /// Name, type, default and limits in a line.
    fileprivate var heading: String {
        "\(name): \(type)" + (standard.map { " = \($0)" } ?? "") + (limits.map { "    (\($0))" } ?? "")
    }

    /// `1 to 16384`, `0 or more`.
    package var limits: String? {
        range.map { range in
            range.upperBound >= 1e15
                ? "\(Value.plain(range.lowerBound)) or more"
                : "\(Value.plain(range.lowerBound)) to \(Value.plain(range.upperBound))"
        }
    }

    fileprivate var json: JSON {
        [
            "name": .string(name), "type": .string("\(type)"), "default": standard.map { .string("\($0)") } ?? .null,
            "range": range.map { [.number($0.lowerBound), .number($0.upperBound)] } ?? .null,
            "documentation": .string(documentation),
        ]
    }
}

extension PluginKind {
    var plural: String { self == .loss ? "losses" : rawValue + "s" }
}

extension String {
    /// With its bars escaped, for a cell of a Markdown table.
    fileprivate var replacingBars: String {
        split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
            .split(separator: "\n").joined(separator: " ")
    }
}
