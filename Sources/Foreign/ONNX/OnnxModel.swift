import Files

/// An ONNX model while it is being written: opset 17, IR version 8, one file.
struct OnnxModel {
    static let operatorSet = 17
    static let representation = 8

    enum Attribute {
        case int(Int)
        case float(Float)
        case ints([Int])
        case text(String)
        case texts([String])
        case floats([Float])
    }
    struct Node {
        var name: String
        var type: String
        var inputs: [String]
        var outputs: [String]
        var attributes: [(name: String, value: Attribute)]
    }
    enum Numbers {
        case floats([Float])
        case ints([Int])
        case doubles([Double])
    }
    struct Initializer {
        var name: String
        var shape: [Int]
        var numbers: Numbers
    }
    /// An input or an output; a size is a number or a name.
    struct Port {
        var name: String
        var shape: [String]
    }

    var name: String
    var nodes: [Node] = []
    var initializers: [Initializer] = []
    var inputs: [Port] = []
    var outputs: [Port] = []
    var documentation = ""
    var metadata: [(key: String, value: String)] = []
    var version = ""

    var bytes: [UInt8] {
        var model = ProtobufWriter()
        model.int(1, OnnxModel.representation)
        model.text(2, "strata")
        model.text(3, version)
        model.text(6, documentation)
        model.message(7) { graph in
            for node in nodes { graph.message(1) { OnnxModel.write(node, to: &$0) } }
            graph.text(2, name)
            for initializer in initializers { graph.message(5) { OnnxModel.write(initializer, to: &$0) } }
            for port in inputs { graph.message(11) { OnnxModel.write(port, to: &$0) } }
            for port in outputs { graph.message(12) { OnnxModel.write(port, to: &$0) } }
        }
        model.message(8) { operators in
            operators.text(1, "")
            operators.int(2, OnnxModel.operatorSet)
        }
        for note in metadata {
            model.message(14) { entry in
                entry.text(1, note.key)
                entry.text(2, note.value)
            }
        }
        return model.bytes
    }

    private static func write(_ node: Node, to message: inout ProtobufWriter) {
        for input in node.inputs { message.text(1, input) }
        for output in node.outputs { message.text(2, output) }
        message.text(3, node.name)
        message.text(4, node.type)
        for attribute in node.attributes {
            message.message(5) { field in
                field.text(1, attribute.name)
                switch attribute.value {
                case .int(let value):
                    field.int(3, value)
                    field.int(20, 2)
                case .float(let value):
                    field.float(2, value)
                    field.int(20, 1)
                case .ints(let values):
                    for value in values { field.int(8, value) }
                    field.int(20, 7)
                case .floats(let values):
                    for value in values { field.float(7, value) }
                    field.int(20, 6)
                case .text(let text):
                    field.text(4, text)
                    field.int(20, 3)
                case .texts(let texts):
                    for text in texts { field.text(9, text) }
                    field.int(20, 8)
                }
            }
        }
    }

    private static func write(_ initializer: Initializer, to message: inout ProtobufWriter) {
        for size in initializer.shape { message.int(1, size) }
        switch initializer.numbers {
        case .floats(let values):
            message.int(2, 1)
            message.text(8, initializer.name)
            message.bytes(9, values.flatMap { littleEndian($0.bitPattern) })
        case .ints(let values):
            message.int(2, 7)
            message.text(8, initializer.name)
            message.bytes(9, values.flatMap { littleEndian(Int64($0)) })
        case .doubles(let values):
            message.int(2, 11)
            message.text(8, initializer.name)
            message.bytes(9, values.flatMap { littleEndian($0.bitPattern) })
        }
    }

    private static func write(_ port: Port, to message: inout ProtobufWriter) {
        message.text(1, port.name)
        message.message(2) { type in
            type.message(1) { tensor in
                tensor.int(1, 1)
                tensor.message(2) { shape in
                    for size in port.shape {
                        shape.message(1) { dimension in
                            if let number = Int(size) { dimension.int(1, number) } else { dimension.text(2, size) }
                        }
                    }
                }
            }
        }
    }
}
