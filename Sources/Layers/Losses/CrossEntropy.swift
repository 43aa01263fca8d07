import Foundation
import GraphIR

/// How surprised the probabilities of several classes are by the right one.
public struct CrossEntropy: Loss {
    /// In which form the classes come.
    public enum Form: String, Word {
        case probabilities, logits
        case logProbabilities = "log_probabilities"
    }
    static let form = Setting<Form>(
        "from", "Whether the output is probabilities, the numbers before softmax, or what log_softmax makes.",
        standard: .probabilities)
    static let weights = Setting<[Double]>(
        "weights", "How much each class counts, in the order of the channels; empty: all the same.", standard: [],
        in: 0...1e6)
    static let clip = Setting<Double>(
        "clip", "Probabilities below this count as this.", standard: 1e-7, in: 1e-30...0.1)

    public static let signature = Signature(
        .loss, "cross_entropy",
        """
        How surprised the probabilities of several classes are by the right one, averaged over all samples.

        - sum over classes c of weights[c] y[c, t] log p[c, t]

        The channels are the classes; a label has 1 in the right one, or shares that sum to 1. The mean is over samples,
        not over weights as in PyTorch.
        """,
        [form, weights, clip], example: "loss cross_entropy")

    public let form: Form
    public let weights: [Double]
    public let clip: Double

    public init(_ arguments: Arguments, output: TensorType, label: Shape) throws(Complaint) {
        try Self.checkShapes(output: output, label: label)
        form = arguments[Self.form]
        clip = try arguments.checked(Self.clip)
        weights = try arguments.checked(Self.weights)
        guard let classes = output.shape.channels.number else {
            throw Complaint(.unknownSize(0, axis: 0), "cross_entropy needs to know how many classes there are")
        }
        guard classes > 1 else {
            throw Complaint(
                .input(0, axis: 0), "cross_entropy compares several classes, but this output has one channel",
                help: "binary_cross_entropy is for one probability")
        }
        guard weights.isEmpty || weights.count == classes else {
            throw Complaint(.argument("weights"), "\(weights.count) weights are given for \(classes) classes")
        }
    }

    public static var expectedActivations: [String] { ["softmax"] }
    public static var comparesShares: Bool { true }
    public var fittingActivations: [String] {
        switch form {
        case .probabilities: ["softmax"]
        case .logProbabilities: ["log_softmax"]
        case .logits: []
        }
    }

    public func measure(_ window: LossWindow) -> Double {
        // A mask says the same for all classes of a sample, or counts some of them: its sum over the classes, shared.
        let weight = window.weight(0..<window.count) / Double(window.channels)
        guard weight > 0 else {
            window.silence()
            return 0
        }
        var sum = 0.0
        for position in 0..<window.positions { sum += measure(window, at: position, share: 1 / weight) }
        return sum / weight
    }

    /// The loss of one sample of a sequence; writes its slopes times `share`.
    @inline(__always)
    private func measure(_ window: LossWindow, at position: Int, share: Double) -> Double {
        let (stride, channels) = (window.positions, window.channels)
        let share = share * Double(window.scale)
        let logSum = form == .logits ? logSumOfExponentials(window, at: position) : 0
        var loss = 0.0
        var pull = 0.0
        for channel in 0..<channels {
            let index = channel * stride + position
            let amount = countedLabel(window, channel, index)
            guard amount != 0 else {
                window.gradient?[index] = 0
                continue
            }
            let x = Double(window.output[index])
            switch form {
            case .probabilities:
                let p = x < clip ? clip : x
                loss -= amount * log(p)
                window.gradient?[index] = Float(-share * amount / p)
            case .logProbabilities:
                loss -= amount * x
                window.gradient?[index] = Float(-share * amount)
            case .logits:
                loss -= amount * (x - logSum)
                pull += amount
            }
        }
        if form == .logits, let gradient = window.gradient {
            for channel in 0..<channels {
                let index = channel * stride + position
                let p = pull == 0 ? 0 : exp(Double(window.output[index]) - logSum)
                gradient[index] = Float(share * (pull * p - countedLabel(window, channel, index)))
            }
        }
        return loss
    }

    @inline(__always)
    private func countedLabel(_ window: LossWindow, _ channel: Int, _ index: Int) -> Double {
        let label = Double(window.label[index]) * (weights.isEmpty ? 1 : weights[channel])
        return window.mask.map { Double($0[index]) * label } ?? label
    }

    private func logSumOfExponentials(_ window: LossWindow, at position: Int) -> Double {
        var largest = -Double.infinity
        for channel in 0..<window.channels {
            largest = max(largest, Double(window.output[channel * window.positions + position]))
        }
        var sum = 0.0
        for channel in 0..<window.channels {
            sum += exp(Double(window.output[channel * window.positions + position]) - largest)
        }
        return largest + log(sum)
    }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(CrossEntropy.self, $0) }
