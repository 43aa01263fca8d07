import Foundation
import GraphIR

/// Which plugins the user has allowed to run, by the hash of their content. Architecture files, data and checkpoints
/// are data: one that asks for a plugin which is not in this list is an error, not a reason to run code.
public struct Permissions: Sendable {
    public var file: String

    public init(file: String = Permissions.standardFile) { self.file = file }

    /// `$XDG_CONFIG_HOME/strata/allowed-plugins`, or `~/.config/strata/allowed-plugins`.
    public static var standardFile: String {
        let environment = ProcessInfo.processInfo.environment
        let base = environment["XDG_CONFIG_HOME"] ?? (environment["HOME"] ?? NSTemporaryDirectory()) + "/.config"
        return base + "/strata/allowed-plugins"
    }

    /// A line each: the hash, and the path that it had when it was allowed.
    public var entries: [(sha256: String, path: String)] {
        guard let text = try? String(contentsOfFile: file, encoding: .utf8) else { return [] }
        return text.split(separator: "\n").compactMap { line in
            let parts = line.split(separator: " ", maxSplits: 1).map(String.init)
            return parts.count == 2 && parts[0].count == 64 ? (parts[0], parts[1]) : nil
        }
    }

    public func allows(_ sha256: String) -> Bool { entries.contains { $0.sha256 == sha256 } }

    /// Adds a file as it is now; a change of its content asks again.
    public func allow(_ path: String) throws {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw PluginProblem(.unavailable, path, "it cannot be read")
        }
        let digest = SHA256.hex(of: data)
        if allows(digest) { return }
        let lines = entries.map { "\($0.sha256) \($0.path)" } + ["\(digest) \(absolute(path))"]
        do {
            try FileManager.default.createDirectory(
                atPath: (file as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
            try (lines.joined(separator: "\n") + "\n").write(toFile: file, atomically: true, encoding: .utf8)
        } catch {
            throw PluginProblem(.unavailable, path, "the list of allowed plugins \(file) cannot be written")
        }
    }

    /// Refuses a file that was not allowed, and says how to allow it.
    public func require(_ path: String) throws {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw PluginProblem(.unavailable, path, "it cannot be read")
        }
        guard allows(SHA256.hex(of: data)) else {
            throw PluginProblem(
                .notAllowed, path, "it was not allowed to run on this machine (or changed since)",
                help: "read it, then: strata plugin allow \(path)")
        }
    }
}
