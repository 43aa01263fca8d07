import GraphIR

/// Graphs made by hand, layer by layer, for tests that need no text.
struct Sketch {
    var graph = Graph(name: "Sketch")

    /// Starts with an input of this shape.
    init(_ shape: Shape, rate: Double? = 100) {
        graph.nodes.append(.input("waveform", TensorType(shape, rate: rate)))
    }

    /// Adds a layer and gives its index; without `from` it takes the last one's result.
    @discardableResult
    mutating func add(
        _ path: String, _ kind: String, _ shape: Shape, from inputs: [Int]? = nil, weights: [[Int]] = [],
        fixed: [[Int]] = [], flops: Dimension = 0, reach: Reach = .pointwise, arguments: Arguments = Arguments()
    ) -> Int {
        let specs =
            weights.enumerated().map { WeightSpec("weight_\($0)", $1, .zeros) }
            + fixed.enumerated().map { WeightSpec("running_\($0)", $1, .zeros, isTrainable: false) }
        graph.nodes.append(
            Node(
                path: path, kind: kind, arguments: arguments, inputs: inputs ?? [graph.nodes.count - 1],
                type: TensorType(shape), weights: specs, flops: flops, reach: reach))
        return graph.nodes.count - 1
    }

    /// Names the last layer's result, or another's, as an output.
    mutating func output(_ name: String, _ node: Int? = nil) {
        graph.outputs.append(.init(name: name, node: node ?? graph.nodes.count - 1, place: .nowhere))
    }
}
