import GraphIR

/// Lets a share of what is negative through.
public struct LeakyRelu: Activation {
    public static let slope = Setting<Double>(
        "slope", "The share of a negative number that stays.", standard: LeakyRelu.standardSlope, in: 0...1)
    /// Also what `activation: leaky_relu` uses; PyTorch's. Keras has 0.3.
    public static let standardSlope = 0.01

    public static let signature = Signature(
        .layer, "leaky_relu",
        """
        Lets a share of what is negative through, so that no unit is ever without a gradient.

        y = x where x > 0, else slope * x. PyTorch's standard slope is 0.01, that of Keras 0.3.
        """,
        [slope], example: "x -> leaky_relu(0.1)")

    public let output: TensorType
    public let negativeSlope: Double

    public init(_ arguments: Arguments, inputs: [TensorType]) throws(Complaint) {
        output = try inputs.single()
        negativeSlope = try arguments.checked(Self.slope)
    }

    public static let operations = 1
    public func value(_ x: Vector) -> Vector { x.replacing(with: x * Float(negativeSlope), where: x .< Vector.zero) }
    public func slope(_ y: Vector) -> Vector {
        Vector(1).replacing(with: Vector(Float(negativeSlope)), where: y .<= Vector.zero)
    }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(LeakyRelu.self, $0) }
