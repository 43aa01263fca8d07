import GraphIR
import Layers

extension Graph {
    /// The graph with the layers frozen whose paths match one of the patterns; a pattern that matches none is refused.
    func freezing(_ patterns: [String]) throws(RunError) -> Graph {
        var graph = self
        for pattern in patterns {
            let matching = nodes.indices.filter { !nodes[$0].isInput && matches(nodes[$0].path, pattern) }
            if matching.isEmpty {
                throw RunError(
                    .refused, "freeze: no layer matches '\(pattern)'",
                    help: nearestName(to: pattern, among: nodes.map(\.path)).map { "did you mean '\($0)'?" })
            }
            for index in matching { graph.nodes[index].isTrainable = false }
        }
        return graph
    }
}

/// Whether a label path is meant by a pattern: `*` stands for anything, and a path stands for all below it.
func matches(_ path: String, _ pattern: String) -> Bool {
    func match(_ text: Substring, _ rest: Substring) -> Bool {
        guard let first = rest.first else { return text.isEmpty || text.first == "." }
        if first == "*" {
            return text.indices.contains { match(text[$0...], rest.dropFirst()) } || match("", rest.dropFirst())
        }
        return text.first == first && match(text.dropFirst(), rest.dropFirst())
    }
    return match(Substring(path), Substring(pattern))
}

extension Graph {
    /// Every dropout stays on: each pass is another network, and their spread says how sure they are.
    var withDropoutOn: Graph { dropout(always: true) }
    /// No dropout where nothing is learned, also where the network asks for it always: one pass of a network that is
    /// drawn by lot says little of the network.
    var withDropoutOff: Graph { dropout(always: false) }

    /// Whether some dropout asks to stay on where nothing is learned.
    var alwaysDrops: Bool {
        nodes.contains { $0.kind == Dropout.signature.name && $0.arguments[Dropout.always] }
    }

    private func dropout(always: Bool) -> Graph {
        var graph = self
        for index in nodes.indices where nodes[index].kind == Dropout.signature.name {
            graph.nodes[index].arguments.set(Dropout.always.name, .bool(always))
        }
        return graph
    }
}

extension Graph {
    /// Whether it looks at pictures: one input of rows and columns.
    public var takesPictures: Bool { inputs.count == 1 && inputs[0].type.shape.rank == 3 }
}
