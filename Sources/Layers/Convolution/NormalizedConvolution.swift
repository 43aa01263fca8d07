import Kernels

/// A convolution and the batch norm behind it, at inference: a scale and an offset for each kernel, which the weights
/// take over before the samples come.
struct NormalizedConvolution: Arithmetic {
    private(set) var convolution: ConvArithmetic
    let normalization: FixedNormalization

    private var filters: Int { convolution.output.channels }
    private var kernelCount: Int { convolution.kernels.weightCount / filters }
    private var ownWeights: Int { convolution.epilogue.hasBias ? 2 : 1 }

    var inputHalo: Int { convolution.inputHalo }
    var outputHalo: Int { convolution.outputHalo }
    var keptPerSample: Int { convolution.keptPerSample }
    var scratchCount: Int { convolution.scratchCount }
    private var packedCount: Int { convolution.preparedCount.roundedUpToLanes }
    /// The packed kernels, the offsets, and the scaled weights that are packed.
    var preparedCount: Int { packedCount + filters.roundedUpToLanes + filters * kernelCount }

    func prepare(_ pass: Pass) {
        let offsets = pass.prepared + packedCount
        let weights = offsets + filters.roundedUpToLanes
        for filter in 0..<filters {
            let line = normalization.line(pass, filter, from: ownWeights)
            let bias = convolution.epilogue.hasBias ? pass.weight(1)[filter] : 0
            offsets[filter] = (bias - line.mean) * line.factor + line.offset
            for place in filter * kernelCount..<(filter + 1) * kernelCount {
                weights[place] = pass.weight(0)[place] * line.factor
            }
        }
        convolution.kernels.packForGathering(weights, into: pass.prepared)
    }

    func forward(_ pass: Pass) {
        convolution.forward(pass, bias: (pass.prepared + packedCount).reading)
    }

    /// Never asked for: the two are one only where no gradients are wanted.
    func backward(_ pass: Pass) {}

    func followed(by next: any Arithmetic, in mode: Mode, withGradients: Bool) -> (any Arithmetic)? {
        guard let joined = convolution.activated(by: next) else { return nil }
        return NormalizedConvolution(convolution: joined, normalization: normalization)
    }
}
