import Files
import GraphIR

/// A model of another framework as data: where it is from, its layers in Strata's words where the file tells them, and
/// its arrays.
public struct ForeignModel: Sendable {
    public struct Source: Sendable {
        public var path: String
        /// Of the file's bytes.
        public var sha256: String
        public var format: ForeignFormat
        /// `Keras 2.2.4`, `PyTorch`.
        public var framework: String
        /// What the file calls the model.
        public var name: String
    }
    public var source: Source
    /// In an order in which each comes after what it takes; `nil` where the file tells of arrays only.
    public var graph: ForeignGraph?
    /// Everything that the file holds as weights, by the file's own names, in its order.
    public var arrays: [ForeignArray]
    /// What was left out, skipped or rounded, in sentences that may hold names of the file.
    public var notes: [String] = []
}

/// Layers in Strata's words with another framework's weights, turned to Strata's layout.
public struct ForeignGraph: Sendable {
    public var layers: [ForeignLayer] = []
    public var outputs: [Output] = []
    /// Steps of preparation that the file has in its graph, as the language writes them.
    public var preparations: [String] = []
    public struct Output: Sendable {
        public var name: String
        public var layer: Int
    }
}

/// One use of a layer.
public struct ForeignLayer: Sendable {
    /// Unique, and legal in an architecture file.
    public var name: String
    /// In the language: `conv`; `input` for inputs.
    public var kind: String
    public var arguments: [Argument] = []
    public var inputs: [Int] = []
    public var weights: [ForeignWeight] = []
    /// What the other framework calls it: `Conv1D 'conv1d_1'`.
    public var origin: String
    /// Of an input: sizes as the language writes them.
    public var shape: [String] = []

    /// As the language writes it; without a name where it stands at its place.
    public struct Argument: Hashable, Sendable {
        public var name: String?
        public var value: String
        public init(_ name: String? = nil, _ value: String) {
            self.name = name
            self.value = value
        }
        public var text: String { name.map { "\($0): \(value)" } ?? value }
    }
}

/// One array of a layer in Strata's layout, by Strata's name within the layer.
public struct ForeignWeight: Sendable {
    public var name: String
    public var shape: [Int]
    public var values: [Float]
    /// The names that it has in the file.
    public var sources: [String]
}

/// One array as it stands in a file, as float32.
public struct ForeignArray: Sendable {
    public var name: String
    public var shape: [Int]
    /// What the file says that its numbers are: `float32`, `bfloat16`.
    public var type: String
    public var values: [Float]
    /// How many of the numbers are others as float32.
    public var rounded = 0
    public var count: Int { values.count }
}
