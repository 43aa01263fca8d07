import Foundation
import GraphIR

/// The networks that can be named on a command line: every `.arch` file below a few folders.
///
/// A file's catalogue name is its path within its folder without the ending: `eqt/gru`. The file that bears its
/// family's name can be called by the family alone (`eqt` is `eqt/eqt`), and a name that only one family has needs no
/// family (`phasenet`). Earlier folders win over later ones.
public struct Catalogue: Sendable {
    /// A folder that is searched.
    public struct Folder: Hashable, Sendable {
        public var path: String
        /// Why it is searched, for whoever wonders: `STRATA_PATH`, `above the executable`.
        public var reason: String
        public init(path: String, reason: String) {
            self.path = path
            self.reason = reason
        }
    }

    /// One file of the catalogue.
    public struct Entry: Hashable, Sendable {
        /// `eqt/gru`
        public var name: String
        /// Where the file is.
        public var path: String
        /// `eqt`; empty for a file that lies directly in its folder.
        public var family: String { name.split(separator: "/").dropLast().joined(separator: "/") }
        public init(name: String, path: String) {
            self.name = name
            self.path = path
        }
    }

    public let folders: [Folder]
    /// Sorted by name; of two files with one name, that of the earlier folder.
    public let entries: [Entry]

    /// Lists the files of these folders; folders that cannot be read have none.
    public init(folders: [Folder]) {
        self.folders = folders
        var entries: [Entry] = []
        for folder in folders {
            for entry in Catalogue.files(in: folder.path) where !entries.contains(where: { $0.name == entry.name }) {
                entries.append(entry)
            }
        }
        self.entries = entries.sorted { $0.name < $1.name }
    }

    /// The catalogue that a command sees: the folders it was given, those of `STRATA_PATH`, and `architectures`, which
    /// is looked for in and above the working directory and above the executable.
    public init(paths: [String] = []) {
        let environment = ProcessInfo.processInfo.environment
        var folders = paths.map { Folder(path: $0, reason: "given by --path") }
        folders += (environment["STRATA_PATH"] ?? "").split(separator: ":").map {
            Folder(path: String($0), reason: "named by STRATA_PATH")
        }
        let here = FileManager.default.currentDirectoryPath
        let executable = Bundle.main.executableURL?.resolvingSymlinksInPath().deletingLastPathComponent().path
        for (start, reason) in [(here, "in or above the working directory"), (executable, "above the executable")] {
            guard let start, let found = Catalogue.architectures(above: start).map({ Catalogue.short($0, from: here) })
            else { continue }
            if !folders.contains(where: { $0.path == found }) { folders.append(Folder(path: found, reason: reason)) }
        }
        self.init(folders: folders)
    }

    /// The nearest `architectures` in a folder or above it, or `share/strata/architectures` where things are installed.
    static func architectures(above start: String) -> String? {
        var folder = URL(fileURLWithPath: start).standardizedFileURL
        while true {
            for name in ["architectures", "share/strata/architectures"] {
                let candidate = folder.appendingPathComponent(name).path
                if isFolder(candidate) { return candidate }
            }
            let above = folder.deletingLastPathComponent().standardizedFileURL
            if above.path == folder.path { return nil }
            folder = above
        }
    }

    /// A path within the working directory without that directory.
    private static func short(_ path: String, from here: String) -> String {
        path.hasPrefix(here + "/") ? String(path.dropFirst(here.count + 1)) : path
    }

    private static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }

    /// The `.arch` files below a folder; hidden ones are left out.
    private static func files(in folder: String) -> [Entry] {
        guard let paths = FileManager.default.enumerator(atPath: folder) else { return [] }
        return paths.compactMap { $0 as? String }
            .filter { path in
                path.hasSuffix(".arch") && !path.split(separator: "/").contains { $0.hasPrefix(".") }
            }
            .sorted()
            .map { Entry(name: String($0.dropLast(".arch".count)), path: folder + "/" + $0) }
    }
}

// MARK: - Finding

extension Catalogue {
    /// Why a network was not found, and what to do.
    public struct NotFound: PlainError, Hashable, Sendable {
        public var status: ExitStatus { isMissingFile ? .inputOutput : .usage }
        public var message: String
        public var help: String?
        /// A path was meant, and no file is there.
        public var isMissingFile = false
    }

    /// The file that somebody means by a path or a catalogue name.
    public func path(of name: String) throws(NotFound) -> String {
        if FileManager.default.fileExists(atPath: name), !Catalogue.isFolder(name) { return name }
        if name.hasSuffix(".arch") {
            let near = nearestName(to: name, among: entries.map(\.path)).map { "did you mean '\($0)'?" }
            throw NotFound(message: "there is no file '\(name)'", help: near, isMissingFile: true)
        }
        do {
            return try entry(name).path
        } catch {
            // What the catalogue has comes first, so that a file beside never takes a published network's name.
            let beside = name + ".arch"
            if FileManager.default.fileExists(atPath: beside), !Catalogue.isFolder(beside) { return beside }
            throw error
        }
    }

    /// The entry that a catalogue name means, whether written in capitals or not.
    public func entry(_ name: String) throws(NotFound) -> Entry {
        let wanted = name.lowercased().split(separator: "/").joined(separator: "/")
        let last = wanted.split(separator: "/").last.map(String.init) ?? wanted
        if let entry = entries.first(where: { $0.name.lowercased() == wanted }) { return entry }
        if let entry = entries.first(where: { $0.name.lowercased() == wanted + "/" + last }) { return entry }
        let others = entries.filter { $0.name.lowercased().hasSuffix("/" + wanted) }
        switch others.count {
        case 1: return others[0]
        case 0: throw NotFound(message: "there is no network '\(name)'", help: hint(for: wanted))
        default:
            throw NotFound(
                message: "'\(name)' is the name of \(others.count) networks",
                help: "say which: " + others.map(\.name).joined(separator: ", "))
        }
    }

    /// The folders it has, with the reasons, or why it has none.
    public var whereItLooked: String {
        if folders.isEmpty {
            return "no folder 'architectures' lies in or above the working directory or above the executable; "
                + "name one in STRATA_PATH, or give the path of an .arch file"
        }
        return "looked in " + folders.map { "\($0.path) (\($0.reason))" }.joined(separator: ", ")
    }

    private func hint(for name: String) -> String {
        if folders.isEmpty { return whereItLooked }
        let names = entries.map { $0.name.lowercased() }
        let bare = entries.map { $0.name.split(separator: "/").last.map { $0.lowercased() } ?? "" }
        if let near = nearestName(to: name, among: names) { return "did you mean '\(near)'?" }
        if let near = nearestName(to: name, among: bare), let index = bare.firstIndex(of: near) {
            return "did you mean '\(names[index])'?"
        }
        return "'strata zoo' lists what there is; \(whereItLooked)"
    }
}

/// The file that a path or a catalogue name (`eqt`, `eqt/gru`) means; `paths` are searched before `STRATA_PATH` and the
/// networks that come with Strata.
public func resolveNetwork(name: String, paths: [String] = []) throws(Catalogue.NotFound) -> String {
    try Catalogue(paths: paths).path(of: name)
}
