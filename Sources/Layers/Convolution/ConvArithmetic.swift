import Kernels

/// A convolution's arithmetic: sums of products gathered from the input, then bias and activation.
public struct ConvArithmetic: Arithmetic {
    let kernels: StridedKernels
    private(set) var epilogue: KernelEpilogue
    /// The window along time, whose padding may depend on how long a sample is.
    let window: SlidingWindow
    let input: Extents
    let output: Extents

    public init(
        input: Extents, output: Extents, groups: Int, windows: [SlidingWindow], activation: (any Activation)?,
        hasBias: Bool
    ) {
        self.input = input
        self.output = output
        let window = windows[windows.count - 1]
        let above: SlidingWindow? = windows.count > 1 ? windows[0] : nil
        self.window = window
        kernels = StridedKernels(
            small: .init(height: output.height, width: output.width),
            big: .init(height: input.height, width: input.width), smallChannels: output.channels,
            bigChannels: input.channels, groups: groups,
            kernel: .init(height: above?.kernel ?? 1, width: window.kernel),
            stride: .init(height: above?.stride ?? 1, width: window.stride),
            dilation: .init(height: above?.dilation ?? 1, width: window.dilation),
            top: above?.padding(for: input.height).before ?? 0,
            // 'same' pads less than the window is wide, and how much depends on the length.
            mostLeft: max(window.padding(for: input.width).before, window.rule == .padded(.same) ? window.span / 2 : 0))
        epilogue = KernelEpilogue(
            activation: activation, hasBias: hasBias, lines: output.height, channels: output.channels,
            width: output.width, halo: kernels.smallHalo)
    }

    public var inputHalo: Int { kernels.bigHalo }
    public var outputHalo: Int { kernels.smallHalo }
    public var backwardReads: BackwardReads { epilogue.backwardReads }
    public var keptPerSample: Int { epilogue.keptPerSample }
    public var preparedCount: Int { kernels.gatherPackedCount }
    public var preparedForBackwardCount: Int { kernels.spreadPackedCount }
    public var scratchCount: Int { kernels.scratchCount + epilogue.scratchCount }
    public var backwardPhases: [WorkPhase] { [.samples(grain: kernels.gradientGrain)] }

    public var isWeightedSum: Bool { epilogue.activation == nil }

    public func prepare(_ pass: Pass) {
        kernels.packForGathering(pass.weight(0), into: pass.prepared)
        if let packed = pass.preparedForBackward { kernels.packForSpreading(pass.weight(0), into: packed) }
    }

    public func forward(_ pass: Pass) { forward(pass, bias: epilogue.hasBias ? pass.weight(1) : nil) }

    public func forward(_ pass: Pass, bias: UnsafePointer<Float>?) {
        let isCut = epilogue.cutsNegatives
        for sample in pass.samples {
            let x = pass.input()
            kernels.gather(
                SampleRows(x, sample), left: window.padding(for: x.length(of: sample)).before, packed: pass.prepared,
                bias: bias, into: SampleRows(pass.output, sample), width: pass.output.length(of: sample),
                cutsNegatives: isCut, scratch: pass.scratch)
            epilogue.finish(pass, sample, alreadyCut: isCut && kernels.kernelAlwaysMeets)
        }
    }

    public func backward(_ pass: Pass) {
        let scratch = pass.scratch + epilogue.scratchCount
        kernels.beginGradients(scratch: scratch)
        for sample in pass.samples {
            let x = pass.input()
            let length = x.length(of: sample), width = pass.output.length(of: sample)
            let left = window.padding(for: length).before
            let slopes = epilogue.slopes(pass, sample, scratch: pass.scratch)
            if epilogue.hasBias, let gradient = pass.gradient(1) {
                epilogue.addBiasGradient(slopes, width: width, to: gradient)
            }
            if let gradient = pass.gradient(0) {
                kernels.addGradients(
                    small: slopes, big: SampleRows(x, sample), left: left, width: width, to: gradient, scratch: scratch)
            }
            if let dx = pass.inputGradient(), let packed = pass.preparedForBackward {
                kernels.spread(
                    slopes, left: left, packed: packed, bias: nil, into: SampleRows(dx, sample), width: length,
                    scratch: scratch)
            }
        }
        if let gradient = pass.gradient(0) { kernels.finishGradients(to: gradient, scratch: scratch) }
    }

    /// The activation behind it costs no pass of its own; at inference neither does batch norm, which only changes the
    /// weights.
    public func followed(by next: any Arithmetic, in mode: Mode, withGradients: Bool) -> (any Arithmetic)? {
        if let joined = activated(by: next) { return joined }
        guard let normalization = next as? FixedNormalization, !normalization.cutsNegatives,
            epilogue.activation == nil, !withGradients
        else { return nil }
        return NormalizedConvolution(convolution: self, normalization: normalization)
    }

    func activated(by next: any Arithmetic) -> ConvArithmetic? {
        guard let activation = next as? ActivationArithmetic, epilogue.activation == nil else { return nil }
        var joined = self
        joined.epilogue.activation = activation.function
        return joined
    }
}
