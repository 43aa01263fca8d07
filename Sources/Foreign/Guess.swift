import Compiler
import Foundation
import GraphIR
import Zoo

/// Which networks of the catalogue have the layers of a file, for people who named another.
public struct NetworkGuess {
    private let catalogue: Catalogue

    public init(paths: [String]) { catalogue = Catalogue(paths: paths) }

    /// The names of networks into which the file's weights fit.
    public func fitting(_ imported: ImportedNetwork, registry: Registry = .builtIn) -> [String] {
        catalogue.entries.compactMap { entry in
            let compilation = compile(path: entry.path, registry: registry) { path in
                try Array(Data(contentsOf: URL(fileURLWithPath: path)))
            }
            guard let graph = compilation.network?.graph, !compilation.hasErrors,
                graph.outputs.count == imported.graph.outputs.count,
                (try? Matching(imported, to: graph, registry: registry)) != nil
            else { return nil }
            return entry.name
        }
    }
}
