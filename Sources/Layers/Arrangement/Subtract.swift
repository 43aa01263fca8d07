import GraphIR

/// Subtracts the second array from the first, number by number.
public struct Subtract: Layer {
    public static let signature = Signature(
        .layer, "subtract",
        """
        Subtracts the second array from the first, number by number.

        a - b in a file: what a residual leaves, or the difference of two stations.
        """,
        inputs: 2...2, example: "subtract(x, y)")

    public let output: TensorType
    public let count: Int

    public init(_ arguments: Arguments, inputs: [TensorType]) throws(Complaint) {
        output = try inputs.combined("'-'")
        count = inputs.count
    }

    public var flops: Dimension { .number(count - 1) * output.shape.count }
    public var arithmetic: any Arithmetic { Combination(.difference, count: count) }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(Subtract.self, $0) }
