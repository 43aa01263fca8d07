import Kernels

/// A convolution's arithmetic: sums of products gathered from the input, then bias and activation.
struct Convolution: Arithmetic {
    let kernels: StridedKernels
    let epilogue: KernelEpilogue
    /// The window along time, whose padding may depend on how long a sample is.
    let window: SlidingWindow
    let input: Extents
    let output: Extents
    /// For short rows of many channels: how the kernels' gradients are summed.
    private let across: AcrossGradients?

    init(
        input: Extents, output: Extents, groups: Int, windows: [SlidingWindow], activation: ActivationFunction,
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
        across = kernels.across
        epilogue = KernelEpilogue(
            activation: activation, hasBias: hasBias, lines: output.height, channels: output.channels,
            width: output.width, halo: kernels.smallHalo)
    }

    var inputHalo: Int { kernels.bigHalo }
    var outputHalo: Int { kernels.smallHalo }
    var backwardReads: BackwardReads {
        epilogue.activation.kind == .none || epilogue.activation.needsInput ? .inputs : [.inputs, .output]
    }
    var keptPerSample: Int { epilogue.keptPerSample }
    var preparedCount: Int { kernels.gatherPackedCount }
    var preparedForBackwardCount: Int { kernels.spreadPackedCount }
    var scratchCount: Int { kernels.scratchCount + epilogue.scratchCount + sumsCount + roomCount }
    private var sumsCount: Int { across?.sumsCount ?? 0 }
    private var roomCount: Int { across?.roomCount(width: output.width) ?? 0 }
    /// Short samples are taken several at a time: their gradients are then put in their places once for all.
    var backwardPhases: [Phase] { [.samples(grain: across == nil ? 1 : 4)] }

    func prepare(_ pass: Pass) {
        kernels.packForGathering(pass.weight(0), into: pass.prepared)
        if let packed = pass.preparedForBackward { kernels.packForSpreading(pass.weight(0), into: packed) }
    }

    func forward(_ pass: Pass) {
        let isCut = epilogue.activation.kind == .relu
        for sample in pass.samples {
            let x = pass.input()
            kernels.gather(
                SampleRows(x, sample), left: window.padding(for: x.length(of: sample)).before, packed: pass.prepared,
                bias: epilogue.hasBias ? pass.weight(1) : nil, into: SampleRows(pass.output, sample),
                width: pass.output.length(of: sample), cutsNegatives: isCut, scratch: pass.scratch)
            epilogue.finish(pass, sample, alreadyCut: isCut && kernels.kernelAlwaysMeets)
        }
    }

    func backward(_ pass: Pass) {
        let sums = pass.scratch + epilogue.scratchCount + kernels.scratchCount
        sums.update(repeating: 0, count: sumsCount)
        for sample in pass.samples {
            let x = pass.input()
            let length = x.length(of: sample), width = pass.output.length(of: sample)
            let left = window.padding(for: length).before
            let slopes = epilogue.slopes(pass, sample, scratch: pass.scratch)
            let scratch = pass.scratch + epilogue.scratchCount
            if epilogue.hasBias, let gradient = pass.gradient(1) {
                epilogue.addBiasGradient(slopes, width: width, to: gradient)
            }
            if let across, pass.gradient(0) != nil {
                across.add(
                    slopes: slopes.start, slopeStep: slopes.stride, x: x[sample] - left, xStep: x.stride, width: width,
                    to: sums, room: sums + sumsCount)
            } else if let gradient = pass.gradient(0) {
                kernels.addGradients(
                    small: slopes, big: SampleRows(x, sample), left: left, width: width, to: gradient, scratch: scratch)
            }
            if let dx = pass.inputGradient(), let packed = pass.preparedForBackward {
                kernels.spread(
                    slopes, left: left, packed: packed, bias: nil, into: SampleRows(dx, sample), width: length,
                    scratch: scratch)
            }
        }
        if let across, let gradient = pass.gradient(0) {
            let taps = kernels.kernel.width
            for tap in 0..<taps {
                across.finish(sums, tap: tap, to: gradient + tap, steps: (input.channels * taps, taps))
            }
        }
    }
}
