import Kernels

/// A transposed convolution's arithmetic: every sample that comes in spreads a kernel.
public struct ConvTransposeArithmetic: Arithmetic {
    let kernels: StridedKernels
    private(set) var epilogue: KernelEpilogue
    let output: Extents
    /// Samples cut from the start.
    let left: Int

    public init(
        input: Extents, output: Extents, kernel: [Int], stride: [Int], cut: [Int], activation: (any Activation)?,
        hasBias: Bool
    ) {
        self.output = output
        let isImage = kernel.count > 1
        left = cut[cut.count - 1]
        kernels = StridedKernels(
            small: .init(height: input.height, width: input.width),
            big: .init(height: output.height, width: output.width), smallChannels: input.channels,
            bigChannels: output.channels, groups: 1,
            kernel: .init(height: isImage ? kernel[0] : 1, width: kernel[kernel.count - 1]),
            stride: .init(height: isImage ? stride[0] : 1, width: stride[stride.count - 1]),
            dilation: .init(height: 1, width: 1), top: isImage ? cut[0] : 0, mostLeft: left)
        epilogue = KernelEpilogue(
            activation: activation, hasBias: hasBias, lines: output.height, channels: output.channels,
            width: output.width, halo: kernels.bigHalo)
    }

    public var inputHalo: Int { kernels.smallHalo }
    public var outputHalo: Int { kernels.bigHalo }
    public var backwardReads: BackwardReads { epilogue.backwardReads }
    public var keptPerSample: Int { epilogue.keptPerSample }
    public var preparedCount: Int { kernels.spreadPackedCount }
    public var preparedForBackwardCount: Int { kernels.gatherPackedCount }
    public var scratchCount: Int { kernels.scratchCount + epilogue.scratchCount }

    public var isWeightedSum: Bool { epilogue.activation == nil }

    public func prepare(_ pass: Pass) {
        kernels.packForSpreading(pass.weight(0), into: pass.prepared)
        if let packed = pass.preparedForBackward { kernels.packForGathering(pass.weight(0), into: packed) }
    }

    public func forward(_ pass: Pass) {
        for sample in pass.samples {
            kernels.spread(
                SampleRows(pass.input(), sample), left: left, packed: pass.prepared,
                bias: epilogue.hasBias ? pass.weight(1) : nil, into: SampleRows(pass.output, sample),
                width: pass.output.length(of: sample), scratch: pass.scratch)
            epilogue.finish(pass, sample, alreadyCut: false)
        }
    }

    public var backwardPhases: [WorkPhase] { [.samples(grain: kernels.gradientGrain)] }

    public func backward(_ pass: Pass) {
        let scratch = pass.scratch + epilogue.scratchCount
        kernels.beginGradients(scratch: scratch)
        for sample in pass.samples {
            let x = SampleRows(pass.input(), sample)
            let length = pass.input().length(of: sample)
            let slopes = epilogue.slopes(pass, sample, scratch: pass.scratch)
            if epilogue.hasBias, let gradient = pass.gradient(1) {
                epilogue.addBiasGradient(slopes, width: pass.output.length(of: sample), to: gradient)
            }
            if let gradient = pass.gradient(0) {
                kernels.addGradients(
                    small: x, big: slopes, left: left, width: length, to: gradient, scratch: scratch)
            }
            if let dx = pass.inputGradient(), let packed = pass.preparedForBackward {
                kernels.gather(
                    slopes, left: left, packed: packed, bias: nil, into: SampleRows(dx, sample), width: length,
                    cutsNegatives: false, scratch: scratch)
            }
        }
        if let gradient = pass.gradient(0) { kernels.finishGradients(to: gradient, scratch: scratch) }
    }

    /// The activation behind it costs no pass of its own.
    public func followed(by next: any Arithmetic, in mode: Mode, withGradients: Bool) -> (any Arithmetic)? {
        guard let activation = next as? ActivationArithmetic, epilogue.activation == nil else { return nil }
        var joined = self
        joined.epilogue.activation = activation.function
        return joined
    }
}
