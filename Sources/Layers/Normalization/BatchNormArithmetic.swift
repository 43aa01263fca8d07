import Kernels

/// Batch norm's arithmetic in training: statistics of each sample, then of the batch, then the normalising.
///
/// The batch's statistics are combined from those of the samples in their order (Chan et al. 1979), so they do not
/// depend on threads and do not lose a small variance beside a large mean.
public struct BatchNormArithmetic: Arithmetic {
    let channels: Int
    /// Rows of a channel, and the features of a vector within its one row.
    let lines: Int
    let isVector: Bool
    let momentum: Float
    let epsilon: Float
    let hasScale: Bool
    /// Whether negatives are cut off: the relu behind it as one with it.
    private(set) var cutsNegatives = false

    public init(size: Extents, rank: Int, momentum: Float, epsilon: Float, hasScale: Bool) {
        isVector = rank < 2
        channels = isVector ? size.width : size.channels
        lines = isVector ? 1 : size.height
        self.momentum = momentum
        self.epsilon = epsilon
        self.hasScale = hasScale
    }

    public func settled(for mode: Mode) -> any Arithmetic {
        mode == .training
            ? self
            : FixedNormalization(
                channels: channels, lines: lines, isVector: isVector, epsilon: epsilon, hasScale: hasScale)
    }

    public func followed(by next: any Arithmetic, in mode: Mode, withGradients: Bool) -> (any Arithmetic)? {
        guard let activation = next as? ActivationArithmetic, activation.function.cutsNegatives, !isVector,
            !cutsNegatives
        else { return nil }
        var joined = self
        joined.cutsNegatives = true
        return joined
    }

    public var forwardPhases: [WorkPhase] { [.samples(grain: 1), .parts(1), .samples(grain: 1)] }
    public var backwardPhases: [WorkPhase] { [.samples(grain: 1), .parts(1), .samples(grain: 1)] }
    public var sumsOverSamples: Bool { false }
    public var backwardReads: BackwardReads { .inputs }
    /// Each sample's mean and squared deviations; then its sums of slopes, plain and times the normalised input.
    public var keptPerSample: Int { 2 * channels }
    /// The batch's mean and inverse deviation; then the means of the sums.
    public var keptShared: Int { 4 * channels }

    private var biasIndex: Int { hasScale ? 1 : 0 }
    private func scale(_ pass: Pass, _ channel: Int) -> Float { hasScale ? pass.weight(0)[channel] : 1 }
    /// How many numbers of one channel a sample has.
    private func count(_ pass: Pass, _ sample: Int) -> Int {
        isVector ? 1 : lines * pass.input().length(of: sample)
    }
    /// The numbers of a channel that lie together.
    @inline(__always)
    private func run(_ tensor: Tensor, _ channel: Int, _ line: Int, _ sample: Int) -> UnsafeMutablePointer<Float> {
        isVector ? tensor[sample] + channel : tensor.row(channel * lines + line, of: sample)
    }
    private func length(_ pass: Pass, _ sample: Int) -> Int { isVector ? 1 : pass.input().length(of: sample) }

    public func forward(_ pass: Pass) {
        switch pass.phase {
        case 0: for sample in pass.samples { measure(pass, sample) }
        case 1: combine(pass)
        default: for sample in pass.samples { normalise(pass, sample) }
        }
    }

    private func measure(_ pass: Pass, _ sample: Int) {
        let length = length(pass, sample)
        let kept = pass.kept(sample)
        for channel in 0..<channels {
            var total: Float = 0
            for line in 0..<lines { total += sum(run(pass.input(), channel, line, sample), length) }
            let mean = total / Float(max(1, length * lines))
            var squares: Float = 0
            for line in 0..<lines {
                squares += squaredDistances(run(pass.input(), channel, line, sample), mean, length)
            }
            kept[channel] = mean
            kept[channels + channel] = squares
        }
    }

    private func combine(_ pass: Pass) {
        let shared = pass.shared
        for channel in 0..<channels {
            var (count, mean, squares) = (0.0, 0.0, 0.0)
            for sample in pass.samples {
                let n = Double(self.count(pass, sample))
                let distance = Double(pass.kept(sample)[channel]) - mean
                let all = count + n
                mean += distance * n / all
                squares += Double(pass.kept(sample)[channels + channel]) + distance * distance * count * n / all
                count = all
            }
            let variance = squares / max(1, count)
            shared[channel] = Float(mean)
            shared[channels + channel] = Float(1 / (variance + Double(epsilon)).squareRoot())
            let running = pass.statistic(biasIndex + 1), spread = pass.statistic(biasIndex + 2)
            running[channel] = momentum * running[channel] + (1 - momentum) * Float(mean)
            spread[channel] = momentum * spread[channel] + (1 - momentum) * Float(variance)
        }
    }

    private func normalise(_ pass: Pass, _ sample: Int) {
        let length = length(pass, sample)
        for channel in 0..<channels {
            let factor = scale(pass, channel) * pass.shared[channels + channel]
            let mean = pass.shared[channel], offset = pass.weight(biasIndex)[channel]
            for line in 0..<lines {
                scaleRow(
                    run(pass.input(), channel, line, sample), minus: mean, times: factor, plus: offset,
                    to: run(pass.output, channel, line, sample), length, isSingle: isVector,
                    cutsNegatives: cutsNegatives)
            }
        }
    }

    public func backward(_ pass: Pass) {
        switch pass.phase {
        case 0: for sample in pass.samples { sumSlopes(pass, sample) }
        case 1: combineSlopes(pass)
        default: for sample in pass.samples { giveBack(pass, sample) }
        }
    }

    private func sumSlopes(_ pass: Pass, _ sample: Int) {
        let kept = pass.kept(sample)
        for channel in 0..<channels {
            let line = line(pass, channel)
            var (plain, weighted): (Float, Float) = (0, 0)
            for row in 0..<lines {
                let slopes = run(pass.outputGradient, channel, row, sample)
                let x = run(pass.input(), channel, row, sample)
                if isVector {
                    plain += slopes[0]
                    weighted += slopes[0] * (x[0] - line.mean)
                } else {
                    let sums = line.sums(slopes, x, length(pass, sample), whereCut: cutsNegatives)
                    plain += sums.plain
                    weighted += sums.weighted
                }
            }
            kept[channel] = plain
            kept[channels + channel] = weighted * pass.shared[channels + channel]
        }
    }

    /// What a channel's numbers are taken through.
    private func line(_ pass: Pass, _ channel: Int) -> NormalizingLine {
        NormalizingLine(
            mean: pass.shared[channel], factor: scale(pass, channel) * pass.shared[channels + channel],
            offset: pass.weight(biasIndex)[channel])
    }

    private func combineSlopes(_ pass: Pass) {
        let total = pass.samples.reduce(0) { $0 + count(pass, $1) }
        for channel in 0..<channels {
            var (plain, weighted) = (0.0, 0.0)
            for sample in pass.samples {
                plain += Double(pass.kept(sample)[channel])
                weighted += Double(pass.kept(sample)[channels + channel])
            }
            pass.shared[2 * channels + channel] = Float(plain / Double(max(1, total)))
            pass.shared[3 * channels + channel] = Float(weighted / Double(max(1, total)))
            if hasScale, let gradient = pass.gradient(0) { gradient[channel] += Float(weighted) }
            if let gradient = pass.gradient(biasIndex) { gradient[channel] += Float(plain) }
        }
    }

    private func giveBack(_ pass: Pass, _ sample: Int) {
        guard let dx = pass.inputGradient() else { return }
        for channel in 0..<channels {
            let line = line(pass, channel)
            let inverse = pass.shared[channels + channel]
            let plain = pass.shared[2 * channels + channel], weighted = pass.shared[3 * channels + channel] * inverse
            for row in 0..<lines {
                let out = run(dx, channel, row, sample)
                let slopes = run(pass.outputGradient, channel, row, sample)
                let x = run(pass.input(), channel, row, sample)
                if isVector {
                    out[0] = line.factor * (slopes[0] - plain - (x[0] - line.mean) * weighted)
                } else {
                    line.giveBack(
                        slopes, x, plain: plain, weighted: weighted, to: out, length(pass, sample),
                        whereCut: cutsNegatives)
                }
            }
        }
    }
}
