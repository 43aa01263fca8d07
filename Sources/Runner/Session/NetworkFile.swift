import Compiler
import Foundation
import GraphIR
import Zoo

/// A network with the texts that it was compiled from: as somebody names it, or as a run recorded it.
public struct NetworkFile: Sendable {
    /// As it was named.
    public var name: String
    public var network: Network
    public var sources: [RunRecord.Source]
    public var overrides: [(key: String, value: String)]
    /// What it was compiled with, and so what trains and judges it.
    public var registry: Registry
    /// The strangers' plugins that it asks for or uses.
    public var plugins: [RunRecord.Plugin]

    public init(
        name: String, network: Network, sources: [RunRecord.Source], overrides: [(key: String, value: String)] = [],
        registry: Registry = .builtIn, plugins: [RunRecord.Plugin] = []
    ) {
        self.name = name
        self.network = network
        self.sources = sources
        self.overrides = overrides
        self.registry = registry
        self.plugins = plugins
    }

    /// The texts that a run kept, whatever has become of the files since. `plugins` are those in the registry; all of
    /// the run's own must be among them.
    public init(
        _ record: RunRecord, of folder: RunFolder, registry: Registry = .builtIn, plugins: [RunRecord.Plugin] = []
    ) throws {
        try record.requirePlugins(plugins, of: folder.path, to: "used")
        let settings = record.overrides.map { (key: $0.key, value: $0.value) }
        let network = try NetworkFile.compiled(
            record.sources, settings: settings, plugins: record.plugins, registry: registry, of: "the run's record")
        self.init(
            name: record.architecture, network: network, sources: record.sources, overrides: settings,
            registry: registry, plugins: record.plugins)
    }

    /// Compiles texts that were kept, whatever has become of the files since.
    ///
    /// - `owner`: what kept them, for messages.
    static func compiled(
        _ sources: [RunRecord.Source], settings: [(key: String, value: String)], plugins: [RunRecord.Plugin],
        registry: Registry, of owner: String
    ) throws -> Network {
        guard let path = sources.first?.path else { throw RunError(.badData, "\(owner) holds no architecture") }
        let compilation = compile(
            path: path, registry: registry, settings: settings, allowedPlugins: Set(plugins.map(\.path))
        ) { wanted in
            guard let source = sources.first(where: { $0.path == wanted }) else {
                throw CocoaError(.fileNoSuchFile)
            }
            return Array(source.text.utf8)
        }
        guard let network = compilation.network, !compilation.hasErrors else {
            let errors = compilation.diagnostics.filter { $0.severity == .error }
            let texts = errors.map { render($0, files: compilation.files) }
            throw RunError(.refused, texts.isEmpty ? "'\(path)' declares no network" : texts.joined(separator: "\n\n"))
        }
        return network
    }

    /// What it learns from; a file without `learn` cannot be trained.
    func recipe() throws(RunError) -> Recipe {
        guard let recipe = network.recipe, !recipe.lessons.isEmpty else {
            throw RunError(
                .refused, "\(name) has no 'learn' section, so there is nothing to train or to judge it by",
                help: "learn OUTPUT from LABELER(…) loss LOSS")
        }
        return recipe
    }
}
