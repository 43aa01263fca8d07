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
            if let subject = suggestion.subject {
                if client.resolvesDocumentation {
                    members.append(JSON.Member("data", json(subject, uri(of: analysis.path))))
                } else {
                    members.append(JSON.Member("documentation", markup(analysis.page(of: subject))))
                }
            }
            return .object(members)
        }
        return ["isIncomplete": false, "items": .array(items)]
    }

    private func json(_ subject: Suggestion.Subject, _ uri: String) -> JSON {
        switch subject {
        case .plugin(let kind, let name):
            ["uri": .string(uri), "kind": .string(kind.rawValue), "name": .string(name)]
        case .block(let name): ["uri": .string(uri), "name": .string(name)]
        case .argument(let kind, let owner, let name):
            ["uri": .string(uri), "kind": .string(kind.rawValue), "owner": .string(owner), "name": .string(name)]
        }
    }

    /// The item as it came, with its page. One of a text that is closed meanwhile, or of no page, stays as it is.
    mutating func resolveCompletion(_ item: JSON) throws(Failure) -> JSON {
        guard let members = item.members, item["label"]?.string != nil else {
            throw .invalid("this is no item of a completion")
        }
        guard let data = item["data"], let name = data["name"]?.string, let uri = data["uri"]?.string,
            let analysis = workspace.analysis(of: Paths.path(of: uri))
        else { return item }
        let subject: Suggestion.Subject
        switch (data["kind"]?.string.flatMap(PluginKind.init), data["owner"]?.string) {
        case (let kind?, let owner?): subject = .argument(kind, owner: owner, name)
        case (let kind?, nil): subject = .plugin(kind, name)
        case (nil, _): subject = .block(name)
        }
        let page = analysis.page(of: subject)
        guard !page.isEmpty else { return item }
        return .object(members.filter { $0.key != "documentation" } + [JSON.Member("documentation", markup(page))])
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
