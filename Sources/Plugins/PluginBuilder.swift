import Files
import Foundation
import GraphIR

/// Turns a plugin's source into a library for this very build of Strata, and remembers it by content: the same source
/// is compiled once.
///
/// A library's name says what it was made from and what is in it: one that does not hold what its name says was
/// damaged, and is made again.
public struct PluginBuilder {
    /// `nil` for somebody without a home.
    public var cache: String?
    /// Told what takes a moment.
    public var note: @Sendable (String) -> Void

    public init(
        cache: String? = PluginBuilder.standardCache, note: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        (self.cache, self.note) = (cache, note)
    }

    /// `$XDG_CACHE_HOME/strata/plugins`, or `~/.cache/strata/plugins`.
    public static var standardCache: String? {
        OwnFolder.path("XDG_CACHE_HOME", standard: ".cache").map { $0 + "/plugins" }
    }

    /// A library ready to be probed and loaded.
    public struct Library: Sendable, Equatable {
        /// What the user named.
        public var source: String
        /// What `dlopen` gets.
        public var path: String
        /// Of the source, or of the library itself where there is no source: what a run records.
        public var sha256: String
        public var isFresh: Bool
    }

    public func library(for file: String) throws -> Library { try library(for: PluginSource(reading: file)) }

    /// A `.swift` or `.c` file is compiled unless it was before; a `.so` is taken as it is. Either way what is loaded
    /// is in the cache, made of the bytes that the source holds.
    public func library(for source: PluginSource) throws -> Library {
        switch (source.path as NSString).pathExtension {
        case "swift": return try build(source, with: swiftArguments)
        case "c": return try build(source, with: cArguments)
        case "so":
            let cache = try ownCache(for: source.path)
            let name = Cached(cache, name: moduleName(of: source.path), key: "library")
            if name.find(sha256: source.sha256) == nil { try name.put(source.bytes, for: source.path) }
            return Library(
                source: source.path, path: name.path(source.sha256), sha256: source.sha256, isFresh: false)
        default:
            throw PluginProblem(
                .doesNotFit, source.path, "a plugin is a .swift file, a .c file or a library (.so)",
                help: "strata plugin new NAME writes an example")
        }
    }

    /// The cache, made if need be; only a folder of the user's own will do.
    func ownCache(for file: String) throws -> String {
        guard let cache else {
            throw PluginProblem(
                .unavailable, file, "there is no home folder to build plugins in", help: "set HOME or XDG_CACHE_HOME")
        }
        do throws(OwnFolderError) {
            try OwnFolder.make(cache)
        } catch {
            throw PluginProblem(.unavailable, file, error.reason, help: error.help)
        }
        return cache
    }

    private typealias Recipe = (_ file: String, _ source: String, _ module: String, _ folder: String) throws -> (
        String, [String]
    )

    private func build(_ source: PluginSource, with recipe: Recipe) throws -> Library {
        guard let stamp = Stamp.own else {
            throw PluginProblem(
                .unavailable, source.path, "this program has no build id, so nothing can be built to fit it",
                help: "build Strata with swift build, which gives it one")
        }
        let cache = try ownCache(for: source.path)
        let name = moduleName(of: source.path)
        var key = SHA256()
        key.update("\(source.sha256) \(stamp.words) \(Self.flags + Self.words) \(processor)".utf8)
        let cached = Cached(cache, name: name, key: String(key.hex.prefix(20)))
        func library(_ path: String, isFresh: Bool) -> Library {
            Library(source: source.path, path: path, sha256: source.sha256, isFresh: isFresh)
        }
        if !cached.hasWork, let path = cached.find() { return library(path, isFresh: false) }
        // Whoever builds the same at this moment is waited for; whoever was killed while building has left its work.
        let waits = { note("waiting for another process that builds \(source.path)") }
        guard let lock = FileLock(cached.lockPath, waits: waits) else {
            throw PluginProblem(.unavailable, source.path, "the cache \(cache) cannot be written")
        }
        defer { withExtendedLifetime(lock) {} }
        cached.clearWork()
        if let path = cached.find() { return library(path, isFresh: false) }
        let work = cached.workPath
        try FileManager.default.createDirectory(atPath: work, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: work) }
        let copy = try self.copy(of: source, in: work + "/source")
        let (compiler, arguments) = try recipe(source.path, copy, name, work)
        note("building \(source.path) with \((compiler as NSString).lastPathComponent)")
        let child = try Child.run(compiler, arguments + ["-o", work + "/plugin.so"], seconds: 300)
        guard child.ending == .exited(0), let built = FileManager.default.contents(atPath: work + "/plugin.so") else {
            throw PluginProblem(
                .doesNotCompile, source.path,
                "it does not compile\n"
                    + child.errors.replacingOccurrences(of: copy, with: absolute(source.path)).trimmed,
                help: Self.olderForm(child.errors))
        }
        return library(try cached.put([UInt8](built), for: source.path), isFresh: true)
    }

    /// A layer as it was written for plugin interface 1, before its arithmetic had a name.
    private static func olderForm(_ errors: String) -> String {
        guard errors.contains("does not conform to protocol 'Layer'"), errors.contains("'arithmetic'") else {
            return ""
        }
        return "written for an older Strata? A layer that computes by itself now says 'struct NAME: Layer, Arithmetic'"
    }

    /// The very bytes that were hashed, alone in a folder: what the compiler reads cannot change in between, and
    /// nothing lies beside it that could be included without being hashed.
    private func copy(of source: PluginSource, in folder: String) throws -> String {
        let path = folder + "/" + (source.path as NSString).lastPathComponent
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        guard FileManager.default.createFile(atPath: path, contents: Data(source.bytes)) else {
            throw PluginProblem(.unavailable, source.path, "the cache cannot be written")
        }
        return path
    }

    // MARK: - Compilers

    private static let flags = ["-O"]
    /// What a built-in plugin sees without importing it, being in the same module, every plugin sees: so a copy of one
    /// is a plugin, and a plugin that is put beside the built-in ones imports nothing twice.
    private static let words = ["GraphIR", "Kernels", "Layers", "Datasets", "Seismic", "Images", "Runner"].flatMap {
        ["-Xfrontend", "-import-module", "-Xfrontend", $0]
    }

    private func swiftArguments(
        _ file: String, _ source: String, _ module: String, _ folder: String
    ) throws -> (String, [String]) {
        guard let compiler = findProgram(ProcessInfo.processInfo.environment["STRATA_SWIFTC"] ?? "swiftc") else {
            throw PluginProblem(
                .unavailable, file, "there is no Swift compiler here to build it with",
                help: "put swiftc on the PATH, or name it in STRATA_SWIFTC")
        }
        let modules = try modulesFolder(for: file)
        let door = folder + "/Door.swift"
        try doorSource().write(toFile: door, atomically: false, encoding: .utf8)
        return (
            compiler,
            Self.flags + Self.words + [
                "-emit-library", "-parse-as-library", "-swift-version", "6", "-module-name", module,
                "-enable-experimental-feature", "Extern", "-I", modules, "-Xcc", "-march=native",
                // Its own section's ends are its own, although the host exports the same two names.
                "-Xlinker", "-Bsymbolic", source, door,
            ]
        )
    }

    private func cArguments(_ file: String, _ source: String, _ module: String, _ folder: String) throws -> (
        String, [String]
    ) {
        guard let compiler = ["cc", "clang", "gcc"].lazy.compactMap(findProgram).first else {
            throw PluginProblem(
                .unavailable, file, "there is no C compiler here to build it with", help: "put cc on the PATH")
        }
        let header = folder + "/strata_layer.h"
        try CDoor.header.write(toFile: header, atomically: false, encoding: .utf8)
        return (compiler, ["-O2", "-shared", "-fPIC", "-std=c11", "-I", folder, source, "-lm"])
    }

    /// What the processor can do: a library built for one machine is not taken for another's.
    private var processor: String {
        let lines = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8))?.split(separator: "\n") ?? []
        return lines.first { $0.hasPrefix("flags") || $0.hasPrefix("Features") }.map(String.init) ?? ""
    }

    /// The folder with the modules of this build: beside the program, or where `STRATA_MODULES` says.
    private func modulesFolder(for file: String) throws -> String {
        let candidates = [ProcessInfo.processInfo.environment["STRATA_MODULES"], Executable.folder + "/Modules"]
        for folder in candidates.compactMap({ $0 })
        where FileManager.default.fileExists(atPath: folder + "/GraphIR.swiftmodule") { return folder }
        throw PluginProblem(
            .unavailable, file, "the modules of this build of Strata are not beside the program",
            help: "run strata from its build folder, or name the folder with GraphIR.swiftmodule in STRATA_MODULES")
    }

    /// The second file of every plugin: its stamp, and the door through which its entries are found.
    private func doorSource() -> String {
        let words = (Stamp.own?.words ?? []).map { "0x" + String($0, radix: 16) }
        return """
            @section("\(Stamp.section)") @used
            private let stamp: (UInt64, UInt64, UInt64, UInt64) = (\(words.joined(separator: ", ")))

            @_extern(c, "__start_strata_plugins") private func firstPluginEntry()
            @_extern(c, "__stop_strata_plugins") private func endOfPluginEntries()

            @_cdecl("\(PluginHost.doorName)")
            public func door(_ bounds: UnsafeMutablePointer<UnsafeRawPointer?>) {
                bounds[0] = unsafeBitCast(firstPluginEntry as @convention(c) () -> Void, to: UnsafeRawPointer.self)
                bounds[1] = unsafeBitCast(endOfPluginEntries as @convention(c) () -> Void, to: UnsafeRawPointer.self)
            }
            """
    }

    private func moduleName(of file: String) -> String {
        let stem = ((file as NSString).lastPathComponent as NSString).deletingPathExtension
        let letters = stem.unicodeScalars.map { scalar in
            scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)) ? Character(scalar) : "_"
        }
        return "Plugin_" + String(letters)
    }
}

func absolute(_ path: String) -> String { URL(fileURLWithPath: path).standardizedFileURL.path }

extension String {
    var trimmed: String { trimmingCharacters(in: .whitespacesAndNewlines) }
}
