import Editor
import GraphIR

extension Session {
    mutating func completion(_ parameters: JSON) throws(Failure) -> JSON {
        let (analysis, offset) = try place(parameters)
        let completion = analysis.completion(at: offset)
        let range = Positions(file: analysis.file).json(completion.range)
        let items = completion.suggestions.map { suggestion -> JSON in
            let snippet = client.snippets ? suggestion.snippet : nil
            var members = [
                JSON.Member("label", .string(suggestion.label)), JSON.Member("kind", .int(suggestion.kind.number)),
                JSON.Member("sortText", .string("\(suggestion.rank)\(suggestion.label)")),
                JSON.Member("filterText", .string(suggestion.label)),
                JSON.Member("textEdit", ["range": range, "newText": .string(snippet ?? suggestion.text)]),
            ]
            if snippet != nil { members.append(JSON.Member("insertTextFormat", 2)) }
            if !suggestion.detail.isEmpty { members.append(JSON.Member("detail", .string(suggestion.detail))) }
            if !suggestion.documentation.isEmpty {
                members.append(JSON.Member("documentation", markup(suggestion.documentation)))
            }
            return .object(members)
        }
        return ["isIncomplete": false, "items": .array(items)]
    }
}

extension Suggestion.Kind {
    /// As the protocol numbers kinds of completions.
    var number: Int {
        switch self {
        case .layer, .function: 3
        case .block: 7
        case .argument: 10
        case .word: 20
        case .name: 6
        case .keyword: 14
        case .plugin: 2
        case .unit: 11
        case .file: 17
        case .label: 18
        }
    }
}
