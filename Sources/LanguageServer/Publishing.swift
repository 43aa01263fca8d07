import Editor
import GraphIR

/// Findings go out by themselves, after what was typed has been looked at.
extension Session {
    /// Looks at every text that may have changed, and hands back what is to be told of it.
    public mutating func settle() -> [JSON] {
        outbox = []
        let changed = workspace.takeNews()
        for path in changed {
            guard let analysis = workspace.analysis(of: path), documents[path] != nil else { continue }
            let before = published[path] ?? [:]
            var now: [String: [Finding]] = [path: analysis.findings(in: path)]
            for file in analysis.reads where file != path {
                let found = analysis.findings(in: file)
                if !found.isEmpty { now[file] = found }
            }
            published[path] = now
            for file in Set(before.keys).union(now.keys).sorted() where file == path || before[file] != now[file] {
                publish(file)
            }
            if followed.contains(path), let picture = analysis.picture { _ = world.preview(path, picture) }
        }
        // What was typed in one text changes what is shown in its variants.
        if changed.count > 1 {
            if client.hintRefresh { ask("workspace/inlayHint/refresh", nil) }
            if client.lensRefresh { ask("workspace/codeLens/refresh", nil) }
        }
        defer { outbox = [] }
        return outbox
    }

    public var hasChanges: Bool { state == .running && workspace.hasNews }

    /// Tells all that is known of a file. An open one is judged by itself; what others find in a file that is not open
    /// belongs to that file.
    mutating func publish(_ path: String, uri spelled: String? = nil) {
        var findings: [Finding] = []
        if documents[path] != nil {
            findings = published[path]?[path] ?? []
        } else {
            for owner in published.keys.sorted() {
                for finding in published[owner]?[path] ?? [] where !findings.contains(finding) {
                    findings.append(finding)
                }
            }
        }
        let text = workspace.texts[path] ?? (try? workspace.surroundings.read(path)) ?? []
        let positions = Positions(file: SourceFile(path: path, text: text))
        var members = [JSON.Member("uri", .string(spelled ?? uri(of: path)))]
        if let document = documents[path] { members.append(JSON.Member("version", .int(document.version))) }
        members.append(JSON.Member("diagnostics", .array(findings.map { json($0, positions) })))
        tell("textDocument/publishDiagnostics", .object(members))
    }

    private func json(_ finding: Finding, _ positions: Positions) -> JSON {
        let severity =
            switch finding.weight {
            case .error: 1
            case .warning: 2
            case .information: 3
            }
        var members = [
            JSON.Member("range", positions.json(finding.range)), JSON.Member("severity", .int(severity)),
            JSON.Member("code", .string(finding.code)), JSON.Member("source", "strata"),
            JSON.Member("message", .string(finding.message)),
        ]
        if client.tags, finding.isUnnecessary { members.append(JSON.Member("tags", [1])) }
        if client.relatedInformation, !finding.related.isEmpty {
            let related = finding.related.map { other -> JSON in
                let path = other.location.path
                let text = workspace.texts[path] ?? (try? workspace.surroundings.read(path)) ?? []
                let there =
                    path == positions.file.path ? positions : Positions(file: SourceFile(path: path, text: text))
                return [
                    "location": ["uri": .string(uri(of: path)), "range": there.json(other.location.range)],
                    "message": .string(other.message),
                ]
            }
            members.append(JSON.Member("relatedInformation", .array(related)))
        }
        return .object(members)
    }
}
