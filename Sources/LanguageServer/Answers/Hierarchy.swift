import Editor
import GraphIR

extension Session {
    mutating func prepareHierarchy(_ parameters: JSON) throws(Failure) -> JSON {
        let (analysis, offset) = try place(parameters)
        guard let item = analysis.hierarchyItem(at: offset) else { return .null }
        return [json(item, analysis)]
    }

    private func json(_ item: HierarchyItem, _ analysis: Analysis) -> JSON {
        let positions = Positions(file: file(item.location.path, analysis))
        return [
            "name": .string(item.name), "kind": .int(item.isBlock ? 12 : 5),
            "uri": .string(uri(of: item.location.path)),
            "range": positions.json(item.whole.range), "selectionRange": positions.json(item.location.range),
        ]
    }

    /// The item that a request sends back, found again in the text as it is now.
    private mutating func item(_ parameters: JSON) throws(Failure) -> (Analysis, HierarchyItem) {
        guard let uri = parameters["item"]?["uri"]?.string, let name = parameters["item"]?["name"]?.string else {
            throw .invalid("no item is given")
        }
        let path = Paths.path(of: uri)
        guard let analysis = workspace.analysis(of: path) ?? workspace.look(at: path),
            let item = analysis.declarations.first(where: { $0.name == name })
        else { throw .failed("'\(name.prefix(100))' is not there any more") }
        return (analysis, item)
    }

    mutating func incomingCalls(_ parameters: JSON) throws(Failure) -> JSON {
        let (analysis, item) = try item(parameters)
        let positions = Positions(file: analysis.file)
        return .array(
            analysis.callers(of: item).map { caller, calls in
                ["from": json(caller, analysis), "fromRanges": .array(calls.map { positions.json($0.range) })]
            })
    }

    mutating func outgoingCalls(_ parameters: JSON) throws(Failure) -> JSON {
        let (analysis, item) = try item(parameters)
        let positions = Positions(file: analysis.file)
        return .array(
            analysis.callees(of: item).map { callee, calls in
                ["to": json(callee, analysis), "fromRanges": .array(calls.map { positions.json($0.range) })]
            })
    }

    mutating func supertypes(_ parameters: JSON) throws(Failure) -> JSON {
        let (analysis, _) = try item(parameters)
        guard let parent = analysis.parents.first, let other = workspace.look(at: parent) else { return [] }
        return .array(other.declarations.filter { !$0.isBlock }.prefix(1).map { json($0, other) })
    }

    mutating func subtypes(_ parameters: JSON) throws(Failure) -> JSON {
        let (analysis, _) = try item(parameters)
        var found: [JSON] = []
        for path in variants(of: analysis.path) {
            guard let text = workspace.texts[path] ?? (try? workspace.surroundings.read(path)),
                parentPath(of: text, at: path) == analysis.path, let other = workspace.look(at: path)
            else { continue }
            found += other.declarations.filter { !$0.isBlock }.prefix(1).map { json($0, other) }
        }
        return .array(found)
    }
}
