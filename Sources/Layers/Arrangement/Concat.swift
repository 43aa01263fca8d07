import GraphIR

/// Puts arrays behind each other along one axis.
public struct Concat: Layer {
    public static let axis = Setting<Axis>("axis", "Along which axis they follow each other.", standard: .channels)

    public static let signature = Signature(
        .layer, "concat",
        """
        Puts arrays behind each other along one axis, in the order in which they are named.

        The other axes must be equal. Vectors are joined along their features, whatever the axis says.
        """,
        [axis], inputs: 2...4096, example: "concat(x, y, axis: channels)")

    public let output: TensorType
    public let inputs: [TensorType]
    /// The axis' index in the shapes.
    public let axis: Int

    public init(_ arguments: Arguments, inputs: [TensorType]) throws(Complaint) {
        guard let first = inputs.first else { throw Complaint(.input(0, axis: nil), "concat needs arrays to join") }
        let isVector = first.shape.rank == 1
        axis = isVector ? 0 : try arguments[Self.axis].index(in: first.shape, argument: "axis")
        var shape = first.shape
        for (index, other) in inputs.enumerated().dropFirst() {
            guard other.shape.rank == shape.rank else {
                throw Complaint(
                    .inputsDiffer(axis: nil), "concat cannot join \(first.shape.words) and \(other.shape.words)")
            }
            for across in 0..<shape.rank where across != axis {
                try Self.check(first.shape, other.shape, axis: across, index: index)
                if shape[across].number == nil { shape[across] = other.shape[across] }
            }
            shape[axis] += other.shape[axis]
        }
        self.inputs = inputs
        output = first.with(shape)
    }

    private static func check(_ a: Shape, _ b: Shape, axis: Int, index: Int) throws(Complaint) {
        guard a[axis].compare(b[axis]) == .different else { return }
        let name = Shape.axisName(axis, rank: a.rank)
        throw Complaint(
            .inputsDiffer(axis: axis),
            "concat needs arrays that are equal in \(name), but array 1 is \(a) and array \(index + 1) is \(b)",
            help: axis == a.rank - 1 ? "crop(to: …) shortens the longer one" : nil)
    }

    public var flops: Dimension { 0 }
    public var arithmetic: any Arithmetic { ConcatArithmetic(inputs: inputs.map(\.shape), axis: axis) }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(Concat.self, $0) }
