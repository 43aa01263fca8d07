import Files
import Foundation
import GraphIR

/// Which plugins the user has allowed to run, by the hash of their content. Architecture files, data and checkpoints
/// are data: one that asks for a plugin which is not in this list is an error, not a reason to run code.
public struct Permissions: Sendable {
    /// `nil` for somebody without a home: then nothing is allowed.
    public var file: String?

    public init(file: String? = Permissions.standardFile) { self.file = file }

    /// `$XDG_CONFIG_HOME/strata/allowed-plugins`, or `~/.config/strata/allowed-plugins`.
    public static var standardFile: String? {
        OwnFolder.path("XDG_CONFIG_HOME", standard: ".config").map { $0 + "/allowed-plugins" }
    }

    /// A line each: the hash, and the path that it had when it was allowed. A list that somebody else could have
    /// written is refused.
    public func entries() throws -> [(sha256: String, path: String)] {
        guard let file else { return [] }
        do throws(OwnFolderError) {
            try OwnFolder.require((file as NSString).deletingLastPathComponent)
            try OwnFolder.require(file)
        } catch {
            throw PluginProblem(
                .notAllowed, file, "the list of allowed plugins is not believed: \(error.reason)", help: error.help)
        }
        guard let text = try? String(contentsOfFile: file, encoding: .utf8) else { return [] }
        return text.split(separator: "\n").compactMap { line in
            let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
            return parts.count == 2 && parts[0].count == 64 ? (parts[0], parts[1]) : nil
        }
    }

    public func allows(_ sha256: String) throws -> Bool { try entries().contains { $0.sha256 == sha256 } }

    /// Adds a file as it was read; a change of its content asks again.
    public func allow(_ source: PluginSource) throws {
        let path = absolute(source.path)
        // A line break would end the line and begin one of the path's own.
        guard !path.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            throw PluginProblem(
                .notAllowed, path.debugDescription, "its path has a control character in it",
                help: "give the file another name")
        }
        guard let file else {
            throw PluginProblem(
                .unavailable, path, "there is no home folder to keep the list of allowed plugins in",
                help: "set HOME or XDG_CONFIG_HOME; --plugin FILE uses one for a single command")
        }
        if try allows(source.sha256) { return }
        let lines = try entries().map { "\($0.sha256) \($0.path)" } + ["\(source.sha256) \(path)"]
        do throws(OwnFolderError) {
            try OwnFolder.make((file as NSString).deletingLastPathComponent)
        } catch {
            throw PluginProblem(.unavailable, path, error.reason, help: error.help)
        }
        do {
            try (lines.joined(separator: "\n") + "\n").write(toFile: file, atomically: true, encoding: .utf8)
        } catch {
            throw PluginProblem(.unavailable, path, "the list of allowed plugins \(file) cannot be written")
        }
        chmod(file, 0o600)
    }

    /// A file's content, if it was allowed; a refusal says how to allow it. Whoever uses the plugin uses what is handed
    /// back: the file may have changed since.
    @discardableResult
    public func require(_ path: String) throws -> PluginSource {
        let source = try PluginSource(reading: path)
        guard try allows(source.sha256) else {
            throw PluginProblem(
                .notAllowed, path, "it was not allowed to run on this machine (or changed since)",
                help: "read it, then: strata plugin allow \(path)")
        }
        return source
    }
}
