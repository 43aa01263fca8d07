import Editor
import Foundation
import GraphIR
import LanguageServer

/// `strata lsp`: what editors talk to.
enum LSPCommand: Command {
    static let name = "lsp"
    static let otherWords = ["language-server"]
    static let summary = "Serve an editor: findings, shapes and more while one types."
    struct Options: OptionGroup {}
    static let examples = [
        (
            line: "strata lsp",
            says: "an editor starts it and speaks the Language Server Protocol over its input and output"
        )
    ]

    static func run(_ call: Invocation<Options>) throws -> ExitStatus {
        // The wire is taken aside: what a plugin prints goes to the log, not into the middle of a message.
        let wire = dup(STDOUT_FILENO)
        guard wire >= 0, dup2(STDERR_FILENO, STDOUT_FILENO) >= 0 else {
            throw Exit(.inputOutput, "standard output cannot be used")
        }
        signal(SIGPIPE, SIG_IGN)
        let plugins = Plugins(try PluginUse(call.everywhere.plugin))
        let folder = PreviewFolder()
        defer { folder?.remove() }
        let surroundings = Workspace.Surroundings(
            registry: plugins.use.registry, allowedPlugins: plugins.use.paths, list: LSPCommand.list,
            read: OpenNetwork.read)
        let world = Session.World(
            version: strataVersion,
            files: { folders in folders.flatMap(LSPCommand.files) },
            plugins: { path, asked in plugins.load(path, asked) },
            preview: { name, svg in folder?.write(name, svg) })
        var server = Server(Session(surroundings, world: world))
        return ExitStatus(rawValue: server.run(input: STDIN_FILENO, output: wire)) ?? .fault
    }

    /// The plugins that are loaded; more come as texts ask for what the user has allowed.
    private final class Plugins: @unchecked Sendable {
        // One thread answers, and nobody else asks.
        var use: PluginUse
        private var seen: Set<String> = []
        init(_ use: PluginUse) { self.use = use }

        func load(_ path: String, _ asked: [String]) -> (Registry, Set<String>)? {
            let folder = (path as NSString).deletingLastPathComponent
            guard seen.insert(folder + "\n" + asked.joined(separator: "\n")).inserted else { return nil }
            let before = use.paths
            do {
                try use.loadNeighbours(of: path)
                try use.load(requests: asked)
            } catch {
                Terminal.note((error as? any PlainError)?.message ?? "\(error)")
            }
            return use.paths == before ? nil : (use.registry, use.paths)
        }
    }

    /// The names in a folder that a text may name.
    @Sendable private static func list(_ folder: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? "." : folder)) ?? []
        return names.filter { !$0.hasPrefix(".") }.prefix(2000).map { name in
            var isFolder: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: folder + "/" + name, isDirectory: &isFolder)
            return isFolder.boolValue ? name + "/" : name
        }
    }

    /// Every `.arch` file below a folder, as far as is reasonable.
    @Sendable private static func files(_ folder: String) -> [String] {
        guard folder.hasPrefix("/"), folder != "/", let names = FileManager.default.enumerator(atPath: folder + "/.")
        else {
            return []
        }
        var found: [String] = []
        var looked = 0
        while let name = names.nextObject() as? String, looked < 50_000, found.count < 2000 {
            looked += 1
            if (name as NSString).lastPathComponent.hasPrefix(".") {
                names.skipDescendants()
            } else if name.hasSuffix(".arch") {
                found.append((folder.hasSuffix("/") ? folder : folder + "/") + name)
            }
        }
        return found.sorted()
    }
}
