import GraphIR
import Kernels

/// Doubling, perhaps a crop, and a convolution, as one: see `FoldedTaps`.
public struct UpsampledConvolution: Arithmetic {
    private(set) var convolution: ConvArithmetic
    let taps: FoldedTaps
    /// Channels and samples of what is doubled.
    let input: Extents
    private let offsets: [[Int]]
    private let mirrored: [[Int]]
    /// For short signals: how each phase's gradients are summed.
    private let across: [AcrossGradients]
    private let phantoms: Phantoms

    /// `nil` where the two cannot be one: strides, groups, images, or a padding that moves with the length.
    public init?(doubling input: Extents, cut: Int, then convolution: ConvArithmetic) {
        let kernels = convolution.kernels
        guard kernels.groups == 1, kernels.kernel.height == 1, kernels.big.height == 1, kernels.stride.width == 1,
            kernels.dilation.width == 1, kernels.kernel.width > 1,
            convolution.window.rule == .padded(.same) || convolution.window.rule == .padded(.causal)
        else { return nil }
        self.convolution = convolution
        self.input = input
        let left = convolution.window.padding(for: convolution.input.width).before
        taps = FoldedTaps(kernel: kernels.kernel.width, left: left, cut: cut)
        offsets = [taps.offsets(phase: 0), taps.offsets(phase: 1)]
        mirrored = offsets.map { $0.map { -$0 } }
        let half = (convolution.output.width + 1) / 2
        let both = (0...1).compactMap { [taps, offsets] phase in
            AcrossGradients(
                KernelShape(
                    results: convolution.output.channels, channels: input.channels, taps: taps.count[phase]),
                places: offsets[phase], width: half)
        }
        across = both.count == 2 ? both : []
        phantoms = Phantoms(taps, input: input, output: convolution.output)
    }

    private var channels: Int { input.channels }
    private var filters: Int { convolution.output.channels }
    private var epilogue: KernelEpilogue { convolution.epilogue }
    private func shape(_ phase: Int) -> KernelShape {
        KernelShape(results: filters, channels: channels, taps: taps.count[phase])
    }
    private func mirroredShape(_ phase: Int) -> KernelShape {
        KernelShape(results: channels, channels: filters, taps: taps.count[phase])
    }

    public var inputHalo: Int { taps.reach + 1 }
    public var outputHalo: Int { 0 }
    public var backwardReads: BackwardReads { convolution.backwardReads }
    public var keptPerSample: Int { convolution.keptPerSample }
    /// Few samples are taken several at a time: unfolding the gradients then happens once for all of them.
    public var backwardPhases: [WorkPhase] { [.samples(grain: convolution.output.width < 1024 ? 4 : 1)] }

    // Folded weights of both phases, then their packed forms.
    private func foldedCount(_ phase: Int) -> Int {
        [channels, taps.count[phase]].reduce(filters, Rational.product).roundedUpToLanes
    }
    private func packedCount(_ phase: Int) -> Int { shape(phase).packedCount.roundedUpToLanes }
    private func mirroredCount(_ phase: Int) -> Int { mirroredShape(phase).packedCount.roundedUpToLanes }
    private var packedCounts: Int {
        [foldedCount(1), packedCount(0), packedCount(1)].reduce(foldedCount(0), Rational.sum)
    }
    /// The folded weights, packed, and behind them those that the phantoms' share is made of.
    public var preparedCount: Int { Rational.sum(packedCounts, phantoms.weightCount) }
    public var preparedForBackwardCount: Int { Rational.sum(mirroredCount(0), mirroredCount(1)) }

    // Rows of one phase, with zeros around.
    private var half: Int { (convolution.output.width + 1) / 2 }
    private var lead: Int { (taps.reach + 1).roundedUpToLanes }
    private var halfStride: Int {
        let stride = (max(half, input.width) + taps.reach + 1).roundedUpToLanes
        return stride % 512 == 0 ? stride + lanes : stride
    }
    private var phaseCount: Int { lead + filters * halfStride + 4 * lanes }
    private var roomCount: Int { across.map { $0.roomCount(width: half) }.max() ?? 0 }
    private var sumsCount: Int { Rational.sum(foldedCount(0), foldedCount(1)) }
    public var scratchCount: Int {
        [phaseCount, phaseCount, sumsCount, roomCount, phantoms.weightCount, phantoms.columnCount]
            .reduce(epilogue.scratchCount, Rational.sum)
    }

    public func prepare(_ pass: Pass) {
        var folded = pass.prepared
        var packed = pass.prepared + foldedCount(0) + foldedCount(1)
        var mirroredPacked = pass.preparedForBackward
        for phase in 0...1 {
            let n = taps.count[phase]
            taps.fold(pass.weight(0), kernels: filters * channels, phase: phase, into: folded)
            shape(phase).pack(folded, steps: (channels * n, n, 1), into: packed)
            if let out = mirroredPacked {
                mirroredShape(phase).pack(folded, steps: (n, channels * n, 1), into: out)
                mirroredPacked = out + mirroredCount(phase)
            }
            folded += foldedCount(phase)
            packed += packedCount(phase)
        }
        phantoms.pack(pass.weight(0), into: packed)
    }

    public func forward(_ pass: Pass) {
        let isCut = epilogue.cutsNegatives && !phantoms.exist
        let phases = SampleRows(pass.scratch, stride: halfStride)
        for sample in pass.samples {
            let x = pass.input(), width = pass.output.length(of: sample)
            var packed = pass.prepared + foldedCount(0) + foldedCount(1)
            for phase in 0...1 {
                offsets[phase].withUnsafeBufferPointer { offsets in
                    guard let offsets = offsets.baseAddress else { return }
                    correlate(
                        x[sample], xStep: x.stride, offsets: offsets, packed, shape(phase),
                        into: phases.row(phase * filters), yStep: halfStride, width: (width + 1) / 2,
                        start: epilogue.hasBias ? .bias(pass.weight(1)) : .zero, cutsNegatives: isCut)
                }
                packed += packedCount(phase)
            }
            phantoms.subtract(
                SampleRows(x, sample), samples: x.length(of: sample), packed: packed, from: phases,
                phaseStep: filters * halfStride, width: width, column: phases.row(2 * filters))
            for row in 0..<filters {
                interleave(
                    phases.row(row), fromStep: halfStride * filters, phases: 2, to: pass.output.row(row, of: sample),
                    count: width)
            }
            epilogue.finish(pass, sample, alreadyCut: isCut)
        }
    }

    public func followed(by next: any Arithmetic, in mode: Mode, withGradients: Bool) -> (any Arithmetic)? {
        guard let joined = convolution.activated(by: next) else { return nil }
        return UpsampledConvolution(doubling: input, cut: taps.cut, then: joined)
    }

    public func backward(_ pass: Pass) {
        let phases = pass.scratch + epilogue.scratchCount
        let sums = phases + 2 * phaseCount
        let phantomSums = sums + sumsCount + roomCount
        let gradient = pass.gradient(0)
        if gradient != nil { sums.update(repeating: 0, count: sumsCount) }
        phantomSums.update(repeating: 0, count: phantoms.weightCount)
        for sample in pass.samples {
            let slopes = epilogue.slopes(pass, sample, scratch: pass.scratch)
            let width = pass.output.length(of: sample)
            if epilogue.hasBias, let gradient = pass.gradient(1) {
                epilogue.addBiasGradient(slopes, width: width, to: gradient)
            }
            split(slopes, width, into: phases)
            if gradient != nil { addGradients(pass, sample, phases, width, to: sums) }
            if pass.inputGradient() != nil { giveBack(pass, sample, phases) }
            phantoms.subtract(
                slopes: slopes, width: width, packed: pass.prepared + packedCounts, x: SampleRows(pass.input(), sample),
                samples: pass.input().length(of: sample), from: pass.inputGradient().map { SampleRows($0, sample) },
                sums: phantomSums, column: phantomSums + phantoms.weightCount)
        }
        guard let gradient else { return }
        for phase in 0...1 { unfold(sums, phase, to: gradient) }
        phantoms.unpack(phantomSums, from: gradient)
    }

    private func unfold(_ sums: UnsafeMutablePointer<Float>, _ phase: Int, to gradient: UnsafeMutablePointer<Float>) {
        let from = sums + phase * foldedCount(0)
        guard let across = across.isEmpty ? nil : across[phase] else {
            return taps.unfold(from, kernels: filters * channels, phase: phase, addingTo: gradient)
        }
        for tap in 0..<taps.kernel {
            across.finish(
                from, tap: taps.place(of: tap, phase: phase), to: gradient + tap,
                steps: (channels * taps.kernel, taps.kernel))
        }
    }

    /// Even and odd slopes apart, zeros beside them.
    private func split(_ slopes: SampleRows, _ width: Int, into phases: UnsafeMutablePointer<Float>) {
        for phase in 0...1 { (phases + phase * phaseCount).update(repeating: 0, count: lead) }
        for row in 0..<filters {
            // Behind the last slope of a row stands at least one zero for the odd phase of an odd length.
            let out = phases + (lead + row * halfStride)
            deinterleave(
                slopes.row(row), phases: 2, count: width / 2, to: out, toStep: phaseCount, filled: halfStride)
            if width % 2 == 1 { out[width / 2] = slopes.row(row)[width - 1] }
        }
    }

    private func addGradients(
        _ pass: Pass, _ sample: Int, _ phases: UnsafeMutablePointer<Float>, _ width: Int,
        to sums: UnsafeMutablePointer<Float>
    ) {
        let x = pass.input()
        let half = (width + 1) / 2
        for phase in 0...1 {
            let slopes = UnsafePointer(phases + (phase * phaseCount + lead))
            let out = sums + phase * foldedCount(0)
            let shape = shape(phase)
            if !across.isEmpty {
                let room = sums + (foldedCount(0) + foldedCount(1))
                across[phase].add(
                    slopes: slopes, slopeStep: halfStride, x: x[sample], xStep: x.stride, width: half, to: out,
                    room: room)
                continue
            }
            offsets[phase].withUnsafeBufferPointer { offsets in
                guard let offsets = offsets.baseAddress else { return }
                addKernelGradients(
                    slopes: slopes, slopeStep: halfStride, x: x[sample], xStep: x.stride, offsets: offsets, shape,
                    width: half, to: out, steps: (channels * shape.taps, shape.taps, 1))
            }
        }
    }

    private func giveBack(_ pass: Pass, _ sample: Int, _ phases: UnsafeMutablePointer<Float>) {
        guard let dx = pass.inputGradient(), var packed = pass.preparedForBackward.map({ UnsafePointer($0) }) else {
            return
        }
        for phase in 0...1 {
            mirrored[phase].withUnsafeBufferPointer { offsets in
                guard let offsets = offsets.baseAddress else { return }
                correlate(
                    phases + (phase * phaseCount + lead), xStep: halfStride, offsets: offsets, packed,
                    mirroredShape(phase), into: dx[sample], yStep: dx.stride, width: dx.length(of: sample),
                    start: phase == 0 ? .zero : .there)
            }
            packed += mirroredCount(phase)
        }
    }
}

/// Doubling and a crop as one, on the way to being part of a convolution.
public struct CroppedDoubling: Arithmetic {
    let input: Extents
    /// Samples cut from the start of the doubled signal.
    let cut: Int

    public init(input: Extents, cut: Int) {
        self.input = input
        self.cut = cut
    }

    public var backwardReads: BackwardReads { [] }

    public func forward(_ pass: Pass) {
        for sample in pass.samples {
            for row in 0..<pass.output.rows {
                let from = pass.input().row(row, of: sample), to = pass.output.row(row, of: sample)
                for index in 0..<pass.output.length(of: sample) { to[index] = from[(index + cut) / 2] }
            }
        }
    }
    public func backward(_ pass: Pass) {
        guard let dx = pass.inputGradient() else { return }
        for sample in pass.samples {
            for row in 0..<dx.rows {
                let from = pass.outputGradient.row(row, of: sample), to = dx.row(row, of: sample)
                to.update(repeating: 0, count: dx.length(of: sample))
                for index in 0..<pass.outputGradient.length(of: sample) { to[(index + cut) / 2] += from[index] }
            }
        }
    }
    public func followed(by next: any Arithmetic, in mode: Mode, withGradients: Bool) -> (any Arithmetic)? {
        (next as? ConvArithmetic).flatMap { UpsampledConvolution(doubling: input, cut: cut, then: $0) }
    }
}
