import Kernels

/// Batch norm with statistics that stand still: a scale and an offset for each channel.
struct FixedNormalization: Arithmetic {
    let channels: Int
    let lines: Int
    let isVector: Bool
    let epsilon: Float
    let hasScale: Bool
    /// Whether negatives are cut off: the relu behind it as one with it.
    private(set) var cutsNegatives = false

    var backwardReads: BackwardReads { .inputs }
    private var biasIndex: Int { hasScale ? 1 : 0 }

    /// A channel's line; `first` is the place of this layer's weights among those of the step.
    func line(_ pass: Pass, _ channel: Int, from first: Int = 0) -> NormalizingLine {
        let bias = first + biasIndex
        let inverse = 1 / (pass.weight(bias + 2)[channel] + epsilon).squareRoot()
        return NormalizingLine(
            mean: pass.weight(bias + 1)[channel], factor: hasScale ? pass.weight(first)[channel] * inverse : inverse,
            offset: pass.weight(bias)[channel])
    }
    private func run(_ tensor: Tensor, _ channel: Int, _ line: Int, _ sample: Int) -> UnsafeMutablePointer<Float> {
        isVector ? tensor[sample] + channel : tensor.row(channel * lines + line, of: sample)
    }

    func forward(_ pass: Pass) {
        for sample in pass.samples {
            let length = isVector ? 1 : pass.input().length(of: sample)
            for channel in 0..<channels {
                let line = line(pass, channel)
                for row in 0..<lines {
                    scaleRow(
                        run(pass.input(), channel, row, sample), minus: line.mean, times: line.factor,
                        plus: line.offset, to: run(pass.output, channel, row, sample), length, isSingle: isVector,
                        cutsNegatives: cutsNegatives)
                }
            }
        }
    }

    func followed(by next: any Arithmetic, in mode: Mode, withGradients: Bool) -> (any Arithmetic)? {
        guard let activation = next as? ActivationArithmetic, activation.function.cutsNegatives, !isVector,
            !cutsNegatives, !withGradients
        else { return nil }
        var joined = self
        joined.cutsNegatives = true
        return joined
    }

    /// The running mean is a constant.
    func relevance(_ pass: Pass) {
        backward(pass)
        for sample in pass.samples where pass.baseline == nil {
            let length = isVector ? 1 : pass.input().length(of: sample)
            for channel in 0..<channels {
                let line = line(pass, channel)
                let taken = -Double(line.mean) * Double(line.factor)
                for row in 0..<lines {
                    let c = run(pass.outputGradient, channel, row, sample)
                    var told = 0.0
                    for t in 0..<length { told += Double(c[t]) }
                    pass.addConstant(taken * told, of: sample)
                }
            }
        }
    }

    func backward(_ pass: Pass) {
        for sample in pass.samples {
            let length = isVector ? 1 : pass.input().length(of: sample)
            for channel in 0..<channels {
                let line = line(pass, channel)
                let inverse = 1 / (pass.weight(biasIndex + 2)[channel] + epsilon).squareRoot()
                for row in 0..<lines {
                    let slopes = run(pass.outputGradient, channel, row, sample)
                    let x = run(pass.input(), channel, row, sample)
                    if hasScale, let gradient = pass.gradient(0) {
                        gradient[channel] += dotCentred(slopes, x, line.mean, length) * inverse
                    }
                    if let gradient = pass.gradient(biasIndex) { gradient[channel] += sum(slopes, length) }
                    if let dx = pass.inputGradient() {
                        scaleRow(
                            slopes, minus: 0, times: line.factor, plus: 0, to: run(dx, channel, row, sample), length,
                            isSingle: isVector)
                    }
                }
            }
        }
    }
}
