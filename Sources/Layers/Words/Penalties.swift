import GraphIR

/// The settings by which a layer with `weight` and `bias` asks training to keep them small.
public struct Penalties: Sendable {
    public let weight: Penalty
    public let bias: Penalty

    public static let l1 = Setting<Double>(
        "l1", "Training adds this times the sum of |weight|.", standard: 0, in: 0...1e6
    ).onlyForTraining
    public static let l2 = Setting<Double>(
        "l2", "Training adds this times the sum of weight².", standard: 0, in: 0...1e6
    ).onlyForTraining
    public static let biasL1 = Setting<Double>(
        "bias_l1", "Training adds this times the sum of |bias|.", standard: 0, in: 0...1e6
    ).onlyForTraining
    public static let biasL2 = Setting<Double>(
        "bias_l2", "Training adds this times the sum of bias².", standard: 0, in: 0...1e6
    ).onlyForTraining
    public static let settings: [any AnySetting] = [l1, l2, biasL1, biasL2]

    public init(_ arguments: Arguments) throws(Complaint) {
        weight = Penalty(l1: try arguments.checked(Self.l1), l2: try arguments.checked(Self.l2))
        bias = Penalty(l1: try arguments.checked(Self.biasL1), l2: try arguments.checked(Self.biasL2))
    }
}
