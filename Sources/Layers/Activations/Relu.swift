import GraphIR

/// Sets what is negative to zero.
public struct Relu: Activation {
    public static let signature = Signature(
        .layer, "relu",
        """
        Sets what is negative to zero.

        y = max(x, 0). A gradient of zero at zero.
        """,
        example: "x -> relu")

    public let output: TensorType

    public init(_ arguments: Arguments, inputs: [TensorType]) throws(Complaint) { output = try inputs.single() }

    public static let operations = 1
    public static let cutsNegatives = true
    public func value(_ x: Vector) -> Vector { x.replacing(with: Vector.zero, where: x .< Vector.zero) }
    public func slope(_ y: Vector) -> Vector { Vector.zero.replacing(with: Vector(1), where: y .> Vector.zero) }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(Relu.self, $0) }
