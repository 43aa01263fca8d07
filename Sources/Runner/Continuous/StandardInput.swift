import Files
import Foundation

/// Records that arrive on standard input, kept in a file below the output until all is done: they are gone through more
/// than once.
enum StandardInput {
    /// Reads to the end; where the records now are.
    static func kept(below folder: String, from input: FileHandle = .standardInput) throws -> String {
        let path = folder + "/unfinished/standard-input"
        try FileManager.default.createDirectory(atPath: folder + "/unfinished", withIntermediateDirectories: true)
        let file = try OutputFile(path, overwrite: true)
        while let part = try input.read(upToCount: 1 << 20), !part.isEmpty { try file.append(part) }
        guard file.offset > 0 else {
            throw RunError(.badData, "nothing came on standard input", help: "cat day.mseed | strata pick MODEL - …")
        }
        try file.finish()
        return path
    }
}
