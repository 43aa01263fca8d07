import GraphIR

/// A sigmoid made of straight lines, as the gates of Keras before version 2.3.
public struct HardSigmoid: Activation {
    public static let signature = Signature(
        .layer, "hard_sigmoid",
        """
        A sigmoid made of straight lines, as the gates of Keras before version 2.3.

        y = min(max(0.2 x + 0.5, 0), 1). PyTorch's hardsigmoid is another: x / 6 + 0.5.
        """,
        example: "x -> hard_sigmoid")

    public let output: TensorType

    public init(_ arguments: Arguments, inputs: [TensorType]) throws(Complaint) { output = try inputs.single() }

    public static let operations = 3
    public func value(_ x: Vector) -> Vector {
        let line = x * 0.2 + 0.5
        return line.replacing(with: Vector.zero, where: line .< Vector.zero)
            .replacing(with: Vector(1), where: line .> Vector(1))
    }
    public func slope(_ y: Vector) -> Vector {
        Vector(0.2).replacing(with: Vector.zero, where: y .<= Vector.zero)
            .replacing(with: Vector.zero, where: y .>= Vector(1))
    }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(HardSigmoid.self, $0) }
