/// A network: layers in the order they run, each taking the results of earlier ones. A plain value.
public struct Graph: Sendable {
    public var name: String
    public var documentation: String
    /// In topological order; inputs come first.
    public var nodes: [Node]
    public var outputs: [Output]
    /// The texts it came from; places index into them.
    public var files: [SourceFile]
    /// What the text says about sizes that cannot be decided before the lengths are known.
    public var claims: [Claim] = []

    /// Two sizes that the text says are equal.
    public struct Claim: Hashable, Sendable {
        public var left: Dimension
        public var right: Dimension
        public var place: Place
        public init(left: Dimension, right: Dimension, place: Place) {
            self.left = left
            self.right = right
            self.place = place
        }
    }

    /// The claims that do not hold for these lengths.
    public func brokenClaims(_ lengths: [String: Int]) -> [Claim] {
        claims.filter { $0.left.substituting(lengths).compare($0.right.substituting(lengths)) == .different }
    }

    /// Why a claim does not hold for these lengths, with where the text makes it.
    public func sentence(of claim: Claim, _ lengths: [String: Int]) -> String {
        let given = Set(claim.left.symbols + claim.right.symbols).sorted().compactMap { symbol in
            lengths[symbol].map { "\(symbol) = \($0)" }
        }
        let place =
            files.indices.contains(claim.place.file)
            ? " (\(files[claim.place.file].path):\(files[claim.place.file].position(of: claim.place.start).line))" : ""
        return "the text says that a size is \(claim.left)\(place), but it is \(claim.right): for "
            + "\(given.joined(separator: ", ")) that is \(claim.left.substituting(lengths)) and "
            + "\(claim.right.substituting(lengths))"
    }

    public struct Output: Hashable, Sendable {
        public var name: String
        /// The node whose result it is.
        public var node: Int
        public var place: Place
        public init(name: String, node: Int, place: Place) {
            self.name = name
            self.node = node
            self.place = place
        }
    }

    public init(
        name: String, documentation: String = "", nodes: [Node] = [], outputs: [Output] = [], files: [SourceFile] = []
    ) {
        self.name = name
        self.documentation = documentation
        self.nodes = nodes
        self.outputs = outputs
        self.files = files
    }

    public var inputs: [Node] { nodes.filter(\.isInput) }
    public func output(_ name: String) -> Output? { outputs.first { $0.name == name } }
    /// The symbols of all inputs' sizes, sorted.
    public var symbols: [String] { Set(inputs.flatMap { $0.type.shape.dimensions.flatMap(\.symbols) }).sorted() }
}

/// One use of a layer, or one input.
public struct Node: Sendable {
    /// Its label path, unique in the graph: `context.0.lstm`.
    public var path: String
    /// The layer's name in the language; `input` for inputs.
    public var kind: String
    public var arguments: Arguments
    /// Indices of the nodes whose results it takes, in order.
    public var inputs: [Int]
    public var type: TensorType
    public var weights: [WeightSpec]
    public var flops: Dimension
    public var reach: Reach
    /// False after `freeze`: its weights keep their values in training.
    public var isTrainable: Bool
    public var place: Place
    /// The calls of blocks that led here, innermost first: where the reader finds it.
    public var origins: [Place]

    public var isInput: Bool { kind == Node.inputKind }
    public static let inputKind = "input"

    /// The full name of one of its weights: `context.0.lstm.weight_ih`.
    public func weightName(_ weight: WeightSpec) -> String { "\(path).\(weight.name)" }

    public init(
        path: String, kind: String, arguments: Arguments = Arguments(), inputs: [Int] = [], type: TensorType,
        weights: [WeightSpec] = [], flops: Dimension = 0, reach: Reach = .pointwise, isTrainable: Bool = true,
        place: Place = .nowhere, origins: [Place] = []
    ) {
        self.path = path
        self.kind = kind
        self.arguments = arguments
        self.inputs = inputs
        self.type = type
        self.weights = weights
        self.flops = flops
        self.reach = reach
        self.isTrainable = isTrainable
        self.place = place
        self.origins = origins
    }

    public static func input(_ name: String, _ type: TensorType, at place: Place = .nowhere) -> Node {
        Node(path: name, kind: inputKind, type: type, place: place)
    }

    /// One use of a layer with its facts filled in from the layer itself.
    public init(
        path: String, layer: any LayerSignature, arguments: Arguments, inputs: [Int], place: Place = .nowhere,
        origins: [Place] = []
    ) {
        self.init(
            path: path, kind: Swift.type(of: layer).signature.name, arguments: arguments, inputs: inputs,
            type: layer.output,
            weights: layer.weights, flops: layer.flops, reach: layer.reach, place: place, origins: origins)
    }
}
