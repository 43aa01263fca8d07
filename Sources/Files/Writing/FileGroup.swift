import Foundation

/// Files of one folder that belong together: a table and its waveforms, predictions and what was measured on them.
///
/// They are written whole under other names and then moved into their places. Moving several is not one step for any
/// system, so a mark in the folder says while it happens that they do not belong together: whoever finds it behind a
/// process that was killed takes them for not there, and whoever writes next makes them anew.
public struct FileGroup: Sendable {
    public let folder: String
    public init(_ folder: String) { self.folder = folder }

    private var mark: String { folder + "/.unfinished" }

    /// Whether files of the folder were being put into their places, and perhaps never got there.
    public var isUnfinished: Bool { access(mark, F_OK) == 0 }

    /// Removes what a killed process put half into its place. The files' old contents are gone either way.
    public func clear() throws(DataError) {
        guard isUnfinished else { return }
        let names = String(decoding: FileManager.default.contents(atPath: mark) ?? Data(), as: UTF8.self)
        // The mark may be anybody's: it reaches no further than its own folder.
        for name in names.split(separator: "\n") where !name.contains("/") && name != "." && name != ".." {
            for path in ["\(folder)/\(name)", Aside.path(of: "\(folder)/\(name)")] where access(path, F_OK) == 0 {
                guard unlink(path) == 0 else { throw FileBytes.failure(path, "a file that can be replaced") }
            }
        }
        guard unlink(mark) == 0 else { throw FileBytes.failure(mark, "a file that can be removed") }
    }

    /// Completes files that were written and puts all of them into their places.
    public func finish(_ files: [OutputFile]) throws(DataError) {
        for file in files { try file.complete() }
        if files.count > 1 {
            let names = files.map { ($0.path as NSString).lastPathComponent }.joined(separator: "\n") + "\n"
            let mark = try OutputFile(mark, overwrite: true)
            try mark.append(names.utf8)
            try mark.finish()
        }
        for file in files { try file.move() }
        if files.count > 1, unlink(mark) != 0 { throw FileBytes.failure(mark, "a file that can be removed") }
    }

    /// Writes files of which the contents are known; what stands there already is replaced.
    public func write(_ contents: [(name: String, bytes: [UInt8])]) throws(DataError) {
        try clear()
        var files: [OutputFile] = []
        for (name, bytes) in contents {
            let file = try OutputFile("\(folder)/\(name)", overwrite: true)
            try file.append(bytes)
            files.append(file)
        }
        try finish(files)
    }
}
