import Foundation
import GraphIR

/// What took long to find out about a large file, kept in a cache folder so that it is found out once: where the rows
/// of a table begin, where the traces of a group stand. An index counts only for a file of the same size that has not
/// been touched since; without a folder to keep it in, everything works as well and takes longer.
public enum IndexCache {
    /// `STRATA_CACHE`, or `strata` in the user's cache folder; `nil` for somebody without a home, and where others may
    /// write: what they say about a file is not believed.
    public static var folder: String? {
        let own = ProcessInfo.processInfo.environment["STRATA_CACHE"] ?? ""
        let folder = own.isEmpty ? OwnFolder.path("XDG_CACHE_HOME", standard: ".cache") : own
        return folder.flatMap { OwnFolder.fault(of: $0) == nil ? $0 : nil }
    }

    /// From how many rows or links on an index is kept, and from what size of file on one is looked for.
    public static let smallestCount = 20_000
    public static let smallestFile = 1 << 20

    private static let magic = Array("STRATAI1".utf8)
    private static let headerWords = 4

    private static func path(of kind: String, for file: FileBytes) -> String? {
        guard let identity = file.identity, let folder else { return nil }
        let absolute = URL(fileURLWithPath: file.name).standardizedFileURL.path
        let key = "\(absolute)\n\(identity.modified)\n\(file.count)\n\(kind)"
        return "\(folder)/\(SHA256.hex(of: key.utf8).prefix(32)).index"
    }

    /// The words that were kept of a file, if they still count.
    public static func words(of kind: String, for file: FileBytes) -> IndexWords? {
        guard let path = path(of: kind, for: file), let identity = file.identity,
            let index = try? FileBytes(mapping: path), index.matches(magic, at: 0),
            let size: UInt64 = try? index.integer(8), size == UInt64(file.count),
            let modified: UInt64 = try? index.integer(16), modified == UInt64(bitPattern: Int64(identity.modified)),
            let count: UInt64 = try? index.integer(24), let count = Int(exactly: count),
            product(count, 8) == index.count - 8 * headerWords
        else { return nil }
        return IndexWords(.mapped(index, start: 8 * headerWords), count: count)
    }

    /// Keeps words of a file. That this may fail is no error: the index is only an aid.
    public static func keep(_ words: [UInt64], of kind: String, for file: FileBytes) {
        guard let path = path(of: kind, for: file), let identity = file.identity, let folder,
            (try? OwnFolder.make(folder)) != nil
        else { return }
        guard let out = try? OutputFile(path, overwrite: true) else { return }
        let header = [UInt64(file.count), UInt64(bitPattern: Int64(identity.modified)), UInt64(words.count)]
        guard (try? out.append(magic)) != nil, (try? out.append(raw: header)) != nil,
            (try? out.append(raw: words)) != nil
        else { return }
        try? out.finish()
    }
}

/// Words of an index, in memory or in its file.
public struct IndexWords: Sendable {
    public enum Place: Sendable {
        case memory([UInt64])
        case mapped(FileBytes, start: Int)
    }
    @usableFromInline let place: Place
    public let count: Int

    public init(_ place: Place, count: Int) {
        self.place = place
        self.count = count
    }
    public init(_ words: [UInt64]) { self.init(.memory(words), count: words.count) }

    @inlinable @inline(__always) public subscript(index: Int) -> UInt64 {
        switch place {
        case .memory(let words): words[index]
        case .mapped(let file, let start): (try? file.integer(start + 8 * index)) ?? 0
        }
    }
}
