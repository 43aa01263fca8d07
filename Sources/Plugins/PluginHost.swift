import Foundation
import GraphIR

/// Brings strangers' plugins into a registry: checks that they fit before any of their code runs, tries new ones in a
/// child process first, and never lets one replace a name that is taken.
public struct PluginHost {
    /// The function of a Swift plugin that tells where its entries are.
    static let doorName = "strata_plugin_door"

    public var builder: PluginBuilder
    public var permissions: Permissions
    /// Told what takes a moment: building, trying.
    public var note: (String) -> Void

    public init(
        builder: PluginBuilder = PluginBuilder(), permissions: Permissions = Permissions(),
        note: @escaping (String) -> Void = { _ in }
    ) {
        self.builder = builder
        self.permissions = permissions
        self.note = note
    }

    /// What a run records of a plugin.
    public struct Loaded: Sendable, Equatable {
        public var path: String
        public var sha256: String
        public var plugins: [String]
    }

    /// Builds (or finds) a plugin's library, tries it if it is new, loads it and adds what it brings to the registry.
    public func load(_ file: String, into registry: inout Registry) throws -> Loaded {
        try load(PluginSource(reading: file), into: &registry)
    }

    /// The same for a file that was read already.
    public func load(_ source: PluginSource, into registry: inout Registry) throws -> Loaded {
        let library = try builder.library(for: source)
        if library.isFresh { note("built \(source.path)") }
        try check(library)
        try PluginProbe(host: self).requirePassed(library)
        return try open(library, into: &registry)
    }

    /// Loads without trying: for the child process that tries it.
    func open(_ library: PluginBuilder.Library, into registry: inout Registry) throws -> Loaded {
        // Never closed again: types of the plugin stay known to the runtime for good.
        guard let handle = dlopen(library.path, RTLD_NOW | RTLD_LOCAL) else {
            let reason = dlerror().map { String(cString: $0) } ?? "the system does not say why"
            throw PluginProblem(
                .doesNotFit, library.source, "it cannot be loaded: \(reason)", help: Self.rebuild(library.source))
        }
        var plugins: [any Plugin.Type] = []
        if let door = dlsym(handle, Self.doorName) {
            var bounds: [UnsafeRawPointer?] = [nil, nil]
            unsafeBitCast(door, to: (@convention(c) (UnsafeMutablePointer<UnsafeRawPointer?>) -> Void).self)(&bounds)
            // Without a section of its own the names lead to the program's.
            if let start = bounds[0], let end = bounds[1], start <= end, start != Registry.section.lowerBound {
                plugins = Registry.gather(from: start..<end)
            }
        } else if let fill = dlsym(handle, CDoor.functionName) {
            plugins = [try CDoor.layer(filledBy: fill, from: library.source)]
        } else {
            throw Self.noDoor(library.source)
        }
        guard !plugins.isEmpty else {
            throw PluginProblem(
                .doesNotFit, library.source,
                "it registers nothing; a plugin's file ends in a line "
                    + "@section(\"strata_plugins\") @used private let entry: PluginEntry = { Registry.enter(…, $0) }")
        }
        for plugin in plugins {
            do throws(Registry.NameTaken) {
                try registry.add(plugin, from: library.source, sha256: library.sha256)
            } catch {
                throw PluginProblem(
                    .nameTaken, library.source,
                    "there is already a \(error.kind.rawValue) named '\(error.name)' (\(error.origins[0]))",
                    help: "give it another name; a plugin cannot replace one that exists")
            }
        }
        let names = plugins.map { "\($0.signature.kind.rawValue) \($0.signature.name)" }
        return Loaded(path: library.source, sha256: library.sha256, plugins: names)
    }

    /// Refuses, without running any of it, a library that was not made for this build.
    public func check(_ library: PluginBuilder.Library) throws {
        guard let data = FileManager.default.contents(atPath: library.path) else {
            throw PluginProblem(.unavailable, library.source, "its library \(library.path) cannot be read")
        }
        let elf: ELF
        do throws(ELF.Unreadable) {
            elf = try ELF([UInt8](data))
        } catch {
            throw PluginProblem(.doesNotFit, library.source, error.reason, help: Self.rebuild(library.source))
        }
        guard let section = elf.section(Stamp.section) else {
            // A library in C has no stamp: its table says its version, and only plain numbers cross.
            if elf.defines(CDoor.functionName) { return }
            throw Self.noDoor(library.source)
        }
        guard let stamp = Stamp(section: section) else {
            throw PluginProblem(.doesNotFit, library.source, "its stamp is damaged", help: Self.rebuild(library.source))
        }
        guard stamp.interface == Stamp.interface else {
            throw PluginProblem(
                .doesNotFit, library.source,
                "it was built for plugin interface \(stamp.interface); this Strata has interface \(Stamp.interface)",
                help: Self.rebuild(library.source))
        }
        guard stamp == Stamp.own else {
            throw PluginProblem(
                .doesNotFit, library.source, "it was built for another build of Strata",
                help: Self.rebuild(library.source))
        }
    }

    private static func noDoor(_ path: String) -> PluginProblem {
        PluginProblem(
            .doesNotFit, path, "it is a library, but not a plugin of Strata: it has neither door",
            help: "build it from its source with: strata plugin build FILE.swift")
    }
    private static func rebuild(_ path: String) -> String {
        path.hasSuffix(".so")
            ? "build it again from its source: strata plugin build FILE.swift" : "strata plugin build \(path)"
    }
}
