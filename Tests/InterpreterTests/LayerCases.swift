import GraphIR
import Testing

/// One use of a layer to be tried: what it is called with, and the shapes of what comes in.
struct LayerCase: CustomTestStringConvertible, Sendable {
    var kind: String
    var arguments: [(String, Value)]
    var inputs: [Shape]
    var testDescription: String {
        "\(kind)(\(arguments.map { "\($0.0): \($0.1)" }.joined(separator: ", "))) on \(inputs)"
    }
    init(_ kind: String, _ arguments: [(String, Value)] = [], _ inputs: Shape...) {
        self.kind = kind
        self.arguments = arguments
        self.inputs = inputs
    }

    /// Whether its slope jumps somewhere, so that differences must be taken over short ways.
    var hasKinks: Bool {
        let words = [kind] + arguments.map { "\($0.1)" }
        return words.contains {
            ["relu", "leaky_relu", "hard_sigmoid", "max_pool", "global_max_pool", "elu"].contains($0)
        }
    }

    func graph() throws -> Graph {
        var maker = GraphMaker()
        let nodes = inputs.enumerated().map { maker.input($0.element, "x\($0.offset)") }
        let type = try #require(Registry.builtIn.layer(kind))
        var all = type.signature.defaults
        for (name, value) in arguments { all.set(name, value) }
        let layer = try type.init(all, inputs: nodes.map { maker.graph.nodes[$0].type })
        maker.graph.nodes.append(Node(path: kind, layer: layer, arguments: all, inputs: nodes))
        maker.output(nodes.count)
        return maker.graph
    }

    /// Every layer of this room, with the arguments and sizes that have caught mistakes elsewhere.
    static let all: [LayerCase] = convolutions + transposed + pools + lengths + pointwise + vectors

    private static func conv(
        _ filters: Int, _ kernel: Int, _ more: [(String, Value)] = [], on shape: Shape
    ) -> LayerCase {
        LayerCase("conv", [("filters", .int(filters)), ("kernel", .int(kernel))] + more, shape)
    }
    private static let convolutions: [LayerCase] = [
        conv(8, 11, [("activation", .word("relu"))], on: [3, 100]),
        conv(5, 2, on: [4, 47]), conv(3, 4, [("activation", .word("gelu"))], on: [2, 33]),
        conv(1, 11, [("activation", .word("sigmoid"))], on: [8, 70]), conv(16, 1, on: [9, 20]),
        conv(9, 7, [("stride", .int(4)), ("bias", .bool(false))], on: [3, 61]),
        conv(4, 3, [("stride", .int(2)), ("activation", .word("tanh"))], on: [5, 31]),
        conv(6, 2, [("dilation", .int(8)), ("padding", .word("causal"))], on: [3, 50]),
        conv(4, 3, [("dilation", .int(2)), ("stride", .int(3))], on: [2, 40]),
        conv(4, 5, [("padding", .word("valid"))], on: [3, 21]), conv(4, 3, [("padding", .int(4))], on: [2, 9]),
        conv(6, 3, [("groups", .int(2))], on: [4, 30]), conv(4, 9, on: [2, 3]),
        conv(3, 1, [("stride", .int(3))], on: [2, 7]),
        conv(7, 5, [("activation", .word("elu")), ("groups", .int(7))], on: [7, 18]), conv(2, 3, on: [1, 1]),
        conv(3, 3, [("activation", .word("relu"))], on: [2, 9, 11]),
        conv(4, 3, [("stride", .int(2)), ("activation", .word("leaky_relu"))], on: [3, 10, 13]),
        conv(2, 4, [("padding", .word("valid"))], on: [2, 7, 8]),
        LayerCase(
            "conv",
            [("filters", .int(3)), ("kernel", .list([.int(1), .int(5)])), ("dilation", .list([.int(2), .int(1)]))],
            [2, 5, 9]),
        conv(12, 3, [("padding", .int(3)), ("activation", .word("relu"))], on: [2, 2, 2]),
    ]
    private static let transposed: [LayerCase] = [
        LayerCase("conv_transpose", [("filters", .int(8)), ("kernel", .int(7)), ("stride", .int(4))], [6, 12]),
        LayerCase(
            "conv_transpose",
            [
                ("filters", .int(3)), ("kernel", .int(4)), ("stride", .int(2)), ("padding", .word("same")),
                ("activation", .word("relu")),
            ], [5, 9]),
        LayerCase("conv_transpose", [("filters", .int(2)), ("kernel", .int(2)), ("stride", .int(3))], [4, 7]),
        LayerCase("conv_transpose", [("filters", .int(4)), ("kernel", .int(5)), ("padding", .int(1))], [3, 20]),
        LayerCase("conv_transpose", [("filters", .int(3)), ("kernel", .int(3)), ("stride", .int(2))], [2, 4, 5]),
        LayerCase(
            "conv_transpose",
            [("filters", .int(2)), ("kernel", .int(2)), ("stride", .int(3)), ("padding", .word("same"))], [2, 6]),
    ]
    private static let pools: [LayerCase] =
        ["max_pool", "average_pool"].flatMap { kind in
            [
                LayerCase(kind, [("size", .int(2))], [3, 47]), LayerCase(kind, [("size", .int(2))], [2, 64]),
                LayerCase(kind, [("size", .int(3)), ("stride", .int(2))], [3, 20]),
                LayerCase(kind, [("size", .int(4)), ("padding", .word("valid"))], [2, 19]),
                LayerCase(kind, [("size", .int(3)), ("stride", .int(2)), ("padding", .word("ceil"))], [2, 18]),
                LayerCase(kind, [("size", .int(2))], [2, 5, 7]),
            ]
        } + [
            LayerCase("global_average_pool", [], [3, 21]), LayerCase("global_average_pool", [], [3, 4, 5]),
            LayerCase("global_max_pool", [], [3, 21]), LayerCase("global_max_pool", [], [2, 4, 5]),
        ]
    private static let lengths: [LayerCase] = [
        LayerCase("upsample", [("factor", .int(2))], [3, 37]), LayerCase("upsample", [("factor", .int(3))], [2, 10]),
        LayerCase("upsample", [("factor", .int(2))], [2, 3, 5]),
        LayerCase("crop", [("left", .int(1)), ("right", .int(2))], [3, 20]),
        LayerCase("crop", [("to", .int(9))], [3, 20]),
        LayerCase("crop", [("to", .int(9)), ("keep", .word("end"))], [3, 20]),
        LayerCase("pad", [("left", .int(2)), ("right", .int(3)), ("with", .float(1.5))], [3, 20]),
        LayerCase("flatten", [], [3, 20]), LayerCase("flatten", [("order", .word("time"))], [3, 20]),
        LayerCase("flatten", [("order", .word("time"))], [2, 3, 4]),
        LayerCase("reshape", [("to", .list([.int(6), .int(10)]))], [3, 20]), LayerCase("transpose", [], [3, 20]),
        LayerCase("transpose", [("order", .list([.int(1), .int(2), .int(0)]))], [2, 3, 4]),
        LayerCase("concat", [], [3, 20], [2, 20]), LayerCase("concat", [("axis", .word("time"))], [3, 20], [3, 7]),
        LayerCase("concat", [("axis", .word("height"))], [2, 3, 5], [2, 4, 5]), LayerCase("concat", [], [3], [5]),
    ]
    private static let pointwise: [LayerCase] =
        [
            "relu", "leaky_relu", "elu", "gelu", "silu", "mish", "sigmoid", "tanh", "hard_sigmoid", "softmax",
            "log_softmax",
        ].flatMap {
            [LayerCase($0, [], [4, 35]), LayerCase($0, [], [7]), LayerCase($0, [], [2, 3, 5])]
        } + [
            LayerCase("add", [], [3, 20], [3, 20]), LayerCase("add", [], [3, 20], [3, 20], [3, 20]),
            LayerCase("subtract", [], [3, 20], [3, 20]), LayerCase("multiply", [], [3, 20], [3, 20], [3, 20]),
            LayerCase("group_norm", [("groups", .int(2))], [4, 35]), LayerCase("instance_norm", [], [3, 2, 19]),
            LayerCase("batch_norm", [], [3, 47]), LayerCase("batch_norm", [("scale", .bool(false))], [4, 3, 5]),
            LayerCase("batch_norm", [], [9]), LayerCase("dropout", [("rate", .float(0.3))], [3, 100]),
            LayerCase("dropout", [("rate", .float(0.3)), ("whole", .word("channels"))], [8, 20]),
            LayerCase("dropout", [("rate", .float(0.4)), ("always", .bool(true))], [33]),
        ]
    private static let vectors: [LayerCase] = [
        LayerCase("dense", [("units", .int(5))], [13]),
        LayerCase("dense", [("units", .int(40)), ("activation", .word("tanh"))], [64]),
        LayerCase("dense", [("units", .int(300)), ("activation", .word("gelu"))], [900]),
        LayerCase("dense", [("units", .int(1)), ("bias", .bool(false))], [9]),
    ]
}

extension Shape: ExpressibleByArrayLiteral {
    public init(arrayLiteral elements: Int...) { self.init(elements.map { .number($0) }) }
}
