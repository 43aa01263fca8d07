import Foundation
import GraphIR

/// How surprised a yes-or-no probability is by its label.
public struct BinaryCrossEntropy: Loss {
    static let form = Setting<OutputForm>(
        "from", "Whether the output is a probability or the number before its sigmoid.", standard: .probabilities)
    static let positive = Setting<Double>(
        "positive", "How much a label of 1 counts beside a label of 0.", standard: 1, in: 0...1e6)
    static let clip = Setting<Double>(
        "clip", "Probabilities are held this far from 0 and 1.", standard: 1e-7, in: 1e-30...0.1)

    public static let signature = Signature(
        .loss, "binary_cross_entropy",
        """
        How surprised a yes-or-no probability is by its label, averaged over all numbers of the output.

        -(positive * y log p + (1 - y) log(1 - p)), y from 0 to 1 and p held within clip … 1 - clip as in Keras

        from: logits takes the number before the sigmoid, where nothing needs to be held.
        """,
        [form, positive, clip], example: "loss binary_cross_entropy")

    public let form: OutputForm
    public let positive: Double
    public let clip: Double

    public init(_ arguments: Arguments, output: TensorType, label: Shape) throws(Complaint) {
        try Self.checkShapes(output: output, label: label)
        form = arguments[Self.form]
        positive = try arguments.checked(Self.positive)
        clip = try arguments.checked(Self.clip)
    }

    public static var expectedActivations: [String] { ["sigmoid", "hard_sigmoid"] }
    public var fittingActivations: [String] { form == .probabilities ? Self.expectedActivations : [] }

    public func measure(_ window: LossWindow) -> Double {
        switch form {
        case .probabilities:
            // Beyond the clip the slope stays that of the clip, so that an output that is surely wrong still learns.
            return window.mean { output, label in
                let p = output.isNaN ? output : max(clip, min(1 - clip, output))
                let loss = -(positive * label * log(p) + (1 - label) * log(1 - p))
                return (loss, (1 - label) / (1 - p) - positive * label / p)
            }
        case .logits:
            return window.mean { x, label in
                // log(1 + exp(-x)) without overflow; log(1 - p) is that with the sign of x turned.
                let tail = log1p(exp(-abs(x)))
                let surpriseOfYes = max(-x, 0) + tail, surpriseOfNo = max(x, 0) + tail
                let p = 1 / (1 + exp(-x))
                return (
                    positive * label * surpriseOfYes + (1 - label) * surpriseOfNo,
                    (1 - label) * p - positive * label * (1 - p)
                )
            }
        }
    }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(BinaryCrossEntropy.self, $0) }
