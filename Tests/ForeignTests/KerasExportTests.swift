import Compiler
import Files
import Foundation
import GraphIR
import Interpreter
import Testing

@testable import Foreign

/// What goes out for Keras comes back saying the same; that Keras itself agrees is tried outside
/// (`scripts/foreign_models.py`).
@Suite struct KerasExportTests {
    static let layers =
        OnnxImportTests.layers.filter { layer in
            !KerasExportTests.refused.contains { layer.contains($0) }
        } + ["pad(1, 2)", "conv_transpose(4, 5, stride: 2, padding: 1)", "dropout(0.3, whole: channels)"]
    static let refused = [
        "self_attention", "local_response_norm", "positional_encoding", "deltas", "log_filter_bank", "hard_sigmoid",
        "with: 0.5", "ceil",
    ]
    static let images = [
        "conv(3, [3, 5]) -> relu -> max_pool(2) -> batch_norm",
        "average_pool([2, 3]) -> global_average_pool -> dense(2)",
        "upsample([2, 3])", "flatten -> dense(2)", "transpose(order: [1, 0, 2])", "transpose(order: [2, 0, 1])",
    ]

    @Test(arguments: layers) func layersComeBack(layer: String) throws {
        try comesBack("input x: [6, 90] at 100 Hz\n    output y = x -> \(layer)")
    }
    @Test(arguments: images) func imagesComeBack(layer: String) throws {
        try comesBack("input x: [2, 12, 18]\n    output y = x -> \(layer)")
    }

    /// Keras 2 has hard sigmoids that are ours.
    @Test(arguments: layers + ["hard_sigmoid", "lstm(4, recurrent_activation: hard_sigmoid)"])
    func layersComeBackFromKeras2(layer: String) throws {
        try comesBack("input x: [6, 90] at 100 Hz\n    output y = x -> \(layer)", form: .hdf5)
    }
    @Test(arguments: images) func imagesComeBackFromKeras2(layer: String) throws {
        try comesBack("input x: [2, 12, 18]\n    output y = x -> \(layer)", form: .hdf5)
    }

    /// A configuration that no block of texts has room for, and what two heads of one trunk are called.
    @Test func longConfigurationsComeBack() throws {
        let chain = (0..<700).map { _ in "relu -> conv(3, 1)" }.joined(separator: " -> ")
        try comesBack(
            "input x: [3, 40] at 100 Hz\n    trunk = x -> \(chain)\n    output a = trunk -> sigmoid\n"
                + "    output b = trunk -> tanh", form: .hdf5)
    }

    /// Keras 2 refuses an input that is told to learn, and attention that does not know the shapes it was made for.
    @Test func keras2FindsWhatItAsksFor() throws {
        let graph = try graph("input x: [6, 40] at 100 Hz\n    output y = x -> attention(2)")
        let bytes = try KerasExport(graph, weights: OnnxImportTests.filled(graph), form: .hdf5).bytes()
        let config = try #require(try KerasFile(FileBytes(bytes, name: "made")).config)
        let layers = try #require(config["config"]?["layers"]?.array)
        let input = try #require(layers.first { $0["class_name"]?.string == "InputLayer" }?["config"])
        #expect(input["trainable"] == nil && input["batch_input_shape"] != nil)
        let attention = try #require(layers.first { $0["class_name"]?.string == "MultiHeadAttention" }?["config"])
        for key in ["query_shape", "key_shape", "value_shape"] {
            #expect(attention[key]?.array == [.null, 40, 6], "\(key)")
        }
    }

    private func comesBack(_ body: String, form: KerasExport.Form = .archive) throws {
        let graph = try graph(body)
        let weights = OnnxImportTests.filled(graph)
        let bytes = try KerasExport(graph, weights: weights, form: form).bytes()
        let model = try readForeign(FileBytes(bytes, name: "made"), path: "made")
        #expect(model.source.format == (form == .archive ? .kerasArchive : .kerasHDF5))
        let imported = try ImportedNetwork(model, name: "Back", story: [])
        var state: UInt64 = 5
        let inputs = graph.inputs.map { node in
            let shape = [2] + node.type.shape.dimensions.map { $0.number ?? 1 }
            return NamedArray(
                "", shape: shape, values: (0..<shape.reduce(1, *)).map { _ in OnnxImportTests.next(&state) })
        }
        let one = try NetworkFunction(graph, weights: weights)(inputs).arrays
        let other = try NetworkFunction(imported.graph, weights: try imported.values())(inputs).arrays
        for (a, b) in zip(one, other) {
            #expect(a.shape == b.shape)
            let largest = zip(a.values, b.values).map { abs($0 - $1) }.max() ?? .infinity
            #expect(largest <= 1e-6, "\(largest)")
        }
    }

    @Test(arguments: [
        ("self_attention(4) as seen", "'seen'"), ("hard_sigmoid as bent", "'bent'"),
        ("lstm(4, recurrent_activation: hard_sigmoid) as memory", "'memory'"),
        ("pad(1, 1, with: 2) as longer", "'longer'"),
    ]) func whatKerasCannotSayIsRefusedByItsPath(layer: String, path: String) throws {
        let graph = try graph("input x: [6, 90]\n    output y = x -> \(layer) -> relu")
        let error = #expect(throws: ForeignError.self) {
            try KerasExport(graph, weights: OnnxImportTests.filled(graph))
        }
        #expect(error?.message.contains(path) == true && error?.message.contains("cannot be said in Keras") == true)
    }

    private func graph(_ body: String) throws -> Graph {
        let compilation = compile(text: "/// A test.\nnetwork Test {\n    \(body)\n}\n")
        return try #require(compilation.network, "\(compilation.diagnostics)").graph
    }
}

/// What goes out for SeisBench has the names and shapes of SeisBench's own networks.
@Suite struct SeisBenchExportTests {
    @Test(arguments: SeisBenchTests.leaving) func everyArrayHasItsName(network: String) throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path
        let json = try JSON(
            parsing: Array(try Data(contentsOf: URL(fileURLWithPath: folder + "/Fixtures/seisbench.json"))))
        let listed = try #require(json[network]?.members)
        let path = SeisBenchTests.root + "/architectures/\(network).arch"
        let network = try #require(
            compile(path: path) { Array(try Data(contentsOf: URL(fileURLWithPath: $0))) }.network)
        let weights = OnnxImportTests.filled(network.graph)
        let export = try SeisBenchExport(
            network.graph, weights: weights, recipe: network.recipe,
            thresholds: ["detection": 0.4, "P": 0.25], paths: [SeisBenchTests.root + "/architectures"],
            about: "a test")
        let model = try readForeign(FileBytes(export.weights, name: "made.pt"), path: "made.pt")
        #expect(Set(model.arrays.map(\.name)) == Set(listed.map(\.key)))
        for array in model.arrays {
            let wanted = listed.first { $0.key == array.name }?.value.array?.compactMap(\.int)
            #expect(array.shape == wanted, "\(array.name)")
        }
        // And back: each number at its place.
        let map = try #require(try WeightMap(beside: path))
        #expect(try NamedMatching(model, to: network.graph, map: map).weights == weights)
        let settings = try JSON(parsing: export.settings)
        #expect(settings["model_args"]?["sampling_rate"]?.double == 100)
        #expect(settings["default_args"]?["P_threshold"]?.double == 0.25)
        // What the class does with a window is what the network was prepared by.
        if !network.graph.name.contains("GPD") {
            #expect(settings["model_args"]?["norm"]?.string == "std", "\(network.graph.name)")
            #expect(settings["model_args"]?["norm_amp_per_comp"]?.bool == false)
            #expect(!export.notes.contains { $0.contains("divides by") }, "\(export.notes)")
        }
    }

    @Test func aNetworkOfOursIsRefusedWhereItParts() throws {
        let path = SeisBenchTests.root + "/architectures/eqt/gru.arch"
        let network = try #require(
            compile(path: path) { Array(try Data(contentsOf: URL(fileURLWithPath: $0))) }.network)
        let error = #expect(throws: ForeignError.self) {
            try SeisBenchExport(
                network.graph, weights: OnnxImportTests.filled(network.graph), recipe: nil,
                paths: [SeisBenchTests.root + "/architectures"], about: "")
        }
        #expect(error?.message.contains("parts from eqt/seisbench") == true && error?.message.contains("gru") == true)
    }
}
