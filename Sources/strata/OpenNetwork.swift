import Compiler
import Foundation
import GraphIR
import Runner
import Zoo

/// A network as a command asks for it: found in the catalogue, read, compiled and checked.
struct OpenNetwork {
    /// The file it was read from.
    var path: String
    var network: Network
    /// What was noticed: warnings and notes, no errors.
    var diagnostics: [Diagnostic]
    var files: [SourceFile]
    /// What it was compiled with, and so what runs it.
    var plugins: PluginUse
    /// What its texts ask for by `use plugin`.
    var pluginRequests: [PluginRequest]

    /// Opens a network by path or catalogue name, with the command's `--path` and its `--set`, or other settings.
    init(_ name: String, _ call: Invocation<NetworkOptions>, settings: Overrides? = nil) throws {
        try self.init(name, in: call.path, settings: settings ?? call.set, plugins: call.everywhere.plugin)
    }

    /// The same where nothing can be set. Whatever is wrong with the file goes to standard error, and the command ends.
    init(_ name: String, in folders: [String], settings: Overrides = [], plugins named: [String]) throws {
        path = try OpenNetwork.path(of: name, in: folders)
        var plugins = try PluginUse(named)
        let compilation = try plugins.compile(path, settings: settings)
        for diagnostic in compilation.diagnostics {
            Terminal.noteOnce(
                render(diagnostic, files: compilation.files, color: Terminal.hasColor(STDERR_FILENO)) + "\n")
        }
        guard let network = compilation.network, !compilation.hasErrors else {
            guard compilation.hasErrors else { throw Exit(.no, "'\(path)' declares blocks, but no network") }
            if !settings.isEmpty, try !plugins.compile(path).hasErrors {
                let said = settings.map { "\($0.key)=\($0.value)" }.joined(separator: ", ")
                throw Exit(.no, "\(path) has no error by itself: it is \(said) that does not fit")
            }
            let count = compilation.diagnostics.count { $0.severity == .error }
            throw Exit(.no, "\(path) has \(count == 1 ? "an error" : "\(count) errors")")
        }
        self.network = network
        self.plugins = plugins
        pluginRequests = compilation.pluginRequests
        diagnostics = compilation.diagnostics
        files = compilation.files
    }

    /// The network of a run, from the texts that it kept.
    init(_ run: RunFolder, settings: Overrides = [], plugins named: [String]) throws {
        guard settings.isEmpty else {
            throw Exit(
                .usage, "--set would make another network of \(run.path)", help: "name the network's file instead")
        }
        let record = try run.record()
        let plugins = try PluginUse(named, for: record)
        path = run.path
        network = try NetworkFile(record, of: run, registry: plugins.registry, plugins: plugins.records).network
        (diagnostics, files, pluginRequests) = ([], [], [])
        self.plugins = plugins
    }

    /// The file that a path or a catalogue name means.
    static func path(of name: String, in folders: [String] = []) throws -> String {
        do {
            return try resolveNetwork(name: name, paths: folders)
        } catch {
            let runs = GatherRuns.folders(in: name)
            if let first = runs.first {
                let count = runs.count == 1 ? "a run" : "\(runs.count) runs"
                throw Exit(
                    .usage, "'\(name)' is no network, but a folder of \(count)",
                    help: "name one\(runs.count == 1 ? ":" : ", as") \(first.path)")
            }
            throw error
        }
    }

    /// The bytes of a file; how the compiler reads.
    static func read(_ path: String) throws -> [UInt8] {
        do {
            return try Array(Data(contentsOf: URL(fileURLWithPath: path)))
        } catch {
            let isThere = FileManager.default.fileExists(atPath: path)
            if isThere { throw Unreadable(description: error.localizedDescription) }
            // `of "eqt"`, where the catalogue has one of that name.
            let last = ((path as NSString).lastPathComponent as NSString).deletingPathExtension
            let meant = (try? Catalogue(paths: []).entry(last).path).map { "; the catalogue's is \($0)" } ?? ""
            throw Unreadable(description: "there is no such file" + meant)
        }
    }

    /// Why a file could not be read, in a sentence.
    struct Unreadable: LocalizedError, CustomStringConvertible {
        var description: String
        var errorDescription: String? { description }
    }
}
