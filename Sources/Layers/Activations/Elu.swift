import GraphIR

/// Lets negative numbers saturate smoothly instead of cutting them.
public struct Elu: LayerSignature {
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

    public var flops: Dimension { .number(Activation.elu.flops) * output.shape.count }
}

extension Elu: Delegating {
    var core: any Arithmetic { ElementwiseActivation(.elu, parameter: alpha) }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(Elu.self, $0) }
