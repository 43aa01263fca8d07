import Compiler
import Foundation
import GraphIR

/// The architecture files that a command's operands name.
enum ArchitectureFiles {
    /// Files as they are, folders with every `.arch` file below them, in order of their paths; and catalogue names. A
    /// folder without any is no answer to what was asked.
    static func below(_ operands: [String]) throws -> [String] {
        var paths: [String] = []
        for operand in operands {
            let found = try files(operand)
            guard !found.isEmpty else {
                throw Exit(
                    .badData, "there is no .arch file below '\(shown(operand))'",
                    help: "name a file, or a folder that has some")
            }
            paths += found.filter { !paths.contains($0) }
        }
        return paths
    }

    private static func files(_ operand: String) throws -> [String] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: operand, isDirectory: &isFolder) else {
            do {
                return [try OpenNetwork.path(of: operand)]
            } catch let error as any PlainError {
                throw Exit(.inputOutput, error.message, help: error.help)
            }
        }
        guard isFolder.boolValue else { return [operand] }
        guard let names = FileManager.default.enumerator(atPath: operand) else {
            throw Exit(.inputOutput, "the folder '\(operand)' cannot be read")
        }
        let folder = operand.hasSuffix("/") ? String(operand.dropLast()) : operand
        let found = names.compactMap { $0 as? String }
            .filter { name in name.hasSuffix(".arch") && !name.split(separator: "/").contains { $0.hasPrefix(".") } }
            .sorted().map { folder + "/" + $0 }
        // Nothing was looked at: that is no success.
        guard !found.isEmpty else {
            throw Exit(
                .inputOutput, "there is no .arch file in the folder '\(operand)'",
                help: "'strata new NAME' writes a first network")
        }
        return found
    }

    /// When each file was saved last, with the folders they lie in.
    static func modificationDates(_ operands: [String]) throws -> [String: Date] {
        var dates: [String: Date] = [:]
        // While an editor saves, a folder may be empty for a moment.
        for path in try operands.flatMap(files) {
            let folder = (path as NSString).deletingLastPathComponent
            let neighbours = (try? FileManager.default.contentsOfDirectory(atPath: folder.isEmpty ? "." : folder)) ?? []
            for name in [path]
                + neighbours.filter({ $0.hasSuffix(".arch") }).map({ folder.isEmpty ? $0 : folder + "/" + $0 })
            {
                dates[name] = try? FileManager.default.attributesOfItem(atPath: name)[.modificationDate] as? Date
            }
        }
        return dates
    }

    /// Applies the first fix of every finding, file by file, until none is left or nothing changes any more.
    static func fix(_ operands: [String], plugins files: [String]) throws {
        for path in try below(operands) {
            for _ in 0..<20 {
                let plugins = try PluginUse(files)
                let compilation = compile(
                    path: path, registry: plugins.registry, allowedPlugins: plugins.paths, read: OpenNetwork.read)
                guard let main = compilation.files.firstIndex(where: { $0.path == path }) else { break }
                let fixed = apply(fixes(of: compilation.diagnostics, in: main), to: compilation.files[main].text)
                if fixed == compilation.files[main].text { break }
                try write(fixed, to: path)
                Terminal.note("\(path): changed")
            }
        }
    }

    static func read(_ path: String) throws -> [UInt8] {
        do {
            return try OpenNetwork.read(path)
        } catch {
            throw Exit(.inputOutput, "'\(path)' cannot be read: \(error.localizedDescription)")
        }
    }

    /// How a file names another one: relative to its own folder.
    static func path(to target: String, from file: String) -> String {
        let goal = URL(fileURLWithPath: target).standardizedFileURL.pathComponents
        let start = URL(fileURLWithPath: file).standardizedFileURL.deletingLastPathComponent().pathComponents
        let shared = zip(goal, start).prefix { $0 == $1 }.count
        return (start.dropFirst(shared).map { _ in ".." } + goal.dropFirst(shared)).joined(separator: "/")
    }

    /// Puts a text in the place of a file's. The file stays the file that it was: a link is followed, mode and owner
    /// stay, and one that may not be written is not, whoever asks.
    static func write(_ text: [UInt8], to path: String) throws {
        let target = URL(fileURLWithPath: path).resolvingSymlinksInPath()
        let before = try? FileManager.default.attributesOfItem(atPath: target.path)
        let mode = (before?[.posixPermissions] as? NSNumber)?.uint16Value
        guard (mode ?? 0o200) & 0o222 != 0, before == nil || FileManager.default.isWritableFile(atPath: target.path)
        else {
            throw Exit(.inputOutput, "'\(path)' may not be written, and was left as it is")
        }
        do {
            let isOurs = (before?[.ownerAccountID] as? NSNumber)?.uint32Value == geteuid()
            let hasOtherNames = (before?[.referenceCount] as? NSNumber)?.intValue ?? 1 > 1
            guard before != nil, !isOurs || hasOtherNames else {
                try Data(text).write(to: target, options: .atomic)
                if let mode {
                    try FileManager.default.setAttributes(
                        [.posixPermissions: NSNumber(value: mode)], ofItemAtPath: target.path)
                }
                return
            }
            // A new file would be another one: what others own, or know by another name, is written where it is.
            try Data(text).write(to: target)
        } catch {
            throw Exit(.inputOutput, "'\(path)' cannot be written: \(error.localizedDescription)")
        }
    }
}
