import Foundation
import GraphIR
import Testing

@testable import Plugins

/// A run knows its plugins by their content, and goes on with no others.
@Suite struct RunPluginTests {
    static let architecture = """
        use plugin "plain.swift"

        network Uses {
            input waveform: [3, 256] at 100 Hz
            output p: [1, 256] = waveform -> plain -> conv(4, 5, activation: relu) -> conv(1, 5) -> sigmoid
            learn p from pick(P, shape: gaussian, width: 10 samples) loss binary_cross_entropy
            train { optimizer: adam(rate: 1e-2), batch: 4, epochs: 1 }
        }
        """

    private func train(_ workshop: Workshop, _ options: [String] = []) throws -> Child {
        try workshop.strata(
            ["train", workshop.folder + "/uses.arch", "--data", "synthetic:12", "--out", workshop.folder + "/run"]
                + options)
    }

    @Test func aRunRecordsItsPluginsAndRefusesOthers() throws {
        let workshop = try Workshop()
        defer { workshop.remove() }
        let plugin = try workshop.write("plain.swift", SourceOfPlugin().text)
        _ = try workshop.write("uses.arch", Self.architecture)
        // Allowed and beside it, but not used: no business of the run.
        _ = try workshop.write("other.swift", SourceOfPlugin(name: "other").text)
        _ = try workshop.strata("plugin", "allow", plugin)
        let first = try train(workshop, ["--plugin", workshop.folder + "/other.swift"])
        #expect(first.ending == .exited(0), "says: \(first.errors)")
        let record = try Data(contentsOf: URL(fileURLWithPath: workshop.folder + "/run/run.json"))
        let plugins = try #require(try JSON(parsing: [UInt8](record))["plugins"]?.array)
        #expect(plugins.count == 1)
        #expect(plugins.first?["sha256"]?.string == SHA256.hex(of: Data(SourceOfPlugin().text.utf8)))
        #expect(plugins.first?["brings"]?.array?.compactMap(\.string) == ["layer plain"])

        // The same file goes on, without being named again; so does its copy elsewhere.
        let run = workshop.folder + "/run"
        #expect(try train(workshop, ["--resume", "--epochs", "2"]).ending == .exited(0))
        #expect(try workshop.strata(["evaluate", run]).ending == .exited(0))
        let copy = try workshop.write("copy.swift", SourceOfPlugin().text)

        _ = try workshop.write(
            "plain.swift", SourceOfPlugin(forward: "y[t] = 2 * x[t]", backward: "dx[t] = 2 * dy[t]").text)
        let unallowed = try workshop.strata(["evaluate", run, "--overwrite"])
        #expect(unallowed.ending == .exited(1) && unallowed.errors.contains("has changed since"))
        _ = try workshop.strata("plugin", "allow", plugin)
        for refused in [
            try train(workshop, ["--resume", "--epochs", "3"]),
            try workshop.strata(["evaluate", run, "--overwrite", "--plugin", plugin]),
            try workshop.strata(["compare", run, "--out", workshop.folder + "/pair", "--plugin", plugin]),
        ] {
            #expect(refused.ending == .exited(1))
            for word in ["layer plain was", "and is", "help"] {
                #expect(refused.errors.contains(word), "says: \(refused.errors)")
            }
        }
        #expect(try workshop.strata(["evaluate", run, "--overwrite", "--plugin", copy]).ending == .exited(0))
    }

    /// A run's folder is data: that it names a plugin is no reason to run it.
    @Test func aRunsPluginMustBeAllowed() throws {
        let workshop = try Workshop()
        defer { workshop.remove() }
        let plugin = try workshop.write("plain.swift", SourceOfPlugin().text)
        _ = try workshop.write("uses.arch", Self.architecture)
        #expect(try train(workshop, ["--plugin", plugin]).ending == .exited(0))
        let refused = try workshop.strata(["evaluate", workshop.folder + "/run"])
        #expect(refused.ending == .exited(1) && refused.errors.contains("strata plugin allow"))
        #expect(try workshop.strata(["evaluate", workshop.folder + "/run", "--plugin", plugin]).ending == .exited(0))
    }
}
