import GraphIR

/// Reads the same numbers with other sizes.
public struct Reshape: Layer {
    public static let to = Setting<[Dimension]>("to", "The new sizes, channels first: reshape([16, 47]).", in: 1...1e9)

    public static let signature = Signature(
        .layer, "reshape",
        """
        Reads the same numbers in the same order with other sizes; the last axis runs fastest.

        The sizes must hold exactly as many numbers as come in.
        """,
        [to], example: "x -> flatten -> reshape([1, 96])")

    public let input: TensorType
    public let output: TensorType

    public init(_ arguments: Arguments, inputs: [TensorType]) throws(Complaint) {
        input = try inputs.single()
        let shape = Shape(try arguments.checked(Self.to))
        guard (1...3).contains(shape.rank) else {
            throw Complaint(
                .argument("to"), "an array has 1 to 3 axes (the batch does not count), but \(shape) has \(shape.rank)")
        }
        if shape.count.compare(input.shape.count) == .different {
            throw Complaint(
                .argument("to"),
                "\(shape) holds \(shape.count) numbers, but \(input.shape) has \(input.shape.count)")
        }
        output = TensorType(shape)
    }

    public var flops: Dimension { 0 }
    public var reach: Reach { .everywhere }
    public var arithmetic: any Arithmetic { Rearrangement(input: input.shape, order: nil) }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(Reshape.self, $0) }
