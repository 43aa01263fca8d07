import GraphIR

/// A network in the language of Graphviz: every layer, with clusters for the labels.
public struct DotDrawing {
    private let graph: Graph

    public init(_ graph: Graph) { self.graph = graph }

    public var dot: String {
        var lines = [
            "digraph \(quoted(graph.name)) {", "  node [shape=box, fontname=monospace, fontsize=10];",
            "  edge [fontname=monospace, fontsize=9];",
        ]
        for child in PathTree(graph).children { add(child, depth: 1, to: &lines) }
        for (index, node) in graph.nodes.enumerated() {
            for input in node.inputs { lines.append("  n\(input) -> n\(index) [label=\(shape(of: input))];") }
        }
        for (index, output) in graph.outputs.enumerated() {
            lines.append("  o\(index) [label=\(quoted(output.name)), style=bold];")
            lines.append("  n\(output.node) -> o\(index) [label=\(shape(of: output.node))];")
        }
        return (lines + ["}"]).joined(separator: "\n") + "\n"
    }

    private func add(_ part: PathTree, depth: Int, to lines: inout [String]) {
        let space = String(repeating: "  ", count: depth)
        if part.isLayer {
            for node in part.nodes {
                let text = graph.nodes[node].isInput ? part.path : BoxText.call(graph.nodes[node])
                lines.append("\(space)n\(node) [label=\(quoted(text)), tooltip=\(quoted(part.path))];")
            }
        } else {
            lines.append("\(space)subgraph \(quoted("cluster " + part.path)) {")
            lines.append("\(space)  label=\(quoted(part.name)); fontname=monospace; fontsize=10;")
            for child in part.children { add(child, depth: depth + 1, to: &lines) }
            lines.append("\(space)}")
        }
    }

    private func shape(of node: Int) -> String { quoted(graph.nodes[node].type.shape.description) }

    private func quoted(_ text: String) -> String { Dot.quoted(text) }
}
