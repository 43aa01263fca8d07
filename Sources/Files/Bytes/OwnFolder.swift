import Foundation

/// The folders in which Strata believes what it finds: the list of allowed plugins and the cache of built ones. Only
/// the user may have written there; a folder that others can write to is not believed.
public enum OwnFolder {
    /// `VARIABLE/strata`, or `HOME/standard/strata`; `nil` for somebody without a home: a folder that everybody has,
    /// as for temporary files, is nobody's own.
    public static func path(
        _ variable: String, standard: String,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) -> String? {
        // A path that is not whole would mean another folder with every folder that one stands in.
        func whole(_ path: String?) -> String? { path.flatMap { $0.hasPrefix("/") ? $0 : nil } }
        let base = whole(environment[variable]) ?? whole(environment["HOME"]).map { $0 + "/" + standard }
        return base.map { $0 + "/strata" }
    }

    /// Why a file or folder is not believed; `nil` if it is the user's own, or not there.
    public static func fault(of path: String) -> String? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        if status.st_uid != geteuid() { return "\(path) belongs to another user" }
        if status.st_mode & 0o022 != 0 { return "others may write to \(path)" }
        return nil
    }

    /// Makes a folder that only the user can write to; one that is there must be such a one.
    public static func make(_ path: String) throws(OwnFolderError) {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw OwnFolderError(reason: "\(path) cannot be made: \(error.localizedDescription)", help: "")
        }
        try require(path)
    }

    public static func require(_ path: String) throws(OwnFolderError) {
        guard let fault = fault(of: path) else { return }
        throw OwnFolderError(reason: fault, help: "make it your own: chown, then chmod go-w \(path)")
    }
}

public struct OwnFolderError: Error {
    public var reason: String
    public var help: String
}
