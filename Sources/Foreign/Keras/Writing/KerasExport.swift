import Files
import Foundation
import GraphIR
import Interpreter

/// A network with its weights as a `.keras` file: a configuration of Keras's own layers, channels last, and their
/// arrays in HDF5. A layer that Keras does not have is refused by its path.
public struct KerasExport: ReadsArguments {
    public internal(set) var notes: [String] = []
    let graph: Graph
    let weights: Weights
    private var layers: [JSON] = []
    /// By their paths in Keras's file of weights.
    private var arrays: [(path: String, shape: [Int], values: [Float])] = []
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

    public init(_ graph: Graph, weights: Weights) throws(ForeignError) {
        (self.graph, self.weights) = (graph, weights)
        tensors = Array(repeating: nil, count: graph.nodes.count)
        var called: [Int: String] = [:]
        for output in graph.outputs where graph.outputs.count(where: { $0.node == output.node }) == 1 {
            called[output.node] = output.name
        }
        self.called = called
        for (index, node) in graph.nodes.enumerated() { tensors[index] = try write(index, node) }
        notes.append("preparation is not in the file: windows come in prepared")
        notes.append("arrays have their channels last there: [batch, time, channels]")
    }

    /// The file's bytes; Keras's version is the one whose form it is.
    public func bytes(version: String = "3.0.0") throws -> [UInt8] {
        func last(_ nodes: [Int]) -> JSON {
            .array(nodes.compactMap { tensors[$0] }.map { .array([.string($0.layer), 0, 0]) })
        }
        let inputs = graph.nodes.indices.filter { graph.nodes[$0].isInput }
        let config: JSON = [
            "module": "keras.src.models.functional", "class_name": "Functional", "registered_name": "Functional",
            "config": [
                "name": .string(graph.name), "trainable": true, "layers": .array(layers), "input_layers": last(inputs),
                "output_layers": last(graph.outputs.map(\.node)),
            ],
        ]
        let metadata: JSON = ["keras_version": .string(version), "date_saved": "1980-01-01@00:00:00"]
        return try ZipArchive.stored([
            ("metadata.json", Array(metadata.text().utf8)), ("config.json", Array(config.text().utf8)),
            ("model.weights.h5", try hdf5()),
        ])
    }

    /// The arrays as an HDF5 file, which is written aside and read again: its writer goes to the disk as it goes on.
    private func hdf5() throws -> [UInt8] {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("strata-\(UUID().uuidString).h5").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let writer = try HDF5Writer(path)
        for array in arrays {
            let bytes = array.values.flatMap { littleEndian($0.bitPattern) }
            guard let numbers = NumberArray(shape: array.shape, format: NumberFormat(.float, 4), bytes: bytes) else {
                throw ForeignError(.content, "'\(array.path)' has other numbers than its shape \(array.shape)")
            }
            try writer.add(array.path, .numbers(numbers))
        }
        // A network without weights has a file of them all the same.
        if arrays.isEmpty { try writer.add("layers/none", .texts([], shape: [0])) }
        try writer.finish()
        let file = try FileBytes(mapping: path)
        return try file.bytes(0, file.count)
    }

    // MARK: What the chapters use

    func refused(_ node: Node, _ why: String) -> ForeignError {
        ForeignError(.content, "'\(node.path)' (\(node.kind)) cannot be said in Keras: \(why)")
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

    /// One array below a layer's folder: `cell/vars/0`.
    struct Part {
        var part: String
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
        for array in own { arrays.append((path + "/" + array.part, array.shape, array.values)) }
        let taken = inputs.map(KerasExport.json)
        let arguments: [JSON] = inputs.isEmpty ? [] : isList ? [.array(taken)] : taken
        let nodes: [JSON] = inputs.isEmpty ? [] : [["args": .array(arguments), "kwargs": .object(call)]]
        layers.append([
            "module": "keras.layers", "class_name": .string(className), "registered_name": nil, "name": .string(name),
            "config": .object([Setting("name", .string(name))] + settings), "inbound_nodes": .array(nodes),
        ])
        return Tensor(layer: name, shape: shape)
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
