import GraphIR

/// Adds arrays of one shape, number by number.
public struct Add: Layer {
    public static let signature = Signature(
        .layer, "add",
        """
        Adds arrays of one shape, number by number.

        a + b in a file; add(a, b, c) or sum(list) for more than two.
        """,
        inputs: 2...4096, example: "add(x, y)")

    public let output: TensorType
    public let count: Int

    public init(_ arguments: Arguments, inputs: [TensorType]) throws(Complaint) {
        output = try inputs.combined("'+'")
        count = inputs.count
    }

    public var flops: Dimension { .number(count - 1) * output.shape.count }
    public var arithmetic: any Arithmetic { Combination(.sum, count: count) }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(Add.self, $0) }
