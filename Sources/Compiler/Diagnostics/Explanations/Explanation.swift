import GraphIR

/// The story behind a code: what it means, why it is refused, and a text that shows it.
public struct Explanation: Sendable {
    /// One line.
    public var title: String
    public var story: String
    /// Files that give the finding, the first one compiled; empty where it takes more than a page to show.
    public var files: [File]

    public struct File: Sendable {
        public var path: String
        public var text: String
    }

    init(_ title: String, _ story: String, _ example: String = "", and others: KeyValuePairs<String, String> = [:]) {
        self.title = title
        self.story = story
        files = example.isEmpty ? [] : [File(path: "example.arch", text: example + "\n")]
        files += others.map { File(path: $0.key, text: $0.value + "\n") }
    }
}

extension Code {
    public var explanation: Explanation {
        Code.explanations[self] ?? Explanation("a finding without a story", "Please report that nobody wrote it.")
    }

    static let explanations: [Code: Explanation] = {
        let all = [aboutWriting, aboutNames, aboutShapes, aboutValues, aboutLearning, aboutFiles, aboutWholes]
        return all.reduce(into: [:]) { $0.merge($1) { first, _ in first } }
    }()

    /// The page that `strata explain` prints.
    public func page(width: Int) -> String {
        let explanation = explanation
        var lines = ["\(rawValue): \(explanation.title)", ""] + explanation.story.paragraphs(wrappedTo: max(40, width))
        for file in explanation.files {
            lines += ["", file.path == "example.arch" ? "An example:" : "with \(file.path):", ""]
            lines += file.text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map { "    \($0)" }
        }
        return lines.joined(separator: "\n")
    }

    public var json: JSON {
        let explanation = explanation
        return [
            "code": .string(rawValue), "severity": .string(severity.rawValue), "title": .string(explanation.title),
            "story": .string(explanation.story),
            "example": .array(
                explanation.files.map { ["path": .string($0.path), "text": .string($0.text)] }),
        ]
    }
}
