import Compiler
import Foundation
import GraphIR
import Plugins
import Runner
import Zoo

/// The plugins that a command works with: the built-in ones, those that `--plugin` names, those in `plugins/` beside
/// the architecture, and those that the architecture asks for. Only what the user allowed runs.
struct PluginUse {
    var registry = Registry.builtIn
    var loaded: [PluginHost.Loaded] = []

    /// With everything that `--plugin` names: naming a file on the command line allows it for that command.
    init(_ files: [String]) throws {
        for file in files {
            if paths.contains(file) { continue }
            try load(PluginSource(reading: file))
        }
    }

    /// With what a run was trained with: named on the command line, or still where it was and allowed on this machine.
    init(_ files: [String], for record: RunRecord) throws {
        try self.init(files)
        for plugin in record.plugins where !loaded.contains(where: { $0.sha256 == plugin.sha256 }) {
            guard let file = plugin.unchangedFile else { continue }
            let source = try Permissions().require(file)
            guard source.sha256 == plugin.sha256 else { continue }
            // Something else of the same name was given: whoever asks for the run's own plugins says so.
            if loaded.contains(where: { !Set($0.plugins).isDisjoint(with: plugin.brings) }) { continue }
            try load(source)
        }
    }

    /// The loaded plugins as a run remembers them.
    var records: [RunRecord.Plugin] {
        loaded.map { plugin in
            let file = URL(fileURLWithPath: plugin.path).standardizedFileURL.path
            return RunRecord.Plugin(path: plugin.path, file: file, sha256: plugin.sha256, brings: plugin.plugins)
        }
    }

    /// Those among them that a network asks for or uses; what only lies beside it is none of a run's business.
    func records(_ network: Network, requests: [PluginRequest]) -> [RunRecord.Plugin] {
        let uses = network.uses
        let asked = Set(requests.map(\.path))
        return records.filter { asked.contains($0.path) || !uses.isDisjoint(with: $0.brings) }
    }

    /// Adds the allowed ones among the plugins that lie in `plugins/` beside an architecture; says which are not.
    mutating func loadNeighbours(of architecture: String) throws {
        let folder = (architecture as NSString).deletingLastPathComponent + "/plugins"
        let files =
            (try? FileManager.default.contentsOfDirectory(atPath: folder.hasPrefix("/plugins") ? "plugins" : folder))
            ?? []
        for file in files.sorted() where ["swift", "c", "so"].contains((file as NSString).pathExtension) {
            let path = folder.hasPrefix("/plugins") ? "plugins/" + file : folder + "/" + file
            if paths.contains(path) { continue }
            do {
                try load(Permissions().require(path))
            } catch let problem as PluginProblem {
                Terminal.note("\(problem)")
            }
        }
    }

    func withNeighbours(of architecture: String) throws -> PluginUse {
        var plugins = self
        try plugins.loadNeighbours(of: architecture)
        return plugins
    }

    /// Adds what a compiled text asked for with `use plugin`, and says whether that was anything new. What was not
    /// allowed stays out: the compiler says so at its place in the text.
    mutating func loadRequests(of compilation: Compilation) throws -> Bool {
        var isNew = false
        for request in compilation.pluginRequests where !paths.contains(request.path) {
            guard let source = try? Permissions().require(request.path) else { continue }
            try load(source)
            isNew = true
        }
        return isNew
    }

    /// Adds those of some plugin files that the user has allowed.
    mutating func load(requests: [String]) throws {
        for path in requests where !paths.contains(path) {
            guard let source = try? Permissions().require(path) else { continue }
            try load(source)
        }
    }

    var paths: Set<String> { Set(loaded.map(\.path)) }

    private mutating func load(_ source: PluginSource) throws {
        if paths.contains(source.path) { return }
        // The same content under another name is the same plugin.
        if var same = loaded.first(where: { $0.sha256 == source.sha256 }) {
            same.path = source.path
            loaded.append(same)
            return
        }
        let host = PluginHost(builder: PluginBuilder(note: Terminal.note), note: Terminal.note)
        let plugin = try host.load(source, into: &registry)
        if let shared = PluginLaws.sharedResultNames(plugin.plugins, in: registry).first {
            throw PluginProblem(.nameTaken, source.path, shared)
        }
        loaded.append(plugin)
    }

    /// Compiles a file with these plugins, loading those that it asks for and the user has allowed.
    mutating func compile(_ path: String, settings: Overrides = []) throws -> Compilation {
        try loadNeighbours(of: path)
        let first = Compiler.compile(
            path: path, registry: registry, settings: settings, allowedPlugins: paths, read: OpenNetwork.read)
        guard try loadRequests(of: first) else { return first }
        return Compiler.compile(
            path: path, registry: registry, settings: settings, allowedPlugins: paths, read: OpenNetwork.read)
    }
}
