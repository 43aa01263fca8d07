import Compiler
import GraphIR
import Views

extension Analysis {
    /// The network as a picture: of the last text that was right.
    public var picture: String? { (compilation.network ?? good?.network).map { GraphDrawing($0.graph).svg } }

    /// Where the stage with a path stands in a text: the label or the layer; in a block, the call that led there.
    public func place(ofPath path: String) -> Location? {
        guard let graph = network?.graph else { return nil }
        let parts = path.split(separator: ".")
        let node =
            graph.nodes.first { $0.path == path } ?? graph.nodes.first { $0.path.hasPrefix(path + ".") }
        if let label = parts.first(where: { Int($0) == nil }),
            let symbol = names.symbols.first(where: {
                $0.name == label && $0.place.file == index && $0.owner == root?.name.text
            }),
            node == nil || parts.count == 1
        {
            return location(symbol.place)
        }
        if let output = graph.outputs.first(where: { $0.name == path }) { return location(output.place) }
        guard let node else { return nil }
        let own = ([node.place] + node.origins).last { $0.file == index } ?? node.place
        return location(own)
    }

    /// The path of the stage at an offset, for a mark in the picture.
    public func path(at offset: Int) -> String? {
        for case .stage(let stage) in spots(at: offset).reversed() {
            if let record = records(at: stage.place, .stage).first, let node = made(record).last { return node.path }
        }
        return nil
    }
}
