/// The statements of a study's text, each with its line: comments are gone, brackets that span lines are joined.
struct StudyLines {
    struct Statement {
        var line: Int
        var text: String
        var words: [String] { text.split(separator: " ").map(String.init) }
    }

    private(set) var statements: [Statement] = []
    private(set) var documentation = ""
    private(set) var count = 0

    init(_ text: String) {
        var open: Statement?
        for (number, raw) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            count = number + 1
            let line = String(raw).trimmed
            if line.hasPrefix("///") {
                if statements.isEmpty {
                    documentation += (documentation.isEmpty ? "" : "\n") + String(line.dropFirst(3)).trimmed
                }
                continue
            }
            let code = StudyLines.withoutComment(line)
            guard !code.isEmpty else { continue }
            var statement = open ?? Statement(line: number + 1, text: "")
            statement.text += (statement.text.isEmpty ? "" : " ") + code
            let depth = StudyLines.depth(statement.text)
            open = depth > 0 ? statement : nil
            if depth <= 0 { statements.append(statement) }
        }
        // A bracket that is never closed: the statement stands as it is, and whoever reads it will complain.
        if let open { statements.append(open) }
    }

    private static func withoutComment(_ line: String) -> String {
        var isQuoted = false
        var previous: Character = " "
        for index in line.indices {
            if line[index] == "\"" { isQuoted.toggle() }
            if !isQuoted, line[index] == "/", previous == "/",
                index == line.index(after: line.startIndex)
                    || line[line.index(index, offsetBy: -2)] == " "
            {
                return String(line[..<line.index(before: index)]).trimmed
            }
            previous = line[index]
        }
        return line
    }

    private static func depth(_ text: String) -> Int {
        var depth = 0
        var isQuoted = false
        for character in text {
            if character == "\"" { isQuoted.toggle() }
            if isQuoted { continue }
            if character == "[" || character == "(" { depth += 1 }
            if character == "]" || character == ")" { depth -= 1 }
        }
        return depth
    }

    /// What commas separate, but for commas within brackets and quotes.
    static func parts(_ text: String) -> [String] {
        var parts: [String] = []
        var part = ""
        var depth = 0
        var isQuoted = false
        for character in text {
            if character == "\"" { isQuoted.toggle() }
            if !isQuoted, "[(".contains(character) { depth += 1 }
            if !isQuoted, "])".contains(character) { depth -= 1 }
            if character == ",", depth == 0, !isQuoted {
                parts.append(part.trimmed)
                part = ""
            } else {
                part.append(character)
            }
        }
        parts.append(part.trimmed)
        return parts.filter { !$0.isEmpty }
    }
}

extension String {
    var trimmed: String {
        var text = self[...]
        while let first = text.first, first.isWhitespace { text = text.dropFirst() }
        while let last = text.last, last.isWhitespace { text = text.dropLast() }
        return String(text)
    }

    /// Without the quotes around it, if there are any.
    var unquoted: String { count >= 2 && hasPrefix("\"") && hasSuffix("\"") ? String(dropFirst().dropLast()) : self }

    /// What stands before and behind the first occurrence of a separator; `nil` if a side is empty.
    func split(at separator: String) -> (String, String)? {
        guard let range = ranges(of: separator).first else { return nil }
        let (left, right) = (String(self[..<range.lowerBound]).trimmed, String(self[range.upperBound...]).trimmed)
        return left.isEmpty || right.isEmpty ? nil : (left, right)
    }
}
