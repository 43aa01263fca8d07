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
}
