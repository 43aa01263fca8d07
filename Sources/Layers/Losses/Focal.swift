import Foundation
import GraphIR

/// Binary cross-entropy that cares less for what is already right.
public struct Focal: Loss {
    static let gamma = Setting<Double>(
        "gamma", "How much less: 0 is binary cross-entropy.", standard: 2, in: 0...100)
    static let alpha = Setting<Double>(
        "alpha", "How much a label of 1 counts; a label of 0 counts 1 - alpha.", standard: 0.25, in: 0...1)
    static let form = Setting<OutputForm>(
        "from", "Whether the output is a probability or the number before its sigmoid.", standard: .probabilities)
    static let clip = Setting<Double>(
        "clip", "Probabilities are held this far from 0 and 1.", standard: 1e-7, in: 1e-30...0.1)

    public static let signature = Signature(
        .loss, "focal",
        """
        Binary cross-entropy that cares less for what is already right: for labels that are rarely 1.

        -(alpha y (1 - p)^gamma log p + (1 - alpha) (1 - y) p^gamma log(1 - p)). Lin et al. (2017).
        """,
        [gamma, alpha, form, clip], example: "loss focal(gamma: 2.0)")

    public let gamma: Double
    public let alpha: Double
    public let form: OutputForm
    public let clip: Double

    public init(_ arguments: Arguments, output: TensorType, label: Shape) throws(Complaint) {
        try Self.checkShapes(output: output, label: label)
        gamma = try arguments.checked(Self.gamma)
        alpha = try arguments.checked(Self.alpha)
        form = arguments[Self.form]
        clip = try arguments.checked(Self.clip)
    }

    public static var expectedActivations: [String] { ["sigmoid", "hard_sigmoid"] }
    public var fittingActivations: [String] { form == .probabilities ? Self.expectedActivations : [] }

    public func measure(_ window: LossWindow) -> Double {
        window.mean { output, label in
            let probability = form == .logits ? 1 / (1 + exp(-output)) : output
            let p = probability.isNaN ? probability : max(clip, min(1 - clip, probability))
            let yes = side(p)
            let no = side(1 - p)
            let slope = alpha * label * yes.slope - (1 - alpha) * (1 - label) * no.slope
            return (
                alpha * label * yes.loss + (1 - alpha) * (1 - label) * no.loss,
                form == .logits ? slope * p * (1 - p) : slope
            )
        }
    }

    /// -(1 - q)^gamma log q and its slope along q, the probability of what is right.
    @inline(__always)
    private func side(_ q: Double) -> (loss: Double, slope: Double) {
        let ease = pow(1 - q, gamma)
        let slope = (gamma == 0 ? 0 : gamma * pow(1 - q, gamma - 1) * log(q)) - ease / q
        return (-ease * log(q), slope)
    }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(Focal.self, $0) }
