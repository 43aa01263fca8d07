import GraphIR

/// Multiplies arrays of one shape, number by number.
public struct Multiply: Layer {
    public static let signature = Signature(
        .layer, "multiply",
        """
        Multiplies arrays of one shape, number by number.

        a * b in a file: a gate opens or closes what passes.
        """,
        inputs: 2...4096, example: "multiply(x, y)")

    public let output: TensorType
    public let count: Int

    public init(_ arguments: Arguments, inputs: [TensorType]) throws(Complaint) {
        output = try inputs.combined("'*'")
        count = inputs.count
    }

    public var flops: Dimension { .number(count - 1) * output.shape.count }
    public var arithmetic: any Arithmetic { Combination(.product, count: count) }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(Multiply.self, $0) }
