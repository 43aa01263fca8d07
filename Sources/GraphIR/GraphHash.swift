/// What a graph computes, as a hash: two texts that compile to the same network have the same one, whatever their
/// names, labels and comments, and whatever they say about how weights start and how they are trained.
///
/// The graph is written down from its outputs backwards, each layer numbered when it is first needed, with all its
/// arguments, defaults included; symbols for lengths are numbered too. The SHA-256 of that writing is the hash.
extension Graph {
    /// 64 hexadecimal digits.
    ///
    /// - Parameter registry: tells which arguments only matter to training; a layer that it does not know is hashed
    ///   with all of them.
    public func meaningHash(_ registry: Registry = .builtIn) -> String {
        var writer = MeaningWriter(graph: self, registry: registry)
        return SHA256.hex(of: writer.bytes())
    }
}

private struct MeaningWriter {
    let graph: Graph
    let registry: Registry
    private var out: [UInt8] = []
    /// Each node's number in the writing.
    private var numbers: [Int?]
    private var next = 0
    private var symbols: [String: Int] = [:]
    /// By layer, the arguments that are about training.
    private var ignored: [String: Set<String>] = [:]

    init(graph: Graph, registry: Registry) {
        self.graph = graph
        self.registry = registry
        numbers = Array(repeating: nil, count: graph.nodes.count)
    }

    mutating func bytes() -> [UInt8] {
        write("strata graph 1\n")
        for index in graph.nodes.indices where graph.nodes[index].isInput { write(input: index) }
        for output in graph.outputs { visit(output.node) }
        write("outputs")
        for output in graph.outputs { write(" \(numbers[output.node] ?? -1)") }
        return out
    }

    private mutating func write(_ text: String) { out += text.utf8 }

    private mutating func number(_ node: Int) {
        numbers[node] = next
        write("\(next) ")
        next += 1
    }

    private mutating func write(input: Int) {
        number(input)
        let type = graph.nodes[input].type
        for symbol in type.shape.dimensions.flatMap(\.symbols) where symbols[symbol] == nil {
            symbols[symbol] = symbols.count
        }
        write("input \(type.shape.dimensions.map { renamed($0) }) at \(type.rate ?? 0)\n")
    }

    /// Writes a node after what it takes, without recursion: graphs can be long.
    private mutating func visit(_ root: Int) {
        var open = [root]
        while let node = open.last {
            guard numbers[node] == nil else {
                open.removeLast()
                continue
            }
            let missing = graph.nodes[node].inputs.filter { numbers[$0] == nil }
            guard missing.isEmpty else {
                open += missing.reversed()
                continue
            }
            open.removeLast()
            write(layer: node)
        }
    }

    private mutating func write(layer: Int) {
        number(layer)
        let node = graph.nodes[layer]
        write("\(node.kind)(")
        let ignored = ignoredArguments(of: node.kind)
        for entry in node.arguments.entries where !ignored.contains(entry.name) {
            write("\(entry.name):")
            write(value: entry.value)
            write(",")
        }
        write(")")
        for input in node.inputs { write(" \(numbers[input] ?? -1)") }
        write("\n")
    }

    private mutating func ignoredArguments(of kind: String) -> Set<String> {
        if let known = ignored[kind] { return known }
        let parameters = registry.signature(.layer, kind)?.parameters ?? []
        let names = Set(parameters.filter(\.isOnlyForTraining).map(\.name))
        ignored[kind] = names
        return names
    }

    private mutating func write(value: Value) {
        switch value {
        case .list(let values):
            write("[")
            for value in values {
                write(value: value)
                write(",")
            }
            write("]")
        case .call(let call):
            write("\(call.name)(")
            for entry in call.arguments.entries {
                write("\(entry.name):")
                write(value: entry.value)
                write(",")
            }
            write(")")
        case .size(let dimension): write(renamed(dimension))
        default: write(value.description)
        }
    }

    /// A size with its symbols numbered.
    private func renamed(_ dimension: Dimension) -> String {
        guard !dimension.symbols.isEmpty else { return dimension.description }
        return dimension.renaming { "S\(symbols[$0] ?? -1)" }.description
    }
}
