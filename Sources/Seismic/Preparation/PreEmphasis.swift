import GraphIR

/// `pre_emphasis`: a first difference that lifts high frequencies.
public struct PreEmphasis: Preparation {
    public static let strength = Setting<Double>(
        "strength", "How much of the sample before is taken away.", standard: 0.97, in: 0...1)

    public static let signature = Signature(
        .preparation, "pre_emphasis",
        "Lifts high frequencies: y[t] = x[t] - strength * x[t - 1], the first sample as it is.", [strength],
        example: "prepare { demean -> pre_emphasis(0.97) -> normalize(std) }")

    private let strength: Float
    public init(_ arguments: Arguments, window: TensorType) throws(Complaint) {
        strength = Float(arguments[Self.strength])
    }
    public var statement: String { "pre_emphasis: each sample minus \(strength) of the one before" }

    public func apply(to window: inout Window) {
        for channel in window.samples.indices { preEmphasize(&window.samples[channel], strength: strength) }
    }

    @section("strata_plugins") @used private static let entry: PluginEntry = { Registry.enter(PreEmphasis.self, $0) }
}

public func preEmphasize(_ samples: inout [Float], strength: Float) {
    for index in stride(from: samples.count - 1, to: 0, by: -1) { samples[index] -= strength * samples[index - 1] }
}
