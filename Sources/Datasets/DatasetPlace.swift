import Foundation

/// What stands for a dataset on a command line is a path, or a prefix with a path in it, or no path at all.
public enum DatasetPlace {
    /// Before a request for data that are made.
    public static let made = "synthetic:"
    /// Before the path of recordings, which may go on with how they are cut.
    public static let recordings = "waveforms:"

    /// The path in it, without what stands before and behind.
    package static func path(of text: String) -> String {
        guard text.hasPrefix(recordings) else { return text }
        return String(text.dropFirst(recordings.count).prefix { $0 != "," })
    }

    /// The same dataset from wherever it is opened.
    public static func absolute(_ text: String, in folder: String? = nil) -> String {
        if text.hasPrefix(made) { return text }
        let prefix = text.hasPrefix(recordings) ? recordings : ""
        let rest = text.dropFirst(prefix.count)
        let path = prefix.isEmpty ? rest : rest.prefix { $0 != "," }
        let base = folder.map { URL(fileURLWithPath: $0, isDirectory: true) }
        let whole = URL(fileURLWithPath: String(path), relativeTo: base).standardizedFileURL.path
        return prefix + whole + rest.dropFirst(path.count)
    }
}
