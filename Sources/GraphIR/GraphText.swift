/// A graph as text, the same byte for byte every time: an architecture file without blocks and loops, one layer a line.
///
/// It is a valid architecture file. Compiled, it gives a graph of the same meaning, with the same paths.
extension Graph {
    public var text: String {
        var lines =
            documentation.isEmpty
            ? []
            : documentation.split(separator: "\n", omittingEmptySubsequences: false)
                .map { $0.isEmpty ? "///" : "/// \($0)" }
        lines.append("network \(name) {")
        for node in nodes {
            lines.append("    " + (node.isInput ? inputLine(node) : layerLine(node)))
        }
        for output in outputs {
            let source = nodes[output.node].path
            let isSame = source == output.name
            lines.append("    output \(Graph.quoted(output.name))" + (isSame ? "" : " = \(Graph.quoted(source))"))
        }
        lines.append("}")
        return lines.joined(separator: "\n") + "\n"
    }

    private func inputLine(_ node: Node) -> String {
        let rate = node.type.rate.map { " at \(Value.quantity($0, .hertz))" } ?? ""
        return "input \(Graph.quoted(node.path)): \(node.type.shape)\(rate)"
    }

    private func layerLine(_ node: Node) -> String {
        let sources = node.inputs.map { Graph.quoted(nodes[$0].path) }
        let said = node.arguments.entries.filter(\.isExplicit).map { "\($0.name): \($0.value)" }
        let arguments = sources.dropFirst() + said
        let call = node.kind + (arguments.isEmpty ? "" : "(\(arguments.joined(separator: ", ")))")
        let comment = "// \(node.type.shape)" + (node.isTrainable ? "" : ", frozen")
        return "\(sources.first ?? "") -> \(call) as \(Graph.quoted(node.path))  \(comment)"
    }

    /// A path as a name of the language: in backquotes if it has points.
    private static func quoted(_ path: String) -> String { path.contains(".") ? "`\(path)`" : path }
}
