/// The sizes of one array, without the batch: `[features]`, `[channels, time]` or `[channels, height, width]`.
public struct Shape: Hashable, Sendable {
    public var dimensions: [Dimension]

    public init(_ dimensions: [Dimension]) { self.dimensions = dimensions }
    public init(_ dimensions: Dimension...) { self.dimensions = dimensions }

    public var rank: Int { dimensions.count }
    public var channels: Dimension { dimensions.first ?? 1 }
    /// The last axis of a sequence: how many samples or frames.
    public var time: Dimension { rank >= 2 ? dimensions[rank - 1] : 1 }
    public subscript(axis: Int) -> Dimension {
        get { dimensions[axis] }
        set { dimensions[axis] = newValue }
    }

    /// How many numbers one array holds.
    public var count: Dimension { dimensions.reduce(.number(1), *) }
    public var isKnown: Bool { dimensions.allSatisfy { $0.number != nil } }
    /// The sizes as numbers; `nil` while one is a symbol.
    public var numbers: [Int]? {
        let numbers = dimensions.compactMap(\.number)
        return numbers.count == rank ? numbers : nil
    }

    /// The largest size of one axis that anything is asked to work out: far beyond any memory, and far from where
    /// products of sizes would no longer fit into a number.
    public static let largestSize = 1 << 36
    /// The first axis that is larger; `nil` for shapes that can be.
    public var absurdAxis: Int? {
        dimensions.firstIndex { $0.number.map { $0 > Shape.largestSize } ?? false }
    }

    public func substituting(_ bindings: [String: Int]) -> Shape {
        Shape(dimensions.map { $0.substituting(bindings) })
    }

    /// What people call an axis of an array of this rank.
    public static func axisName(_ axis: Int, rank: Int) -> String {
        switch (rank, axis) {
        case (1, 0): "features"
        case (2, 0), (3, 0): "channels"
        case (2, 1): "time"
        case (3, 1): "height"
        case (3, 2): "width"
        default: "axis \(axis)"
        }
    }
}

extension Shape: CustomStringConvertible {
    public var description: String { "[" + dimensions.map(\.description).joined(separator: ", ") + "]" }
}

/// What flows along an edge of a graph: the sizes, and how many samples (or frames) there are in a second.
public struct TensorType: Hashable, Sendable {
    public var shape: Shape
    /// Samples a second along time; `nil` where nobody said, or where time is gone.
    public var rate: Double?

    public init(_ shape: Shape, rate: Double? = nil) {
        self.shape = shape
        self.rate = rate
    }

    public func substituting(_ bindings: [String: Int]) -> TensorType {
        TensorType(shape.substituting(bindings), rate: rate)
    }
}
