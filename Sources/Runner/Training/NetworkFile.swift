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

    public init(
        name: String, network: Network, sources: [RunRecord.Source], overrides: [(key: String, value: String)] = []
    ) {
        self.name = name
        self.network = network
        self.sources = sources
        self.overrides = overrides
    }

    /// A path to an `.arch` file, or a catalogue name.
    public init(
        _ name: String, settings: [(key: String, value: String)] = [], registry: Registry = .builtIn,
        allowedPlugins: Set<String> = []
    ) throws {
        let path: String
        do {
            path = try resolveNetwork(name: name)
        } catch {
            throw RunError(error.isMissingFile ? .access : .refused, error.message, help: error.help)
        }
        try self.init(name, path: path, settings: settings, registry: registry, allowedPlugins: allowedPlugins) {
            Array(try Data(contentsOf: URL(fileURLWithPath: $0)))
        }
    }

    /// The texts that a run kept, whatever has become of the files since.
    public init(_ record: RunRecord, registry: Registry = .builtIn) throws {
        guard let path = record.sources.first?.path else {
            throw RunError(.badData, "the run's record holds no architecture")
        }
        let settings = record.overrides.map { (key: $0.key, value: $0.value) }
        let plugins = Set(record.plugins.map(\.key))
        try self.init(
            record.architecture, path: path, settings: settings, registry: registry, allowedPlugins: plugins
        ) { wanted in
            guard let source = record.sources.first(where: { $0.path == wanted }) else {
                throw CocoaError(.fileNoSuchFile)
            }
            return Array(source.text.utf8)
        }
    }

    private init(
        _ name: String, path: String, settings: [(key: String, value: String)], registry: Registry,
        allowedPlugins: Set<String>, read: (String) throws -> [UInt8]
    ) throws {
        let compilation = compile(
            path: path, registry: registry, settings: settings, allowedPlugins: allowedPlugins, read: read)
        guard let network = compilation.network, !compilation.hasErrors else {
            let errors = compilation.diagnostics.filter { $0.severity == .error }
            let texts = errors.map { render($0, files: compilation.files) }
            throw RunError(.refused, texts.isEmpty ? "'\(path)' declares no network" : texts.joined(separator: "\n\n"))
        }
        self.init(
            name: name, network: network,
            sources: compilation.files.map {
                RunRecord.Source(path: $0.path, text: String(decoding: $0.text, as: UTF8.self))
            }, overrides: settings)
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
