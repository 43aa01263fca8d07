import Files
import Foundation
import Testing

@testable import Plugins

/// Files are data: no plugin runs because an architecture, a dataset or a checkpoint asks for it.
@Suite struct PermissionTests {
    static let architecture = """
        use plugin "plain.swift"

        network Uses {
            input x: [3, 64] at 100 Hz
            output y: [3, 64] = x -> plain
        }
        """

    @Test func aFileThatAsksIsAnErrorThatSaysHow() throws {
        let workshop = try Workshop()
        defer { workshop.remove() }
        let plugin = try workshop.write("plain.swift", SourceOfPlugin().text)
        let file = try workshop.write("uses.arch", Self.architecture)
        let refused = try workshop.strata("check", file)
        #expect(refused.ending == .exited(1))
        let said = String(decoding: refused.output, as: UTF8.self) + refused.errors
        #expect(said.contains("strata plugin allow"), "says: \(said)")

        #expect(try workshop.strata("plugin", "allow", plugin).ending == .exited(0))
        let allowed = try workshop.strata("check", file)
        #expect(allowed.ending == .exited(0), "says: \(allowed.errors)")

        // A change of the file asks again.
        _ = try workshop.write("plain.swift", SourceOfPlugin().text + "\n")
        #expect(try workshop.strata("check", file).ending == .exited(1))
    }

    @Test func theCommandLineAllowsForOnce() throws {
        let workshop = try Workshop()
        defer { workshop.remove() }
        let plugin = try workshop.write("plain.swift", SourceOfPlugin().text)
        let text = Self.architecture.replacingOccurrences(of: "use plugin \"plain.swift\"\n", with: "")
        let file = try workshop.write("uses.arch", text)
        #expect(try workshop.strata("check", file).ending == .exited(1))
        #expect(try workshop.strata("check", file, "--plugin", plugin).ending == .exited(0))
        #expect(try workshop.strata("check", file).ending == .exited(1))
    }

    @Test func aPluginsFolderBesideTheArchitecture() throws {
        let workshop = try Workshop()
        defer { workshop.remove() }
        try FileManager.default.createDirectory(atPath: workshop.folder + "/plugins", withIntermediateDirectories: true)
        let plugin = try workshop.write("plugins/plain.swift", SourceOfPlugin().text)
        let text = Self.architecture.replacingOccurrences(of: "use plugin \"plain.swift\"\n", with: "")
        let file = try workshop.write("uses.arch", text)
        #expect(try workshop.strata("check", file).ending == .exited(1))
        _ = try workshop.strata("plugin", "allow", plugin)
        #expect(try workshop.strata("check", file).ending == .exited(0))
    }

    /// What was hashed is what runs, even if the file is another one a moment later.
    @Test func whatWasAllowedIsWhatIsBuilt() throws {
        let workshop = try Workshop()
        defer { workshop.remove() }
        let file = try workshop.write("plain.swift", SourceOfPlugin().text)
        let permissions = Permissions(file: workshop.folder + "/config/strata/allowed-plugins")
        try permissions.allow(PluginSource(reading: file))
        let source = try permissions.require(file)
        _ = try workshop.write("plain.swift", "#error(\"swapped\")")
        let library = try PluginBuilder(cache: workshop.folder + "/cache").library(for: source)
        #expect(library.sha256 == source.sha256)
        // A library without a source is loaded from a copy of what was read, too.
        let lone = try workshop.write("lone.so", "what was read")
        let read = try PluginSource(reading: lone)
        _ = try workshop.write("lone.so", "what came later")
        let copy = try PluginBuilder(cache: workshop.folder + "/cache").library(for: read)
        #expect(copy.path != lone && FileManager.default.contents(atPath: copy.path) == Data("what was read".utf8))
    }

    @Test func aLineBreakInAPathAllowsNothingElse() throws {
        let workshop = try Workshop()
        defer { workshop.remove() }
        let wanted = String(repeating: "a", count: 64)
        let file = try workshop.write("x\n\(wanted) evil.swift", "harmless")
        let permissions = Permissions(file: workshop.folder + "/config/strata/allowed-plugins")
        #expect(throws: PluginProblem.self) { try permissions.allow(PluginSource(reading: file)) }
        #expect(try !permissions.allows(wanted))
        let child = try workshop.strata("plugin", "allow", file)
        #expect(child.ending == .exited(1) && child.errors.contains("control character"), "\(child.errors)")
    }

    /// Without a home there is no list: one in a folder that everybody has could be anybody's.
    @Test func noHomeNoList() throws {
        let none = OwnFolder.path("XDG_CONFIG_HOME", standard: ".config", environment: [:])
        #expect(none == nil)
        // A path that is not whole is another folder wherever one stands.
        #expect(OwnFolder.path("XDG_CONFIG_HOME", standard: ".config", environment: ["HOME": "home"]) == nil)
        let home = ["HOME": "/home/someone", "XDG_CONFIG_HOME": "here"]
        #expect(
            OwnFolder.path("XDG_CONFIG_HOME", standard: ".config", environment: home) == "/home/someone/.config/strata")
        let permissions = Permissions(file: nil)
        #expect(try permissions.entries().isEmpty)
        let workshop = try Workshop()
        defer { workshop.remove() }
        let source = try PluginSource(reading: try workshop.write("plain.swift", "harmless"))
        #expect(throws: PluginProblem.self) { try permissions.allow(source) }
        #expect(throws: PluginProblem.self) { try PluginBuilder(cache: nil).library(for: source) }
    }

    /// A list or a cache that others can write to is not believed.
    @Test func whatOthersCanWriteIsNotBelieved() throws {
        let workshop = try Workshop()
        defer { workshop.remove() }
        let source = try PluginSource(reading: try workshop.write("plain.swift", SourceOfPlugin().text))
        let folder = workshop.folder + "/config/strata"
        let permissions = Permissions(file: folder + "/allowed-plugins")
        try permissions.allow(source)
        for path in [folder, folder + "/allowed-plugins"] {
            #expect(try permissions.allows(source.sha256))
            chmod(path, 0o777)
            #expect(throws: PluginProblem.self) { try permissions.allows(source.sha256) }
            chmod(path, 0o700)
        }
        let cache = workshop.folder + "/shared"
        try FileManager.default.createDirectory(atPath: cache, withIntermediateDirectories: true)
        chmod(cache, 0o777)
        #expect(throws: PluginProblem.self) { try PluginBuilder(cache: cache).library(for: source) }
        if getuid() == 0 {
            chmod(folder, 0o700)
            chown(folder, 12345, 12345)
            #expect(throws: PluginProblem.self) { try permissions.allows(source.sha256) }
        }
    }

    /// A library that was damaged in the cache is made again, and so is one whose making was killed.
    @Test func aDamagedLibraryIsBuiltAgain() throws {
        let workshop = try Workshop()
        defer { workshop.remove() }
        let file = try workshop.write("seven.c", "int seven(void) { return 7; }")
        #expect(try workshop.strata("plugin", "build", file).ending == .exited(0))
        let library = try workshop.library()
        let whole = try #require(FileManager.default.contents(atPath: library))
        for damage in [Data(), whole.prefix(whole.count / 2), Data("no library".utf8)] {
            try damage.write(to: URL(fileURLWithPath: library))
            let child = try workshop.strata("plugin", "build", file)
            #expect(child.ending == .exited(0), "\(child.errors)")
            #expect(String(decoding: child.output, as: UTF8.self).hasPrefix("built"))
            #expect(ELF.isLibrary(try workshop.library()))
        }
        let cache = (library as NSString).deletingLastPathComponent
        let stem = ((library as NSString).lastPathComponent as NSString).deletingPathExtension
        let work = cache + "/." + stem.split(separator: "-").dropLast().joined(separator: "-") + ".work"
        try FileManager.default.createDirectory(atPath: work + "/source", withIntermediateDirectories: true)
        try FileManager.default.removeItem(atPath: library)
        #expect(try workshop.strata("plugin", "build", file).ending == .exited(0))
        let left = try FileManager.default.contentsOfDirectory(atPath: cache)
        #expect(left.allSatisfy { !$0.hasSuffix(".work") && !$0.hasSuffix(".part") }, "\(left)")
    }
}

extension ELF {
    /// Whether a whole library lies there.
    fileprivate static func isLibrary(_ path: String) -> Bool {
        FileManager.default.contents(atPath: path).map { (try? ELF([UInt8]($0))) != nil } ?? false
    }
}
