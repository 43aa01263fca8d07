import Editor
import GraphIR

extension Session {
    /// Every network, variant and block below the open folders whose name has the letters of the query, in order.
    mutating func workspaceSymbol(_ parameters: JSON) throws(Failure) -> JSON {
        let query = Array((parameters["query"]?.string ?? "").lowercased().unicodeScalars)
        func fits(_ name: String) -> Bool {
            var rest = query[...]
            for scalar in name.lowercased().unicodeScalars where scalar == rest.first { rest = rest.dropFirst() }
            return rest.isEmpty
        }
        var found: [JSON] = []
        for path in Set(world.files(roots) + documents.keys).sorted() {
            guard let text = workspace.texts[path] ?? (try? workspace.surroundings.read(path)) else { continue }
            let positions = Positions(file: SourceFile(path: path, text: text))
            for item in declarations(of: text, at: path) where fits(item.name) {
                found.append([
                    "name": .string(item.name), "kind": .int(item.isBlock ? 12 : 5),
                    "location": ["uri": .string(uri(of: path)), "range": positions.json(item.location.range)],
                ])
            }
        }
        return .array(found)
    }
}
