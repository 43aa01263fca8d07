import Editor
import GraphIR

/// Open texts: what is typed in them, and what requests say of them.
extension Session {
    mutating func didOpen(_ parameters: JSON) {
        guard let document = parameters["textDocument"], let uri = document["uri"]?.string,
            let text = document["text"]?.string
        else { return }
        let path = Paths.path(of: uri)
        documents[path] = Document(uri: uri, version: document["version"]?.int ?? 0)
        workspace.open(path, Array(text.utf8))
        loadPlugins(path)
    }

    /// Plugins that a text asks for and the user has allowed.
    private mutating func loadPlugins(_ path: String) {
        guard let analysis = workspace.analysis(of: path) else { return }
        let allowed = workspace.surroundings.allowedPlugins
        let asked = analysis.compilation.pluginRequests.map(\.path).filter { !allowed.contains($0) }
        if let (registry, plugins) = world.plugins(path, asked) {
            workspace.surroundings.registry = registry
            workspace.surroundings.allowedPlugins = plugins
            workspace.touchAll()
        }
    }

    mutating func didChange(_ parameters: JSON) {
        guard let uri = parameters["textDocument"]?["uri"]?.string else { return }
        let path = Paths.path(of: uri)
        guard documents[path] != nil else { return }
        for change in parameters["contentChanges"]?.array ?? [] { apply(change, to: path) }
        documents[path]?.version = parameters["textDocument"]?["version"]?.int ?? 0
    }

    private mutating func apply(_ change: JSON, to path: String) {
        guard let new = change["text"]?.string, let text = workspace.texts[path] else { return }
        guard let range = change["range"], range != .null else { return workspace.open(path, Array(new.utf8)) }
        // A range that says nothing changes nothing: the next whole text mends it.
        guard let stretch = try? Positions(file: SourceFile(path: path, text: text)).range(range) else { return }
        workspace.edit(path, stretch, Array(new.utf8))
    }

    mutating func didClose(_ parameters: JSON) {
        guard let uri = parameters["textDocument"]?["uri"]?.string else { return }
        let path = Paths.path(of: uri)
        guard documents.removeValue(forKey: path) != nil else { return }
        workspace.close(path)
        followed.remove(path)
        let was = published.removeValue(forKey: path) ?? [:]
        for file in was.keys { publish(file, uri: file == path ? uri : nil) }
    }

    // MARK: - What requests are about

    /// The open text that a request is about.
    mutating func analysis(_ parameters: JSON) throws(Failure) -> Analysis {
        guard let uri = parameters["textDocument"]?["uri"]?.string else { throw .invalid("no text document is named") }
        guard let analysis = workspace.analysis(of: Paths.path(of: uri)) else {
            throw .invalid("'\(uri.prefix(200))' is not open")
        }
        return analysis
    }

    /// The open text and the offset that a request is about.
    mutating func place(_ parameters: JSON) throws(Failure) -> (analysis: Analysis, offset: Int) {
        let analysis = try analysis(parameters)
        return (analysis, try Positions(file: analysis.file).offset(parameters["position"]))
    }

    func uri(of path: String) -> String { documents[path]?.uri ?? Paths.uri(of: path) }

    /// A text that an answer points into.
    func file(_ path: String, _ analysis: Analysis) -> SourceFile {
        if path == analysis.path { return analysis.file }
        if let known = analysis.compilation.files.first(where: { $0.path == path }) { return known }
        let text = workspace.texts[path] ?? (try? workspace.surroundings.read(path)) ?? []
        return SourceFile(path: path, text: text)
    }

    func json(_ location: Location, _ analysis: Analysis) -> JSON {
        [
            "uri": .string(uri(of: location.path)),
            "range": Positions(file: file(location.path, analysis)).json(location.range),
        ]
    }

    /// Changes of several files as the editor takes them, after a file is made for them if need be.
    func json(
        _ changes: [Change], _ analysis: Analysis, making new: String? = nil, warning: String? = nil
    ) -> JSON {
        var order: [String] = []
        var edits: [String: [JSON]] = [:]
        let asks = warning != nil && client.documentChanges && client.changeAnnotations
        for change in changes {
            let path = change.location.path
            if edits[path] == nil { order.append(path) }
            var edit: [JSON.Member] = [
                JSON.Member("range", Positions(file: file(path, analysis)).json(change.location.range)),
                JSON.Member("newText", .string(change.text)),
            ]
            if asks { edit.append(JSON.Member("annotationId", "names")) }
            edits[path, default: []].append(.object(edit))
        }
        guard client.documentChanges else {
            return ["changes": .object(order.map { JSON.Member(uri(of: $0), .array(edits[$0] ?? [])) })]
        }
        var all: [JSON] = []
        if let new {
            let options: JSON = ["overwrite": false, "ignoreIfExists": false]
            all.append(["kind": "create", "uri": .string(uri(of: new)), "options": options])
        }
        for path in order {
            let version = documents[path].map { JSON.int($0.version) } ?? .null
            all.append([
                "textDocument": ["uri": .string(uri(of: path)), "version": version],
                "edits": .array(edits[path] ?? []),
            ])
        }
        var members = [JSON.Member("documentChanges", .array(all))]
        if asks, let warning {
            members.append(
                JSON.Member(
                    "changeAnnotations",
                    [
                        "names": [
                            "label": "weights carry this name", "needsConfirmation": true,
                            "description": .string(warning),
                        ]
                    ]))
        }
        return .object(members)
    }

    /// Markdown, or the same text for editors that show none.
    func markup(_ text: String) -> JSON {
        client.markdown
            ? ["kind": "markdown", "value": .string(text)]
            : ["kind": "plaintext", "value": .string(text.replacing("\\", with: ""))]
    }
}
