import Foundation
import GraphIR

/// A plugin's file as it was read, once: what is asked about, allowed, built and loaded are these very bytes, whatever
/// becomes of the file in between.
public struct PluginSource: Sendable, Equatable {
    /// As the user named it.
    public let path: String
    public let bytes: [UInt8]
    public let sha256: String

    public init(reading path: String) throws {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw PluginProblem(.unavailable, path, "it cannot be read", help: "check the path")
        }
        self.path = path
        bytes = [UInt8](data)
        sha256 = SHA256.hex(of: bytes)
    }
}
