import GraphIR

/// Exchanges axes.
public struct Transpose: Layer {
    public static let order = Setting<[Int]>(
        "order", "Which axis comes first, second, …, counted from 0; empty: the last two change places.",
        standard: [], in: 0...2)

    public static let signature = Signature(
        .layer, "transpose",
        """
        Exchanges axes: of a sequence channels and time, so that y[t, c] = x[c, t].

        transpose([1, 2, 0]) puts an image's channels last. Layers behind it take the first axis for channels, whatever
        it was before.
        """,
        [order], example: "x -> transpose")

    public let input: TensorType
    public let output: TensorType
    /// For each axis that comes out, the one that came in.
    public let order: [Int]

    public init(_ arguments: Arguments, inputs: [TensorType]) throws(Complaint) {
        input = try inputs.single()
        let rank = input.shape.rank
        let said = try arguments.checked(Self.order)
        guard rank > 1 else {
            throw Complaint(
                .input(0, axis: nil), "a vector \(input.shape) has only one axis: there is nothing to exchange")
        }
        let order = said.isEmpty ? Array(0..<rank - 2) + [rank - 1, rank - 2] : said
        guard order.sorted() == Array(0..<rank) else {
            throw Complaint(
                .argument("order"), "order must name each of the axes 0 to \(rank - 1) once, but is \(order)")
        }
        self.order = order
        let shape = Shape(order.map { [input] in input.shape[$0] })
        // Only while time stays last is there a sampling rate along it.
        output = TensorType(shape, rate: order.last == rank - 1 ? input.rate : nil)
    }

    public var flops: Dimension { 0 }
    public var reach: Reach { .everywhere }
    public var arithmetic: any Arithmetic { Rearrangement(input: input.shape, order: order) }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(Transpose.self, $0) }
