import GraphIR
import Kernels

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
        let (positive, one) = (Vector(Float(positive)), Vector(1))
        switch form {
        case .probabilities:
            // Beyond the clip the slope stays that of the clip, so that an output that is surely wrong still learns.
            let (low, high) = (Vector(Float(clip)), Vector(Float(1 - clip)))
            return window.meanOfVectors { output, label in
                let p = output.larger(low).smaller(high)
                // Most of a seismogram is neither P nor S: half of the surprise is then nothing at all.
                if label.larger(Vector.zero - label).total == 0 {
                    let rest = one - p
                    return ((p - p) - rest.logarithm, one / rest)
                }
                let surprise = positive * label * p.logarithm + (one - label) * (one - p).logarithm
                // A number that is none stays none: the difference is zero for all others.
                let slope = ((one - label) * p - positive * label * (one - p)) / (p * (one - p))
                return ((p - p) - surprise, slope)
            }
        case .logits:
            return window.meanOfVectors { x, label in
                let size = x.larger(Vector.zero - x)
                // log(1 + exp(-|x|)): the rest of both surprises is a straight line.
                let tail = (one + (Vector.zero - size).exponential).logarithm + (x - x)
                let ofYes = (Vector.zero - x).larger(Vector.zero) + tail, ofNo = x.larger(Vector.zero) + tail
                let p = x.sigmoid
                return (
                    positive * label * ofYes + (one - label) * ofNo,
                    (one - label) * p - positive * label * (one - p)
                )
            }
        }
    }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(BinaryCrossEntropy.self, $0) }
