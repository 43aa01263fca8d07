import Foundation
import GraphIR

/// A library in the cache: `NAME-KEY-CONTENT.so`, where the key says what it was made from, and the content is the hash
/// of its own bytes.
struct Cached {
    private let folder: String
    private let stem: String

    init(_ folder: String, name: String, key: String) {
        self.folder = folder
        stem = "\(name)-\(key)"
    }

    /// Held while it is made.
    var lockPath: String { "\(folder)/.\(stem).lock" }
    /// Where it is made. A compiler that outlives a killed Strata writes into a folder of its own, never into this one.
    var workPath: String { "\(folder)/.\(stem)-\(getpid()).work" }

    /// What processes that were killed while they made it have left, and what somebody makes now.
    private var work: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { $0.hasPrefix(".\(stem)") && ($0.hasSuffix(".work") || $0.hasSuffix(".part")) }
    }

    var hasWork: Bool { !work.isEmpty }

    /// Removes what was left; whoever asks holds the lock.
    func clearWork() {
        for name in work { try? FileManager.default.removeItem(atPath: folder + "/" + name) }
    }

    func path(_ sha256: String) -> String { "\(folder)/\(stem)-\(sha256.prefix(20)).so" }

    /// A library that holds what its name says; what does not is removed.
    func find(sha256 wanted: String? = nil) -> String? {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in names.sorted() where name.hasPrefix(stem + "-") && name.hasSuffix(".so") {
            let path = folder + "/" + name
            if let wanted, path != self.path(wanted) { continue }
            if let bytes = FileManager.default.contents(atPath: path), self.path(SHA256.hex(of: bytes)) == path {
                return path
            }
            unlink(path)
        }
        return nil
    }

    /// Written aside and renamed into place, so that nobody ever loads half a library.
    @discardableResult
    func put(_ bytes: [UInt8], for file: String) throws -> String {
        let path = path(SHA256.hex(of: bytes))
        let aside = "\(folder)/.\(stem)-\(getpid()).part"
        guard FileManager.default.createFile(atPath: aside, contents: Data(bytes)), rename(aside, path) == 0 else {
            unlink(aside)
            throw PluginProblem(.unavailable, file, "the cache \(folder) cannot be written")
        }
        return path
    }
}
