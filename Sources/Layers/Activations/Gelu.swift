import GraphIR

/// Weighs each number by the normal distribution: smooth near zero, x far above it, 0 far below.
public struct Gelu: Activation {
    public static let signature = Signature(
        .layer, "gelu",
        """
        Weighs each number by the normal distribution: smooth near zero, x far above it, 0 far below.

        y = x (1 + erf(x / sqrt(2))) / 2, the exact form (Hendrycks and Gimpel, 2016), not the one with tanh.
        """,
        example: "x -> gelu")

    public let output: TensorType

    public init(_ arguments: Arguments, inputs: [TensorType]) throws(Complaint) { output = try inputs.single() }

    public static let operations = 10
    public static let slopeNeedsInput = true
    public func value(_ x: Vector) -> Vector { x * 0.5 * (Vector(1) + (x * Float(0.5).squareRoot()).errorFunction) }
    public func slope(_ x: Vector) -> Vector {
        let density = (x * x * -0.5).exponential * 0.398_942_280_4
        return (Vector(1) + (x * Float(0.5).squareRoot()).errorFunction) * 0.5 + x * density
    }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(Gelu.self, $0) }
