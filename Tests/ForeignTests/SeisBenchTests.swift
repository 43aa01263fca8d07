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
    /// Those that go out for SeisBench too.
    static let leaving = [
        "eqt/seisbench", "eqt/seisbench_original", "eqt/seisbench_conservative", "picker/phasenet", "picker/gpd",
        "eqt/obstransformer",
    ]
    static let forms =
        leaving + [
            "picker/phasenet_variable", "picker/phasenet_light", "picker/lfe_detect", "picker/depth_phasenet",
            "picker/dkpn", "picker/basic_phase_ae", "picker/skynet", "dpp/detector", "dpp/picker_p", "dpp/picker_s",
            "detector/cred", "detector/cred_original", "eqt/eqtp", "denoiser/deepdenoiser",
            "denoiser/seisdae",
        ]
    /// What a class keeps and no window passes through.
    static let idle = ["eqt/eqtp": "bi_lstm_stack."]

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
        let idle = Self.idle[network]
        let dropped = listed.count { member in
            member.key.hasSuffix("num_batches_tracked") || idle.map { member.key.hasPrefix($0) } ?? false
        }
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
        let steps = compiled.recipe?.preparations.map(\.name) ?? []
        if steps.contains("order") {
            #expect(try differing(written.replacing("\"ZNE\"", with: "\"ENZ\"")) == ["component_order"])
        }
        // GPD, CRED and BasicPhaseAE divide without a word for it, the denoisers outside of the network.
        guard steps.contains("normalize") else { return }
        if written.contains("\"std\"") {
            let peak = written.replacing("\"norm_amp_per_comp\":false", with: "\"norm_amp_per_comp\":true")
                .replacing("\"norm_amp_per_comp\": false", with: "\"norm_amp_per_comp\": true")
            #expect(try differing(peak) == ["norm"])
            #expect(try differing(written.replacing("\"std\"", with: "\"peak\"")) == ["norm"])
        } else if written.contains("\"peak\"") {
            #expect(try differing(written.replacing("\"peak\"", with: "\"std\"")) == ["norm"])
        }
    }

    @Test func aLineThatIsNoLineIsNamed() {
        let error = #expect(throws: ForeignError.self) { try WeightMap("a -> b\nnonsense\n", path: "x.map") }
        #expect(error?.message.hasPrefix("x.map:2") == true)
    }

    /// A matrix that PyTorch asks at every sample, in and out again.
    @Test func aMatrixBecomesAKernel() throws {
        let compilation = compile(
            text: """
                network Each {
                    input x: [2, 5]
                    output y = x -> conv(3, 1)
                }
                """)
        let graph = try #require(compilation.network).graph
        let source = ForeignModel.Source(
            path: "made.pt", sha256: "", format: .torch, framework: "PyTorch", name: "weights")
        let arrays = [
            ForeignArray(name: "fc.weight", shape: [3, 2], type: "float32", values: [1, 2, 3, 4, 5, 6]),
            ForeignArray(name: "fc.bias", shape: [3], type: "float32", values: [7, 8, 9]),
        ]
        let model = ForeignModel(source: source, graph: nil, arrays: arrays)
        let map = try WeightMap("fc.weight -> y.conv.weight kernel\nfc.bias -> y.conv.bias\n", path: "x.map")
        let matching = try NamedMatching(model, to: graph, map: map)
        #expect(matching.weights["y.conv.weight"] == [1, 2, 3, 4, 5, 6])
        let back = try map.arrays(of: matching.weights, graph: graph)
        #expect(back.map(\.name).sorted() == ["fc.bias", "fc.weight"])
        #expect(back.first { $0.name == "fc.weight" }?.shape == [3, 2])
        #expect(throws: ForeignError.self) {
            try NamedMatching(model, to: graph, map: WeightMap("fc -> y.conv\n", path: "x.map"))
        }
    }

    @Test func patternsBindNumbers() {
        #expect(WeightMap.bindings("encoder.convs.12", "encoder.convs.{i}") == ["{i}": "12"])
        #expect(WeightMap.bindings("a.1.b.2", "a.{i}.b.{i}") == nil)
        #expect(WeightMap.bindings("a.1.b.1", "a.{i}.b.{i}") == ["{i}": "1"])
        #expect(WeightMap.bindings("x.num_batches_tracked", "*.num_batches_tracked") == [:])
    }
}
