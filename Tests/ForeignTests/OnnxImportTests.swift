import Compiler
import Files
import Foundation
import GraphIR
import Interpreter
import Testing

@testable import Foreign

/// ONNX graphs come in: those that PyTorch's exporter writes say here what PyTorch said, and ours come back as they went.
@Suite struct OnnxImportTests {
    static let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    static let root = here.deletingLastPathComponent().deletingLastPathComponent().path

    // MARK: PyTorch's graphs

    @Test(arguments: ["phasenet", "like_eqtransformer", "like_gpd"]) func saysWhatPyTorchSaid(name: String) throws {
        let base = Self.here.path + "/Fixtures/onnx_files/" + name
        let model = try readForeign(base + ".onnx")
        let imported = try ImportedNetwork(model, name: "Imported", story: ["From PyTorch."])
        let input = try NPY.read(base + ".x.npy")
        let function = NetworkFunction(imported.graph, weights: try imported.values())
        let result = try function([NamedArray("", shape: input.shape, values: input.floats)])
        for (index, said) in result.arrays.enumerated() {
            let wanted = try NPY.read("\(base).y\(index).npy").floats
            // Of the long one every tenth sample is kept.
            let (length, step) = (said.shape.last ?? 1, name == "phasenet" ? 10 : 1)
            let values = said.values.indices.filter { $0 % length % step == 0 }.map { said.values[$0] }
            #expect(values.count == wanted.count)
            let largest = zip(values, wanted).map { abs($0 - $1) }.max() ?? .infinity
            #expect(largest <= 2e-6, "\(name), output \(index): \(largest)")
        }
    }

    @Test func layersAreRecognised() throws {
        let base = Self.here.path + "/Fixtures/onnx_files/"
        let model = try readForeign(base + "like_eqtransformer.onnx")
        let kinds = try #require(model.graph).layers.map(\.kind)
        #expect(kinds.count { $0 == "self_attention" } == 2 && kinds.count { $0 == "layer_norm" } == 2)
        #expect(kinds.contains("feed_forward") && kinds.count { $0 == "lstm" } == 2)
        #expect(!kinds.contains("transpose"))
        let gpd = try readForeign(base + "like_gpd.onnx")
        #expect(gpd.graph?.preparations == ["normalize(peak, each: window)"])
    }

    // MARK: There and back

    /// Every network of the catalogue but the largest, which `scripts/foreign_models.py` takes too.
    static let networks: [String] = {
        let found = FileManager.default.enumerator(atPath: root + "/architectures")?.compactMap { $0 as? String } ?? []
        return found.filter { $0.hasSuffix(".arch") && (!$0.hasPrefix("image/") || $0.contains("light")) }.sorted()
            .map { String($0.dropLast(".arch".count)) }
    }()

    /// Out and in again, without metadata and names of nodes: the same layers with the same weights, but for what only
    /// training knows.
    @Test(arguments: networks) func networksComeBack(name: String) throws {
        let path = Self.root + "/architectures/\(name).arch"
        let compilation = compile(path: path) { Array(try Data(contentsOf: URL(fileURLWithPath: $0))) }
        try comesBack(
            try #require(compilation.network, "\(compilation.diagnostics)").graph, but: Self.otherwise[name] ?? [])
    }

    /// What is said otherwise in a graph, which has numbers: at the length of its window a padding is that of `same`,
    /// and a pad of nothing is not there.
    private static let otherwise: [String: Set<String>] = [
        "denoiser/seisdae": ["padding"], "picker/basic_phase_ae": ["padding"], "picker/phasenet_light": ["padding"],
        "picker/skynet": ["padding", "layers"],
    ]

    private func comesBack(_ graph: Graph, but otherwise: Set<String> = [], isRun: Bool = false) throws {
        let weights = Self.filled(graph)
        var export = try OnnxExport(graph, weights: weights)
        export.forget()
        let model = try readForeign(
            FileBytes(export.bytes, name: "made.onnx"), path: "made.onnx", rate: graph.inputs.first?.type.rate)
        let imported = try ImportedNetwork(
            model, name: "Back", story: [], rate: graph.inputs.first?.type.rate)
        let matching = try Matching(imported, to: graph)
        let open = matching.differences.filter { !$0.isHarmless && $0.name != "always" && !otherwise.contains($0.name) }
        #expect(open.isEmpty, "\(open.map(\.text))")
        #expect(matching.weights == weights)
        guard isRun else { return }
        for (batch, time) in [(1, 90), (2, 131)] {
            var state: UInt64 = 5
            let inputs = graph.inputs.map { node in
                let shape = [batch] + node.type.shape.dimensions.map { $0.number ?? time }
                return NamedArray("", shape: shape, values: (0..<shape.reduce(1, *)).map { _ in Self.next(&state) })
            }
            let one = try NetworkFunction(graph.withoutDropout, weights: weights)(inputs)
            let other = try NetworkFunction(imported.graph, weights: try imported.values())(inputs)
            for (a, b) in zip(one.arrays, other.arrays) {
                #expect(a.shape == b.shape)
                let largest = zip(a.values, b.values).map { abs($0 - $1) }.max() ?? .infinity
                #expect(largest <= 1e-6, "\(largest)")
            }
        }
    }

    static let layers = [
        "conv(4, 5)", "conv(4, 4, padding: valid, bias: false)", "conv(4, 3, dilation: 2, padding: causal)",
        "conv(4, 5, stride: 3)", "conv(6, 3, groups: 3, padding: 2, activation: elu)",
        "conv_transpose(4, 5, stride: 2)",
        "conv_transpose(4, 4, stride: 2, padding: same, activation: relu)", "batch_norm(epsilon: 0.01)",
        "batch_norm(scale: false)", "layer_norm", "local_response_norm(3)", "layer_norm(epsilon: 0.001)", "relu",
        "sigmoid", "tanh",
        "elu(alpha: 0.7)", "leaky_relu(slope: 0.2)", "hard_sigmoid", "gelu", "softmax", "log_softmax", "max_pool(2)",
        "max_pool(3, stride: 2, padding: valid)", "max_pool(3, stride: 2)", "average_pool(3)",
        "average_pool(2, padding: valid)", "max_pool(3, padding: ceil)", "global_max_pool",
        "global_average_pool -> dense(4, activation: tanh)", "upsample(3)", "crop(2, 1)", "pad(1, 2, with: 0.5)",
        "rnn(4)", "gru(4)", "gru(4, reset: before, bidirectional: true)", "gru(4, biases: two)", "lstm(4)",
        "lstm(3, bidirectional: true, biases: two)", "lstm(4, recurrent_activation: hard_sigmoid)",
        "self_attention(4)", "self_attention(4, width: 3, epsilon: 0.001)", "self_attention(4, width: 4)",
        "attention(2)",
        "attention(3, causal: true, bias: false)", "feed_forward(5)", "feed_forward(5, activation: gelu)",
        "positional_encoding", "positional_encoding(base: 100)", "deltas(2)", "deltas(1, width: 3)",
        "log_filter_bank(bands: 4, window: 64 samples, hop: 8 samples, fft: 64, low: 2 Hz)",
        "log_filter_bank(bands: 3, window: 50 samples, hop: 5 samples, fft: 128, low: 3 Hz, high: 40 Hz, spectrum: power)",
        "conv(4, 3) as a -> relu -> dropout(0.5) -> concat(a)", "conv(6, 3) as a -> add(x, x)", "multiply(x)",
        "subtract(x)", "concat(x, axis: time)",
    ]

    /// With an open length, and with a known one.
    @Test(arguments: layers) func layersComeBack(layer: String) throws {
        try comesBack(try graph("input x: [6, T] at 100 Hz\n    output y = x -> \(layer)"), isRun: true)
    }

    static let fixed = [
        "flatten -> dense(3)", "flatten(order: time) -> dense(3)", "reshape([3, 80]) -> conv(2, 3)",
        "transpose -> conv(2, 3)",
        "self_attention(4, width: 3)", "self_attention(4, width: 4)", "attention(2, causal: true)",
        "positional_encoding(base: 50)",
        "crop(to: 31)", "crop(to: 31, keep: end)", "conv(4, 5, stride: 3)", "max_pool(3, stride: 2)",
    ]
    @Test(arguments: fixed) func layersOfAKnownLengthComeBack(layer: String) throws {
        try comesBack(try graph("input x: [6, 40] at 100 Hz\n    output y = x -> \(layer)"))
    }

    @Test(arguments: [
        "conv(3, [3, 5]) -> relu -> max_pool(2) -> batch_norm",
        "conv(3, 3, stride: 2, padding: valid) -> local_response_norm(3)",
        "average_pool([2, 3]) -> global_average_pool -> dense(2)", "upsample([2, 3])", "flatten -> dense(2)",
    ]) func imagesComeBack(layer: String) throws {
        try comesBack(try graph("input x: [2, 12, 18]\n    output y = x -> \(layer)"), isRun: true)
    }

    // MARK: What is wrong

    @Test func whatHasNoEquivalentIsNamedWithItsPlace() throws {
        var model = Self.model()
        model.nodes = [
            .init(name: "cut", type: "Clip", inputs: ["x"], outputs: ["c"], attributes: []),
            .init(name: "bend", type: "Relu", inputs: ["c"], outputs: ["y"], attributes: []),
        ]
        #expect(Self.error(model)?.message == "Clip 'cut': this operator has no equivalent here")
        model.nodes[0] = .init(name: "root", type: "Sqrt", inputs: ["x"], outputs: ["c"], attributes: [])
        #expect(Self.error(model)?.message.hasPrefix("Sqrt 'root': ") == true)
    }

    @Test func circlesAndGapsAreNamed() throws {
        var model = Self.model()
        model.nodes = [
            .init(name: "one", type: "Relu", inputs: ["b"], outputs: ["a"], attributes: []),
            .init(name: "two", type: "Relu", inputs: ["a"], outputs: ["b"], attributes: []),
            .init(name: "three", type: "Relu", inputs: ["b"], outputs: ["y"], attributes: []),
        ]
        #expect(Self.error(model)?.message.contains("circle") == true)
        model.nodes = [.init(name: "one", type: "Relu", inputs: ["nobody"], outputs: ["y"], attributes: [])]
        #expect(Self.error(model)?.message == "Relu 'one' takes 'nobody', which nothing makes")
        model.nodes = [
            .init(name: "one", type: "Relu", inputs: ["x"], outputs: ["y"], attributes: []),
            .init(name: "two", type: "Relu", inputs: ["x"], outputs: ["y"], attributes: []),
        ]
        #expect(Self.error(model)?.message.contains("made twice") == true)
    }

    @Test func aChainInBetweenIsNotFollowedForEver() throws {
        var model = Self.model()
        model.nodes = (0..<5000).map { index in
            let name = index == 0 ? "x" : "v\(index - 1)"
            return .init(name: "n\(index)", type: "Exp", inputs: [name], outputs: ["v\(index)"], attributes: [])
        }
        model.nodes.append(.init(name: "end", type: "Relu", inputs: ["v4999"], outputs: ["y"], attributes: []))
        #expect(Self.error(model) != nil)
    }

    @Test func asANetworksWeightsItIsRefusedWithWhy() throws {
        var model = Self.model()
        model.nodes = [.init(name: "one", type: "Relu", inputs: ["x"], outputs: ["y"], attributes: [])]
        let file = FileBytes(model.bytes, name: "made.onnx")
        let foreign = try readForeign(file, path: "made.onnx")
        let compilation = compile(text: "/// A test.\nnetwork N {\n    input x: [3, T]\n    output y = relu(x)\n}\n")
        let network = try #require(compilation.network)
        let error = #expect(throws: ForeignError.self) {
            try ImportedWeights(foreign, for: network, name: "n", map: nil, byOrder: false)
        }
        #expect(error?.message.contains("folded batch norms") == true && error?.help?.contains("--arch") == true)
    }

    static func model() -> OnnxModel {
        var model = OnnxModel(name: "made")
        model.inputs = [.init(name: "x", shape: ["batch", "3", "T"])]
        model.outputs = [.init(name: "y", shape: ["batch", "3", "T"])]
        return model
    }
    static func error(_ model: OnnxModel) -> ForeignError? {
        do {
            _ = try readForeign(FileBytes(model.bytes, name: "made.onnx"), path: "made.onnx")
            return nil
        } catch let error as ForeignError { return error } catch { return nil }
    }

    // MARK: Helpers

    private func graph(_ body: String) throws -> Graph {
        let compilation = compile(text: "/// A test.\nnetwork Test {\n    \(body)\n}\n")
        return try #require(compilation.network, "\(compilation.diagnostics)").graph
    }

    /// Numbers for every weight, none of which is a start that says nothing.
    static func filled(_ graph: Graph) -> Weights {
        var weights = Weights(initializing: graph, seed: 3)
        var state: UInt64 = 9
        for entry in weights.layout.entries {
            let isVariance = entry.name.hasSuffix("running_var")
            weights[entry.name] = (0..<entry.count).map { _ in
                let value = next(&state)
                return isVariance ? 0.75 + value * 0.5 : value * 0.3
            }
        }
        return weights
    }
    /// In -1 to 1.
    static func next(_ state: inout UInt64) -> Float {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Float(state >> 40) / Float(1 << 23) - 1
    }
}

extension OnnxExport {
    /// Leaves out what a graph does not need: metadata and names of nodes.
    fileprivate mutating func forget() { model = model.forgotten }
}
extension OnnxModel {
    fileprivate var forgotten: OnnxModel {
        var model = self
        model.metadata = []
        for index in model.nodes.indices { model.nodes[index].name = "" }
        return model
    }
}
