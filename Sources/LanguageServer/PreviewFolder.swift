import Editor
import Foundation

/// A folder of a person's own in which the pages of networks lie that follow what is typed.
public struct PreviewFolder: Sendable {
    public let path: String

    /// Makes the folder below the system's place for such things, for this process alone.
    public init?(name: String = "strata-\(getpid())") {
        let environment = ProcessInfo.processInfo.environment
        let base = environment["XDG_RUNTIME_DIR"] ?? NSTemporaryDirectory()
        // The name cannot be guessed, so that nobody else's folder or link can lie there before.
        path = (base.hasSuffix("/") ? String(base.dropLast()) : base) + "/\(name)-\(UUID().uuidString)"
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
        } catch { return nil }
    }

    /// Writes the page of a network, or what is new of it; the page's path, or `nil` where that cannot be.
    public func write(_ name: String, _ svg: String) -> String? {
        let safe = name.utf8.reduce(into: UInt64(14_695_981_039_346_656_037)) {
            $0 = ($0 ^ UInt64($1)) &* 1_099_511_628_211
        }
        let folder = path + "/" + String(safe, radix: 16)
        let page = folder + "/page.html"
        let title = name.split(separator: "/").last.map(String.init) ?? name
        let version = Int(Date().timeIntervalSince1970 * 1000)
        do {
            if !FileManager.default.fileExists(atPath: page) {
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
                try Data(PreviewPage.html.utf8).write(to: URL(fileURLWithPath: page), options: .atomic)
            }
            let script = PreviewPage.script(version: version, name: title, svg: svg)
            try Data(script.utf8).write(to: URL(fileURLWithPath: folder + "/page.js"), options: .atomic)
        } catch { return nil }
        return page
    }

    /// Takes the folder away.
    public func remove() { try? FileManager.default.removeItem(atPath: path) }
}
