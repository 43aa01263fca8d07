import Files

/// An ONNX file as plain values: a graph of nodes, named numbers, inputs and outputs. Nothing in it is run.
struct OnnxFile {
    struct Node {
        var name = ""
        var type = ""
        var domain = ""
        var inputs: [String] = []
        var outputs: [String] = []
        var attributes: [String: Attribute] = [:]
    }
    struct Attribute {
        var int: Int?
        var float: Float?
        var text: String?
        var tensor: OnnxTensor?
        var ints: [Int] = []
        var floats: [Float] = []
        var texts: [String] = []
        /// A graph within: a branch or a loop.
        var isGraph = false
    }
    struct Port {
        var name = ""
        /// A number, or the name of an open size.
        var shape: [String]?
    }

    private(set) var producer = ""
    private(set) var name = ""
    private(set) var version = 0
    private(set) var nodes: [Node] = []
    private(set) var tensors: [OnnxTensor] = []
    private(set) var inputs: [Port] = []
    private(set) var outputs: [Port] = []
    private(set) var metadata: [String: String] = [:]
    private var hasGraph = false
    private static let mostNodes = 100_000

    init(_ file: FileBytes) throws {
        var message = try ProtobufReader(file)
        while let (number, value) = try message.next() {
            switch number {
            case 2: producer = try value.text() ?? ""
            case 7:
                guard !hasGraph, let graph = value.message else {
                    throw ForeignError(.content, "\(file.name) holds several graphs")
                }
                hasGraph = true
                try read(graph: graph, file)
            case 8: try read(operators: value)
            case 14: try read(note: value)
            case 25:
                throw ForeignError(
                    .content, "\(file.name) holds functions of its own",
                    help: "onnx.inliner.inline_local_functions writes them out")
            default: break
            }
        }
        guard hasGraph, !nodes.isEmpty else {
            throw file.error(at: nil, expected: "an ONNX model with a graph", found: "none")
        }
    }

    private mutating func read(operators: ProtobufReader.Value) throws {
        guard var message = operators.message else { return }
        var (domain, number) = ("", 0)
        while let (field, value) = try message.next() {
            if field == 1 { domain = try value.text() ?? "" }
            if field == 2 { number = value.int ?? 0 }
        }
        if domain.isEmpty || domain == "ai.onnx" { version = number }
    }

    private mutating func read(note: ProtobufReader.Value) throws {
        guard var message = note.message else { return }
        var (key, text) = ("", "")
        while let (field, value) = try message.next() {
            if field == 1 { key = try value.text() ?? "" }
            if field == 2 { text = try value.text() ?? "" }
        }
        metadata[key] = text
    }

    private mutating func read(graph: ProtobufReader, _ file: FileBytes) throws {
        var message = graph
        while let (number, value) = try message.next() {
            switch number {
            case 1:
                guard nodes.count < OnnxFile.mostNodes else {
                    throw ForeignError(.content, "\(file.name) has more than \(OnnxFile.mostNodes) nodes")
                }
                if let node = value.message { nodes.append(try Node(node)) }
            case 2: name = try value.text() ?? ""
            case 5: if let tensor = value.message { tensors.append(try OnnxTensor(tensor)) }
            case 11: if let port = value.message { inputs.append(try Port(port)) }
            case 12: if let port = value.message { outputs.append(try Port(port)) }
            case 15: throw ForeignError(.content, "\(file.name) holds sparse numbers, which are not read here")
            default: break
            }
        }
    }
}

extension OnnxFile.Node {
    init(_ message: ProtobufReader) throws {
        var message = message
        while let (number, value) = try message.next() {
            switch number {
            case 1: inputs.append(try value.text() ?? "")
            case 2: outputs.append(try value.text() ?? "")
            case 3: name = try value.text() ?? ""
            case 4: type = try value.text() ?? ""
            case 5:
                guard let inner = value.message else { continue }
                let (name, attribute) = try OnnxFile.Attribute.read(inner)
                attributes[name] = attribute
            case 7: domain = try value.text() ?? ""
            default: break
            }
        }
    }

    /// What it takes at a place; nothing is called nothing.
    func input(_ place: Int) -> String { inputs.indices.contains(place) ? inputs[place] : "" }

    /// How errors name it.
    var title: String {
        let own = name.isEmpty ? outputs.first ?? "" : name
        return "\(domain.isEmpty || domain == "ai.onnx" ? "" : domain + ".")\(type) '\(own)'"
    }
}

extension OnnxFile.Attribute {
    static func read(_ message: ProtobufReader) throws -> (String, Self) {
        var message = message
        var name = ""
        var result = Self()
        while let (number, value) = try message.next() {
            switch number {
            case 1: name = try value.text() ?? ""
            case 2: result.float = value.float
            case 3: result.int = value.int
            case 4: result.text = try value.text()
            case 5: result.tensor = try value.message.map { try OnnxTensor($0) }
            case 6, 11: result.isGraph = true
            case 7: try value.append(to: &result.floats)
            case 8: try value.append(to: &result.ints)
            case 9: if let text = try value.text() { result.texts.append(text) }
            default: break
            }
        }
        return (name, result)
    }
}

extension OnnxFile.Port {
    init(_ message: ProtobufReader) throws {
        var message = message
        while let (number, value) = try message.next() {
            if number == 1 { name = try value.text() ?? "" }
            if number == 2, let type = value.message { shape = try Self.shape(ofType: type) }
        }
    }

    private static func shape(ofType message: ProtobufReader) throws -> [String]? {
        guard let tensor = try first(1, of: message), let shape = try first(2, of: tensor) else { return nil }
        var (sizes, dimensions): ([String], ProtobufReader) = ([], shape)
        while let (number, value) = try dimensions.next() {
            guard number == 1, var dimension = value.message else { continue }
            var said = "?"
            while let (kind, size) = try dimension.next() {
                if kind == 1, let count = size.int { said = String(count) }
                if kind == 2, let name = try size.text() { said = name }
            }
            sizes.append(said)
        }
        return sizes
    }

    private static func first(_ wanted: Int, of message: ProtobufReader) throws -> ProtobufReader? {
        var message = message
        while let (number, value) = try message.next() {
            if number == wanted { return value.message }
        }
        return nil
    }
}
