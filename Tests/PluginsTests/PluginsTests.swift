import Foundation
import Testing

@testable import Plugins

/// A folder of its own for each test: sources, cache and permissions.
struct Workshop {
    var folder: String

    init() throws {
        folder = NSTemporaryDirectory() + "strata-plugins-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    /// The program beside the tests' own bundle: what a person would run.
    static var strata: String { Executable.folder + "/strata" }

    func write(_ name: String, _ text: String) throws -> String {
        let path = folder + "/" + name
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    /// Runs `strata` with a cache and permissions of its own.
    func strata(_ arguments: String..., seconds: Double = 120, environment: [String: String] = [:]) throws -> Child {
        try strata(arguments, seconds: seconds, environment: environment)
    }

    func strata(_ arguments: [String], seconds: Double = 120, environment: [String: String] = [:]) throws -> Child {
        let own = ["XDG_CACHE_HOME": folder + "/cache", "XDG_CONFIG_HOME": folder + "/config"]
        return try Child.run(Self.strata, arguments, seconds: seconds, environment: own.merging(environment) { $1 })
    }

    /// The library that the workshop's cache holds.
    func library() throws -> String {
        let cache = folder + "/cache/strata/plugins"
        let files = try FileManager.default.contentsOfDirectory(atPath: cache).filter { $0.hasSuffix(".so") }
        return cache + "/" + (try #require(files.first))
    }

    func remove() { try? FileManager.default.removeItem(atPath: folder) }
}

/// A layer that does nothing to its input; tests replace parts of it to make bad ones.
struct SourceOfPlugin {
    var name = "plain"
    var setup = ""
    var shape = "output = inputs[0]"
    var forward = "y[t] = x[t]"
    var backward = "dx[t] = dy[t]"
    var entry = "Registry.enter(Plain.self, $0)"
    /// Empty, and nothing is registered.
    var section = "@section(\"strata_plugins\") @used "

    var text: String {
        """
        import GraphIR
        import Layers
        import Foundation

        struct Plain: Layer, Arithmetic {
            static let signature = Signature(.layer, "\(name)", "Passes on what comes in.", example: "x -> \(name)")
            let output: TensorType
            init(_ arguments: Arguments, inputs: [TensorType]) throws(Complaint) {
                guard inputs[0].shape.rank == 2 else { throw Complaint(.input(0, axis: nil), "takes [channels, time]") }
                \(shape)
            }
            var backwardReads: BackwardReads { .inputs }
            func forward(_ pass: Pass) {
                \(setup)
                for sample in pass.samples {
                    for row in 0..<pass.output.rows {
                        let x = pass.input().row(row, of: sample)
                        let y = pass.output.row(row, of: sample)
                        for t in 0..<pass.output.width { \(forward) }
                    }
                }
            }
            func backward(_ pass: Pass) {
                guard let gradient = pass.inputGradient() else { return }
                for sample in pass.samples {
                    for row in 0..<pass.output.rows {
                        let dx = gradient.row(row, of: sample)
                        let dy = pass.outputGradient.row(row, of: sample)
                        for t in 0..<pass.output.width { \(backward) }
                    }
                }
            }
        }
        \(section)private let entry: PluginEntry = { \(entry) }
        """
    }
}
