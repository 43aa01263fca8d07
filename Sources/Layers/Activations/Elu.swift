import GraphIR

/// Lets negative numbers saturate smoothly instead of cutting them.
public struct Elu: Activation {
    public static let alpha = Setting<Double>(
        "alpha", "Minus the value that very negative numbers approach.", standard: 1, in: 0...100)

    public static let signature = Signature(
        .layer, "elu",
        """
        Lets negative numbers saturate smoothly instead of cutting them.

        y = x where x > 0, else alpha (exp(x) - 1). Clevert et al. (2016).
        """,
        [alpha], example: "x -> elu")

    public let output: TensorType
    public let alpha: Double

    public init(_ arguments: Arguments, inputs: [TensorType]) throws(Complaint) {
        output = try inputs.single()
        alpha = try arguments.checked(Self.alpha)
    }

    public static let operations = 10
    public func value(_ x: Vector) -> Vector {
        x.replacing(with: (x.exponential - 1) * Float(alpha), where: x .< Vector.zero)
    }
    public func slope(_ y: Vector) -> Vector { Vector(1).replacing(with: y + Float(alpha), where: y .<= Vector.zero) }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(Elu.self, $0) }
