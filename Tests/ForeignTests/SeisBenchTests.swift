import Compiler
import Foundation
import GraphIR
import Interpreter
import Testing

@testable import Foreign

/// The maps that ship beside networks: every array of SeisBench's state finds a place, each place once.
@Suite struct SeisBenchTests {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path
    static let forms = [
        "eqt/seisbench", "eqt/seisbench_original", "eqt/seisbench_conservative", "picker/phasenet", "picker/gpd",
    ]

    /// `Fixtures/seisbench.json` has the names and shapes of SeisBench's own networks, as `make_seisbench.py` listed
    /// them.
    @Test(arguments: forms) func everyArrayFindsItsPlace(network: String) throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Fixtures/seisbench.json"
        let json = try JSON(parsing: Array(try Data(contentsOf: URL(fileURLWithPath: file))))
        let listed = try #require(json[network]?.members)
        let arrays = listed.enumerated().map { index, member in
            let shape = (member.value.array ?? []).compactMap(\.int)
            let count = shape.reduce(1, *)
            return ForeignArray(
                name: member.key, shape: shape, type: "float32",
                values: (0..<count).map { Float(index) + Float($0) / Float(count) })
        }
        let source = ForeignModel.Source(
            path: "made.pt", sha256: "", format: .torch, framework: "PyTorch", name: "weights")
        let model = ForeignModel(source: source, graph: nil, arrays: arrays)
        let path = Self.root + "/architectures/\(network)"
        let compilation = compile(path: path + ".arch") { Array(try Data(contentsOf: URL(fileURLWithPath: $0))) }
        let graph = try #require(compilation.network).graph
        let text = try String(contentsOfFile: path + ".torch.map", encoding: .utf8)
        let map = try WeightMap(text, path: path + ".torch.map")
        let matching = try NamedMatching(model, to: graph, map: map)
        let dropped = listed.count { $0.key.hasSuffix("num_batches_tracked") }
        #expect(matching.arrays == listed.count - dropped)
        #expect(matching.arrays == WeightLayout(graph).entries.count)
    }

    /// What SeisBench writes beside its own weights is what the catalogue's network says of itself; anything else is named.
    @Test(arguments: forms) func settingsBesideAreCompared(network: String) throws {
        let file =
            URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Fixtures/seisbench_settings.json"
        let all = try JSON(parsing: Array(try Data(contentsOf: URL(fileURLWithPath: file))))
        let written = try #require(all[network]).text()
        let compiled = try #require(
            compile(path: Self.root + "/architectures/\(network).arch") {
                Array(try Data(contentsOf: URL(fileURLWithPath: $0)))
            }.network)
        func differing(_ text: String) throws -> [String] {
            let path = FileManager.default.temporaryDirectory.path + "/strata-\(UUID().uuidString).pt.v1"
            let beside = path.replacing(".pt", with: ".json")
            defer { try? FileManager.default.removeItem(atPath: beside) }
            try text.write(toFile: beside, atomically: true, encoding: .utf8)
            return try #require(try SeisBenchFacts(beside: path)).differences(from: compiled).map(\.name)
        }
        #expect(try differing(written) == [])
        if network != "picker/gpd" {
            #expect(try differing(written.replacing("\"ZNE\"", with: "\"ENZ\"")) == ["component_order"])
            let peak = written.replacing("\"norm_amp_per_comp\":false", with: "\"norm_amp_per_comp\":true")
                .replacing("\"norm_amp_per_comp\": false", with: "\"norm_amp_per_comp\": true")
            #expect(try differing(peak) == ["norm"])
            #expect(try differing(written.replacing("\"std\"", with: "\"peak\"")) == ["norm"])
        }
    }

    @Test func aLineThatIsNoLineIsNamed() {
        let error = #expect(throws: ForeignError.self) { try WeightMap("a -> b\nnonsense\n", path: "x.map") }
        #expect(error?.message.hasPrefix("x.map:2") == true)
    }

    @Test func patternsBindNumbers() {
        #expect(WeightMap.bindings("encoder.convs.12", "encoder.convs.{i}") == ["{i}": "12"])
        #expect(WeightMap.bindings("a.1.b.2", "a.{i}.b.{i}") == nil)
        #expect(WeightMap.bindings("a.1.b.1", "a.{i}.b.{i}") == ["{i}": "1"])
        #expect(WeightMap.bindings("x.num_batches_tracked", "*.num_batches_tracked") == [:])
    }
}
