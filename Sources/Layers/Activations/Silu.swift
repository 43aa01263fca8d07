import GraphIR

/// Weighs each number by its own sigmoid: smooth near zero, x far above it, 0 far below.
public struct Silu: Activation {
    public static let signature = Signature(
        .layer, "silu",
        """
        Weighs each number by its own sigmoid: smooth near zero, x far above it, 0 far below.

        y = x / (1 + exp(-x)). Elfwing et al. (2018); also known as swish (Ramachandran et al., 2017).
        """,
        example: "x -> silu")

    public let output: TensorType

    public init(_ arguments: Arguments, inputs: [TensorType]) throws(Complaint) { output = try inputs.single() }

    public static let operations = 10
    public static let slopeNeedsInput = true
    public func value(_ x: Vector) -> Vector { x * x.sigmoid }
    public func slope(_ x: Vector) -> Vector {
        let share = x.sigmoid
        return share * (Vector(1) + x * (Vector(1) - share))
    }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(Silu.self, $0) }
