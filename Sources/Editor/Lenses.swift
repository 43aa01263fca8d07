import Compiler
import GraphIR
import Views

/// A line of facts above a declaration; some do something when they are clicked.
public struct Lens: Hashable, Sendable {
    public enum Deed: Hashable, Sendable { case none, showGraph, showDifference, train }
    public var range: Range<Int>
    public var title: String
    public var deed: Deed
}

extension Analysis {
    public var lenses: [Lens] {
        guard let graph = network?.graph else { return [] }
        var lenses: [Lens] = []
        if let declaration = tree.networks.first {
            let range = declaration.name.place.start..<declaration.name.place.end
            lenses.append(Lens(range: range, title: Analysis.totals(graph), deed: .none))
            lenses.append(Lens(range: range, title: "show graph", deed: .showGraph))
            for statement in declaration.statements {
                guard case .train = statement.kind else { continue }
                let start = statement.place.start
                lenses.append(Lens(range: start..<min(start + 5, statement.place.end), title: "train", deed: .train))
            }
        }
        if let declaration = tree.variants.first {
            let range = declaration.name.place.start..<declaration.name.place.end
            lenses.append(Lens(range: range, title: Analysis.totals(graph) + parentDifference(graph), deed: .none))
            lenses.append(Lens(range: range, title: "show graph", deed: .showGraph))
            if !parents.isEmpty { lenses.append(Lens(range: range, title: "show difference", deed: .showDifference)) }
        }
        return lenses
    }

    /// `, -4,704 parameters beside EQTransformer`
    private func parentDifference(_ graph: Graph) -> String {
        guard let path = parents.first else { return "" }
        let parent = compile(path: path, registry: registry, allowedPlugins: surroundings.allowedPlugins) { wanted in
            guard let file = compilation.files.first(where: { $0.path == wanted }) else {
                return try surroundings.read(wanted)
            }
            return file.text
        }
        guard let other = parent.network?.graph else { return "" }
        let difference = graph.trainableCount - other.trainableCount
        guard difference != 0 else { return " · as many as \(other.name)" }
        return " · \(difference > 0 ? "+" : "-")\(Wording.count(abs(difference))) beside \(other.name)"
    }
}
