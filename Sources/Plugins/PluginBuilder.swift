import Foundation
import GraphIR

/// Turns a plugin's source into a library for this very build of Strata, and remembers it by content: the same source
/// is compiled once.
public struct PluginBuilder {
    public var cache: String

    public init(cache: String = PluginBuilder.standardCache) { self.cache = cache }

    /// `$XDG_CACHE_HOME/strata/plugins`, or `~/.cache/strata/plugins`.
    public static var standardCache: String {
        let environment = ProcessInfo.processInfo.environment
        let base = environment["XDG_CACHE_HOME"] ?? (environment["HOME"] ?? NSTemporaryDirectory()) + "/.cache"
        return base + "/strata/plugins"
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

    /// A `.swift` or `.c` file is compiled unless it was before; a `.so` is taken as it is.
    public func library(for file: String) throws -> Library {
        guard let data = FileManager.default.contents(atPath: file) else {
            throw PluginProblem(.unavailable, file, "it cannot be read", help: "check the path")
        }
        let source = [UInt8](data)
        let digest = SHA256.hex(of: source)
        switch (file as NSString).pathExtension {
        case "swift": return try build(file, source, digest, with: swiftArguments)
        case "c": return try build(file, source, digest, with: cArguments)
        case "so": return Library(source: file, path: absolute(file), sha256: digest, isFresh: false)
        default:
            throw PluginProblem(
                .doesNotFit, file, "a plugin is a .swift file, a .c file or a library (.so)",
                help: "strata plugin new NAME writes an example")
        }
    }

    private typealias Recipe = (_ file: String, _ source: String, _ module: String, _ folder: String) throws -> (
        String, [String]
    )

    private func build(_ file: String, _ source: [UInt8], _ digest: String, with recipe: Recipe) throws -> Library {
        guard let stamp = Stamp.own else {
            throw PluginProblem(
                .unavailable, file, "this program has no build id, so nothing can be built to fit it",
                help: "build Strata with swift build, which gives it one")
        }
        let name = moduleName(of: file)
        var key = SHA256()
        key.update("\(digest) \(stamp.words) \(Self.flags) \(processor)".utf8)
        let target = "\(cache)/\(name)-\(key.hex.prefix(20)).so"
        let isKnown = FileManager.default.fileExists(atPath: target)
        if !isKnown {
            try FileManager.default.createDirectory(atPath: cache, withIntermediateDirectories: true)
            let work = "\(cache)/.\(name)-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
            try FileManager.default.createDirectory(atPath: work, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(atPath: work) }
            let copy = try self.copy(of: file, source, in: work + "/source")
            let (compiler, arguments) = try recipe(file, copy, name, work)
            let child = try Child.run(compiler, arguments + ["-o", work + "/plugin.so"], seconds: 300)
            guard child.ending == .exited(0) else {
                throw PluginProblem(
                    .doesNotCompile, file,
                    "it does not compile\n"
                        + child.errors.replacingOccurrences(of: copy, with: absolute(file)).trimmed,
                    help: Self.olderForm(child.errors))
            }
            // Renamed into place, so that nobody ever loads half a library.
            guard rename(work + "/plugin.so", target) == 0 else {
                throw PluginProblem(.unavailable, file, "the cache \(cache) cannot be written")
            }
        }
        return Library(source: file, path: target, sha256: digest, isFresh: !isKnown)
    }

    /// A layer as it was written for plugin interface 1, before its arithmetic had a name.
    private static func olderForm(_ errors: String) -> String {
        guard errors.contains("does not conform to protocol 'Layer'"), errors.contains("'arithmetic'") else { return "" }
        return "written for an older Strata? A layer that computes by itself now says 'struct NAME: Layer, Arithmetic'"
    }

    /// The very bytes that were hashed, alone in a folder: what the compiler reads cannot change in between, and
    /// nothing lies beside it that could be included without being hashed.
    private func copy(of file: String, _ source: [UInt8], in folder: String) throws -> String {
        let path = folder + "/" + (file as NSString).lastPathComponent
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        guard FileManager.default.createFile(atPath: path, contents: Data(source)) else {
            throw PluginProblem(.unavailable, file, "the cache \(cache) cannot be written")
        }
        return path
    }

    // MARK: - Compilers

    private static let flags = ["-O"]

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
            Self.flags + [
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
