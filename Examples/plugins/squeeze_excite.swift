import GraphIR
import Layers

#if canImport(Glibc)
    import Glibc
#endif

/// Lets a network say which channels matter for this window: squeeze and excitation.
///
/// Every channel's mean over time goes through a small bottleneck and comes back as a factor between 0 and 1:
/// `y[c, t] = s[c] x[c, t]` with `s = sigmoid(W2 relu(W1 mean(x) + b1) + b2)`.
///
/// Hu, Shen and Sun (2018), arXiv:1709.01507
public struct SqueezeExcite: Layer, Arithmetic {
    static let ratio = Setting<Int>(
        "ratio", "How many times narrower the bottleneck is than the channels.", standard: 4, in: 1...1024)

    public static let signature = Signature(
        .layer, "squeeze_excite",
        """
        Weighs every channel by what all channels look like on average.
        `y[c, t] = s[c] x[c, t]`, `s = sigmoid(W2 relu(W1 mean(x) + b1) + b2)`. Hu, Shen and Sun (2018), arXiv:1709.01507.
        """,
        [ratio], example: "x -> squeeze_excite(2)")

    public let output: TensorType
    public let weights: [WeightSpec]
    private let channels: Int
    private let hidden: Int

    public init(_ arguments: Arguments, inputs: [TensorType]) throws(Complaint) {
        guard inputs[0].shape.rank == 2, let channels = inputs[0].shape.channels.number else {
            throw Complaint(.input(0, axis: nil), "squeeze_excite takes [channels, time], not \(inputs[0].shape)")
        }
        self.channels = channels
        hidden = max(1, channels / arguments[Self.ratio])
        output = inputs[0]
        weights = [
            WeightSpec("weight_squeeze", [hidden, channels], .heUniform, fanIn: channels, fanOut: hidden),
            WeightSpec("bias_squeeze", [hidden], .zeros),
            WeightSpec("weight_excite", [channels, hidden], .glorotUniform, fanIn: hidden, fanOut: channels),
            WeightSpec("bias_excite", [channels], .zeros),
        ]
    }

    public var flops: Dimension { output.shape.count * 2 + .number(4 * channels * hidden) }
    public var reach: Reach { .everywhere }

    // MARK: - Arithmetic

    public var backwardReads: BackwardReads { .inputs }
    /// Means, bottleneck and factors of each sample.
    public var keptPerSample: Int { 2 * channels + hidden }
    /// The gradients of the factors and of the bottleneck.
    public var scratchCount: Int { 2 * channels + hidden }

    public func forward(_ pass: Pass) {
        for sample in pass.samples {
            let means = pass.kept(sample)
            let bottleneck = means + channels
            let factors = bottleneck + hidden
            let length = pass.input().length(of: sample)
            for channel in 0..<channels {
                let x = pass.input().row(channel, of: sample)
                var sum: Float = 0
                for t in 0..<length { sum += x[t] }
                means[channel] = sum / Float(max(1, length))
            }
            for unit in 0..<hidden {
                let row = pass.weight(0) + unit * channels
                var sum = pass.weight(1)[unit]
                for channel in 0..<channels { sum += row[channel] * means[channel] }
                // Written so that what is not a number stays one.
                bottleneck[unit] = sum < 0 ? 0 : sum
            }
            for channel in 0..<channels {
                let row = pass.weight(2) + channel * hidden
                var sum = pass.weight(3)[channel]
                for unit in 0..<hidden { sum += row[unit] * bottleneck[unit] }
                factors[channel] = 1 / (1 + expf(-sum))
                let x = pass.input().row(channel, of: sample)
                let y = pass.output.row(channel, of: sample)
                for t in 0..<pass.output.width { y[t] = factors[channel] * x[t] }
            }
        }
    }

    /// What the factors say is how much of each channel passes: they are held still, and all goes to the channel.
    public func relevance(_ pass: Pass) {
        guard let dx = pass.inputGradient() else { return }
        for sample in pass.samples {
            let factors = pass.kept(sample) + channels + hidden
            for channel in 0..<channels {
                let (c, row) = (pass.outputGradient.row(channel, of: sample), dx.row(channel, of: sample))
                for t in 0..<pass.output.width { row[t] = factors[channel] * c[t] }
            }
        }
    }

    public func backward(_ pass: Pass) {
        for sample in pass.samples {
            let means = pass.kept(sample)
            let bottleneck = means + channels
            let factors = bottleneck + hidden
            let ofFactors = pass.scratch
            let ofHidden = ofFactors + channels
            let ofMeans = ofHidden + hidden
            let length = pass.input().length(of: sample)
            for unit in 0..<hidden { ofHidden[unit] = 0 }
            for channel in 0..<channels { ofMeans[channel] = 0 }
            for channel in 0..<channels {
                let x = pass.input().row(channel, of: sample)
                let dy = pass.outputGradient.row(channel, of: sample)
                var sum: Float = 0
                for t in 0..<length { sum += x[t] * dy[t] }
                ofFactors[channel] = sum * factors[channel] * (1 - factors[channel])
                for unit in 0..<hidden {
                    ofHidden[unit] += pass.weight(2)[channel * hidden + unit] * ofFactors[channel]
                    pass.gradient(2)?[channel * hidden + unit] += ofFactors[channel] * bottleneck[unit]
                }
                pass.gradient(3)?[channel] += ofFactors[channel]
            }
            for unit in 0..<hidden where bottleneck[unit] > 0 {
                for channel in 0..<channels {
                    ofMeans[channel] += pass.weight(0)[unit * channels + channel] * ofHidden[unit]
                    pass.gradient(0)?[unit * channels + channel] += ofHidden[unit] * means[channel]
                }
                pass.gradient(1)?[unit] += ofHidden[unit]
            }
            guard let dx = pass.inputGradient() else { continue }
            for channel in 0..<channels {
                let dy = pass.outputGradient.row(channel, of: sample)
                let row = dx.row(channel, of: sample)
                let share = ofMeans[channel] / Float(max(1, length))
                for t in 0..<pass.output.width { row[t] = factors[channel] * dy[t] + share }
            }
        }
    }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(SqueezeExcite.self, $0) }
