import Files
import Foundation
import GraphIR
import Interpreter

/// A network with its weights for Keras: a configuration of its own layers, channels last, and their arrays in HDF5. A
/// layer that Keras does not have is refused by its path.
public struct KerasExport: ReadsArguments {
    /// Which of its files.
    public enum Form: Sendable {
        /// Keras 3's own zip, `.keras`.
        case archive
        /// The one file of Keras 2, `.h5`.
        case hdf5
    }

    public internal(set) var notes: [String] = []
    let form: Form
    let graph: Graph
    let weights: Weights
    private var layers: [JSON] = []
    private var arrays: [(layer: String, folder: String, part: Part)] = []
    private var counts: [String: Int] = [:]
    private var names: Set<String> = []
    /// By node, what it says there.
    var tensors: [Tensor?]
    private let called: [Int: String]

    /// What a Keras layer says: which one, and its sizes behind the batch, channels last.
    struct Tensor {
        var layer: String
        var shape: [Int?]
    }
    typealias Setting = JSON.Member

    public init(_ graph: Graph, weights: Weights, form: Form = .archive) throws(ForeignError) {
        (self.graph, self.weights, self.form) = (graph, weights, form)
        tensors = Array(repeating: nil, count: graph.nodes.count)
        var called: [Int: String] = [:]
        for output in graph.outputs where graph.outputs.count(where: { $0.node == output.node }) == 1 {
            called[output.node] = output.name
        }
        self.called = called
        for (index, node) in graph.nodes.enumerated() { tensors[index] = try write(index, node) }
        let isHard = graph.nodes.contains { node in
            node.kind == "hard_sigmoid" || node.arguments.entries.contains { $0.value == .word("hard_sigmoid") }
        }
        if isHard {
            notes.append("its hard_sigmoid is that of Keras 2 (0.2 x + 0.5); Keras 3 would read another function")
        }
        notes.append("preparation is not in the file: windows come in prepared")
        notes.append("arrays have their channels last there: [batch, time, channels]")
    }

    /// The file's bytes.
    public func bytes() throws -> [UInt8] { try form == .archive ? archive() : hdf5Model() }

    private var modelConfig: JSON {
        func last(_ nodes: [Int]) -> JSON {
            .array(nodes.compactMap { tensors[$0] }.map { .array([.string($0.layer), 0, 0]) })
        }
        let inputs = graph.nodes.indices.filter { graph.nodes[$0].isInput }
        return [
            "name": .string(graph.name), "trainable": true, "layers": .array(layers), "input_layers": last(inputs),
            "output_layers": last(graph.outputs.map(\.node)),
        ]
    }

    /// The version is the one whose form it is.
    private func archive(version: String = "3.0.0") throws -> [UInt8] {
        let config: JSON = [
            "module": "keras.src.models.functional", "class_name": "Functional", "registered_name": "Functional",
            "config": modelConfig,
        ]
        let metadata: JSON = ["keras_version": .string(version), "date_saved": "1980-01-01@00:00:00"]
        let weights = try hdf5 { writer in
            for array in arrays { try writer.add("\(array.folder)/\(array.part.part)", number(array.part)) }
            // A network without weights has a file of them all the same.
            if arrays.isEmpty { try writer.add("layers/none", .texts([], shape: [0])) }
        }
        return try ZipArchive.stored([
            ("metadata.json", Array(metadata.text().utf8)), ("config.json", Array(config.text().utf8)),
            ("model.weights.h5", weights),
        ])
    }

    /// Keras 2's file: the configuration as a text in an attribute, a group for each layer that has weights.
    private func hdf5Model(version: String = "2.15.0") throws -> [UInt8] {
        let config: JSON = ["class_name": "Functional", "config": modelConfig]
        func text(_ name: String, _ text: String) -> (name: String, value: HDF5Value) {
            (name, .texts([text], shape: []))
        }
        return try hdf5 { writer in
            let facts = [text("keras_version", version), text("backend", "tensorflow")]
            try writer.describe("", [text("model_config", config.text())] + facts)
            var layers: [String] = []
            for array in arrays where layers.last != array.layer { layers.append(array.layer) }
            try writer.describe(
                "model_weights", facts + [("layer_names", .texts(layers, shape: [layers.count]))])
            for layer in layers {
                let own = arrays.filter { $0.layer == layer }.map(\.part)
                let names = own.map { "\(layer)/\($0.name):0" }
                let group = "model_weights/\(layer)"
                try writer.describe(group, [("weight_names", .texts(names, shape: [names.count]))])
                for (name, part) in zip(names, own) { try writer.add("\(group)/\(name)", number(part)) }
            }
        }
    }

    private func number(_ part: Part) throws(ForeignError) -> HDF5Value {
        let bytes = part.values.flatMap { littleEndian($0.bitPattern) }
        guard let numbers = NumberArray(shape: part.shape, format: NumberFormat(.float, 4), bytes: bytes) else {
            throw ForeignError(.content, "'\(part.part)' has other numbers than its shape \(part.shape)")
        }
        return .numbers(numbers)
    }

    /// An HDF5 file's bytes, which is written aside and read again: its writer goes to the disk as it goes on.
    private func hdf5(_ fill: (HDF5Writer) throws -> Void) throws -> [UInt8] {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("strata-\(UUID().uuidString).h5").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let writer = try HDF5Writer(path)
        try fill(writer)
        try writer.finish()
        let file = try FileBytes(mapping: path)
        return try file.bytes(0, file.count)
    }

    // MARK: What the chapters use

    func refused(_ node: Node, _ why: String, help: String? = nil) -> ForeignError {
        ForeignError(.content, "'\(node.path)' (\(node.kind)) cannot be said in Keras: \(why)", help: help)
    }
    func values(_ node: Node, _ weight: String) -> [Float] { weights["\(node.path).\(weight)"] ?? [] }
    func shape(_ node: Node, _ weight: String) -> [Int] { node.weights.first { $0.name == weight }?.shape ?? [] }
    func has(_ node: Node, _ weight: String) -> Bool { node.weights.contains { $0.name == weight } }
    func input(_ node: Node, _ place: Int = 0) throws(ForeignError) -> Tensor {
        guard node.inputs.indices.contains(place), let tensor = tensors[node.inputs[place]] else {
            throw refused(node, "nothing flows into it")
        }
        return tensor
    }
    /// Channels last.
    static func last(_ shape: Shape) -> [Int?] {
        let sizes = shape.dimensions.map(\.number)
        return Array(sizes.dropFirst()) + sizes.prefix(1)
    }
    func last(_ index: Int) -> [Int?] { KerasExport.last(graph.nodes[index].type.shape) }

    /// One array of a layer.
    struct Part {
        /// Below the layer's folder, as Keras 3 has it: `cell/vars/0`.
        var part: String
        /// As Keras 2 calls it: `kernel`.
        var name: String
        var shape: [Int]
        var values: [Float]
    }

    /// Adds a layer of Keras.
    ///
    /// - Parameter step: what is put behind the node's path, where it is one of several.
    mutating func add(
        _ className: String, _ index: Int, step: String? = nil, _ settings: [Setting], to inputs: [Tensor],
        shape: [Int?], arrays own: [Part] = [], call: [Setting] = [], isList: Bool = false
    ) -> Tensor {
        let node = graph.nodes[index]
        let base = step.map { "\(node.path).\($0)" } ?? called[index] ?? node.path
        var name = base
        var count = 2
        while !names.insert(name).inserted {
            name = "\(base)_\(count)"
            count += 1
        }
        let folder = KerasConfig.snakeCase(className)
        let number = counts[folder, default: 0]
        counts[folder] = number + 1
        let path = "layers/" + (number == 0 ? folder : "\(folder)_\(number)")
        for part in own { arrays.append((name, path, part)) }
        layers.append(
            form == .archive
                ? KerasExport.three(className, name, settings, inputs, call, isList: isList)
                : KerasExport.two(className, name, settings, inputs, call))
        return Tensor(layer: name, shape: shape)
    }

    private static func three(
        _ className: String, _ name: String, _ settings: [Setting], _ inputs: [Tensor], _ call: [Setting], isList: Bool
    ) -> JSON {
        let taken = inputs.map(KerasExport.json)
        let arguments: [JSON] = inputs.isEmpty ? [] : isList ? [.array(taken)] : taken
        let nodes: [JSON] = inputs.isEmpty ? [] : [["args": .array(arguments), "kwargs": .object(call)]]
        return [
            "module": "keras.layers", "class_name": .string(className), "registered_name": nil, "name": .string(name),
            "config": .object([Setting("name", .string(name))] + settings), "inbound_nodes": .array(nodes),
        ]
    }

    /// What Keras 2 calls otherwise, and how it says what flows where.
    private static let older = ["batch_shape": "batch_input_shape", "negative_slope": "alpha"]

    private static func two(
        _ className: String, _ name: String, _ settings: [Setting], _ inputs: [Tensor], _ call: [Setting]
    ) -> JSON {
        var said = settings.map { Setting(older[$0.key] ?? $0.key, $0.value) }
        func triple(_ tensor: Tensor) -> [JSON] { [.string(tensor.layer), 0, 0] }
        var taken = inputs.map { JSON.array(triple($0) + [.object(call)]) }
        // A second input by its name stands in the call of the first.
        if className == "MultiHeadAttention" {
            let shapes = [inputs.first, inputs.last, inputs.last].map {
                JSON.array([.null] + ($0?.shape ?? []).map(size))
            }
            said += zip(["query_shape", "key_shape", "value_shape"], shapes).map { Setting($0, $1) }
        }
        if className == "MultiHeadAttention", inputs.count == 2 {
            let value = Setting("value", .array(triple(inputs[1])))
            taken = [.array(triple(inputs[0]) + [.object([value] + call)])]
        }
        // An input learns nothing, and refuses to be told so.
        let learns = className == "InputLayer" ? [] : [Setting("trainable", true)]
        return [
            "class_name": .string(className), "name": .string(name),
            "config": .object([Setting("name", .string(name))] + learns + said),
            "inbound_nodes": inputs.isEmpty ? [] : .array([.array(taken)]),
        ]
    }

    private static func json(_ tensor: Tensor) -> JSON {
        [
            "class_name": "__keras_tensor__",
            "config": [
                "shape": .array([.null] + tensor.shape.map(size)), "dtype": "float32",
                "keras_history": .array([.string(tensor.layer), 0, 0]),
            ],
        ]
    }
    static func size(_ size: Int?) -> JSON { size.map { .int($0) } ?? .null }
}
