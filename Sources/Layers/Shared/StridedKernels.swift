import Kernels

/// The sums of products that a convolution and its transpose share, for one sample.
///
/// There is a big side (a convolution's input, a transposed one's output) and a small side, joined by weights
/// `[small channels, big channels / groups, height, width]`. Gathering goes from big to small, spreading from small to
/// big; each is the other's gradient. Sequences are images of height 1.
struct StridedKernels: Sendable {
    struct Size: Sendable {
        var height: Int
        var width: Int
    }
    let small: Size
    let big: Size
    let smallChannels: Int
    let bigChannels: Int
    let groups: Int
    let kernel: Size
    let stride: Size
    let dilation: Size
    /// Rows of zeros above the big side.
    let top: Int
    /// The most zeros that can stand before the big side's first column, for any length.
    let mostLeft: Int

    /// Where the taps of a row find their sample, from the place of the first.
    private let gatherOffsets: [Int]
    /// For each of the big side's columns modulo the stride: the taps that reach it.
    private let phases: [Phase]
    private struct Phase: Sendable {
        var firstTap = 0
        var tapStep = 1
        var offsets: [Int] = []
    }
    /// Room for a row of every stride-th column.
    private let phaseStride: Int
    /// Gradients with the channels in the lanes, where rows are short and nothing stands in the way.
    private let across: AcrossGradients?
    /// Passes over short lines of pictures.
    private let strips: StripKernels?

    init(
        small: Size, big: Size, smallChannels: Int, bigChannels: Int, groups: Int, kernel: Size, stride: Size,
        dilation: Size, top: Int, mostLeft: Int
    ) {
        self.small = small
        self.big = big
        self.smallChannels = smallChannels
        self.bigChannels = bigChannels
        self.groups = groups
        self.kernel = kernel
        self.stride = stride
        self.dilation = dilation
        self.top = top
        self.mostLeft = mostLeft
        let reach = (kernel.width - 1) * dilation.width / stride.width
        phaseStride =
            max(small.width, (big.width + mostLeft) / stride.width + 1).roundedUpToLanes
            + (reach + 1).roundedUpToLanes
        let gap = phaseStride
        gatherOffsets = (0..<kernel.width).map { tap in
            let place = tap * dilation.width
            return place % stride.width * gap + place / stride.width
        }
        var phases = [Phase](repeating: Phase(), count: stride.width)
        for tap in 0..<kernel.width {
            let (offset, phase) = (tap * dilation.width).quotientAndRemainder(dividingBy: stride.width)
            if phases[phase].offsets.isEmpty {
                phases[phase].firstTap = tap
            } else if phases[phase].offsets.count == 1 {
                phases[phase].tapStep = tap - phases[phase].firstTap
            }
            phases[phase].offsets.append(-offset)
        }
        self.phases = phases
        let isFlat = groups == 1 && kernel.height == 1 && small.height == 1 && big.height == 1
        let shape = KernelShape(results: smallChannels, channels: bigChannels, taps: kernel.width)
        across =
            isFlat
            ? AcrossGradients(
                shape, places: (0..<kernel.width).map { $0 * dilation.width }, stride: stride.width, width: small.width)
            : nil
        strips = StripKernels(
            small: small, big: big,
            shape: KernelShape(results: smallChannels / groups, channels: bigChannels / groups, taps: kernel.width),
            groups: groups, kernel: kernel, stride: stride, dilation: dilation, top: top)
    }

    private var isStrided: Bool { stride.width > 1 }
    private var span: Int { (kernel.width - 1) * dilation.width + 1 }
    /// Every number of the big side gets one sum, so that none has to be begun beforehand.
    private var isDirect: Bool { !isStrided && kernel.height == 1 && stride.height == 1 && small.height == big.height }
    private var taps: Int { kernel.height * kernel.width }

    /// Zeros that gathering wants beside the rows of the big side.
    var bigHalo: Int { max(mostLeft, span - 1, (small.width - 1) * stride.width + span - big.width) }
    /// Zeros that spreading wants beside the rows of the small side.
    var smallHalo: Int {
        let behind = (big.width - 1 + mostLeft) / stride.width + 1 - small.width
        return max((span - 1) / stride.width, behind, 0)
    }

    // MARK: Packing

    private var gatherShape: KernelShape {
        KernelShape(results: smallChannels / groups, channels: bigChannels / groups, taps: kernel.width)
    }
    private func spreadShape(_ phase: Phase) -> KernelShape {
        KernelShape(results: bigChannels / groups, channels: smallChannels / groups, taps: phase.offsets.count)
    }
    var gatherPackedCount: Int { groups * kernel.height * gatherShape.packedCount }
    var spreadPackedCount: Int { groups * kernel.height * phases.reduce(0) { $0 + spreadShape($1).packedCount } }
    var weightCount: Int { groups * weightsPerGroup }
    private var weightsPerGroup: Int { smallChannels / groups * (bigChannels / groups) * taps }

    func packForGathering(_ weights: UnsafePointer<Float>, into packed: UnsafeMutablePointer<Float>) {
        var out = packed
        for group in 0..<groups {
            for row in 0..<kernel.height {
                gatherShape.pack(
                    weights + (group * weightsPerGroup + row * kernel.width),
                    steps: (bigChannels / groups * taps, taps, 1), into: out)
                out += gatherShape.packedCount
            }
        }
    }
    func packForSpreading(_ weights: UnsafePointer<Float>, into packed: UnsafeMutablePointer<Float>) {
        var out = packed
        for group in 0..<groups {
            for row in 0..<kernel.height {
                for phase in phases {
                    let shape = spreadShape(phase)
                    shape.pack(
                        weights + (group * weightsPerGroup + row * kernel.width + phase.firstTap),
                        steps: (taps, bigChannels / groups * taps, phase.tapStep), into: out)
                    out += shape.packedCount
                }
            }
        }
    }

    // MARK: The big side, cut into phases

    /// Floats of scratch room for any of the passes.
    var scratchCount: Int {
        sumsStart + (across.map { $0.sumsCount + $0.roomCount(width: small.width) } ?? 0)
            + (strips.map { $0.sumsCount + $0.roomCount } ?? 0)
    }
    /// Where the room begins that sums of gradients have, and behind them the strips.
    private var sumsStart: Int { phasesCount }
    private var stripsStart: Int { sumsStart + (strips?.sumsCount ?? 0) }
    private var phasesCount: Int { isStrided ? bigChannels * big.height * stride.width * phaseStride + 4 * lanes : 0 }

    /// The big side as gathering reads it: as it is, or every stride-th column together.
    private func gatherable(
        _ rows: SampleRows, left: Int, width: Int, scratch: UnsafeMutablePointer<Float>
    ) -> SampleRows {
        guard isStrided else { return SampleRows(rows.start - left, stride: rows.stride) }
        let count = width + (span - 1) / stride.width
        for row in 0..<bigChannels * big.height {
            deinterleave(
                rows.row(row) - left, phases: stride.width, count: count,
                to: scratch + row * stride.width * phaseStride, toStep: phaseStride, filled: phaseStride)
        }
        return SampleRows(scratch, stride: stride.width * phaseStride)
    }

    // MARK: Passes

    /// From big to small: `small[o, h, t] = bias[o] + sum of weight * big`. `width` results of a row count.
    func gather(
        _ rows: SampleRows, left: Int, packed: UnsafePointer<Float>, bias: UnsafePointer<Float>?, into out: SampleRows,
        width: Int, cutsNegatives: Bool, scratch: UnsafeMutablePointer<Float>
    ) {
        let source = gatherable(rows, left: left, width: width, scratch: scratch)
        if let strips, strips.gathers {
            strips.gather(
                source, gap: phaseStride, packed: packed, bias: bias, into: out, width: width,
                cutsNegatives: cutsNegatives, room: scratch + stripsStart)
            return
        }
        let shape = gatherShape
        gatherOffsets.withUnsafeBufferPointer { offsets in
            guard let offsets = offsets.baseAddress else { return }
            for group in 0..<groups {
                for line in 0..<small.height {
                    let first = out.row(group * shape.results * small.height + line)
                    var start = SumStart.zero
                    if let bias { start = .bias(bias + group * shape.results) }
                    let kernelRows = rowsMeeting(line)
                    if kernelRows.isEmpty { fill(out, group, line, bias, width) }
                    for kernelRow in kernelRows {
                        let bigLine = line * stride.height + kernelRow * dilation.height - top
                        correlate(
                            source.row(group * shape.channels * big.height + bigLine),
                            xStep: big.height * source.stride,
                            offsets: offsets,
                            packed + (group * kernel.height + kernelRow) * shape.packedCount, shape, into: first,
                            yStep: small.height * out.stride, width: width, start: start,
                            cutsNegatives: cutsNegatives && kernelRow == kernelRows.upperBound - 1)
                        start = .there
                    }
                }
            }
        }
    }

    /// The kernel's rows that meet the big side when the result's row is `line`.
    private func rowsMeeting(_ line: Int) -> Range<Int> {
        let start = line * stride.height - top
        let first = start >= 0 ? 0 : (-start).groups(of: dilation.height)
        let last = min(kernel.height, (big.height - start).groups(of: dilation.height))
        return first..<max(first, last)
    }

    /// Whether some row of the kernel meets the big side for every line of the result: only sums cut negatives off.
    var kernelAlwaysMeets: Bool { (0..<small.height).allSatisfy { !rowsMeeting($0).isEmpty } }

    private func fill(_ out: SampleRows, _ group: Int, _ line: Int, _ bias: UnsafePointer<Float>?, _ width: Int) {
        for result in group * gatherShape.results..<(group + 1) * gatherShape.results {
            out.row(result * small.height + line).update(repeating: bias?[result] ?? 0, count: width)
        }
    }

    /// From small to big: every number of the small side lays its kernel down. `width` columns of the big side count.
    func spread(
        _ rows: SampleRows, left: Int, packed: UnsafePointer<Float>, bias: UnsafePointer<Float>?, into out: SampleRows,
        width: Int, scratch: UnsafeMutablePointer<Float>
    ) {
        if let strips, strips.spreads {
            strips.spread(
                rows, left: left, packed: packed, bias: bias, into: out, width: width, room: scratch + stripsStart)
            return
        }
        let channels = bigChannels / groups
        let target = isStrided ? SampleRows(scratch, stride: stride.width * phaseStride) : out
        let count = isStrided ? (width - 1 + left) / stride.width + 1 : width
        var kernels = packed
        for group in 0..<groups {
            let groupBias = bias.map { $0 + group * channels }
            if !isDirect {
                for line in 0..<big.height { start(target, group, line, groupBias, count) }
            }
            let first: SumStart = isDirect ? groupBias.map { .bias($0) } ?? .zero : .there
            for kernelRow in 0..<kernel.height {
                for (place, phase) in phases.enumerated() {
                    let shape = spreadShape(phase)
                    phase.offsets.withUnsafeBufferPointer { offsets in
                        guard let offsets = offsets.baseAddress, shape.taps > 0 else { return }
                        for line in 0..<small.height {
                            let bigLine = line * stride.height + kernelRow * dilation.height - top
                            guard bigLine >= 0, bigLine < big.height else { continue }
                            let source = rows.row(group * shape.channels * small.height + line)
                            correlate(
                                isStrided ? source : source + left, xStep: small.height * rows.stride, offsets: offsets,
                                kernels, shape,
                                into: target.row(group * channels * big.height + bigLine) + place * phaseStride,
                                yStep: big.height * target.stride, width: count, start: first)
                        }
                    }
                    kernels += shape.packedCount
                }
            }
        }
        if isStrided { join(target, left: left, into: out, width: width) }
    }

    /// The phases side by side again, from column `left` on: nothing is written before a row, where without gradients
    /// no gap need be.
    private func join(_ phases: SampleRows, left: Int, into out: SampleRows, width: Int) {
        let (first, skipped) = left.quotientAndRemainder(dividingBy: stride.width)
        let head = skipped == 0 ? 0 : min(width, stride.width - skipped)
        for row in 0..<bigChannels * big.height {
            let from = phases.row(row), to = out.row(row)
            for column in 0..<head { to[column] = from[(skipped + column) * phaseStride + first] }
            interleave(
                from + (skipped == 0 ? first : first + 1), fromStep: phaseStride, phases: stride.width, to: to + head,
                count: width - head)
        }
    }

    /// What the sums of one line begin with: zeros, or each channel's bias.
    private func start(
        _ target: SampleRows, _ group: Int, _ line: Int, _ bias: UnsafePointer<Float>?, _ count: Int
    ) {
        let channels = bigChannels / groups
        for channel in 0..<channels {
            let row = target.row((group * channels + channel) * big.height + line)
            for phase in 0..<(isStrided ? stride.width : 1) {
                (row + phase * phaseStride).update(repeating: bias?[channel] ?? 0, count: count)
            }
        }
    }

    // MARK: Gradients of the weights

    /// How many samples a call of `backward` takes: sums with the channels in the lanes are put in their places once
    /// for several.
    var gradientGrain: Int { across == nil && strips?.hasSums != true ? 1 : 4 }

    /// Before the first sample of a call.
    func beginGradients(scratch: UnsafeMutablePointer<Float>) {
        let count = across?.sumsCount ?? strips?.sumsCount ?? 0
        (scratch + sumsStart).update(repeating: 0, count: count)
    }

    /// Adds products of the small side (slopes of a convolution, values of a transposed one) with the big side. The
    /// small side must be zero from `width` to the next multiple of sixteen.
    func addGradients(
        small smallRows: SampleRows, big bigRows: SampleRows, left: Int, width: Int,
        to gradient: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>
    ) {
        if let across {
            let sums = scratch + sumsStart
            across.add(
                slopes: smallRows.start, slopeStep: smallRows.stride, x: bigRows.start - left, xStep: bigRows.stride,
                width: width, to: sums, room: sums + across.sumsCount)
            return
        }
        let source = gatherable(bigRows, left: left, width: width, scratch: scratch)
        if let strips {
            strips.addGradients(
                small: smallRows, big: source, gap: phaseStride, width: width, to: gradient,
                sums: scratch + sumsStart, room: scratch + stripsStart)
            return
        }
        let shape = gatherShape
        gatherOffsets.withUnsafeBufferPointer { offsets in
            guard let offsets = offsets.baseAddress else { return }
            for group in 0..<groups {
                for line in 0..<small.height {
                    for kernelRow in rowsMeeting(line) {
                        let bigLine = line * stride.height + kernelRow * dilation.height - top
                        addKernelGradients(
                            slopes: smallRows.row(group * shape.results * small.height + line),
                            slopeStep: small.height * smallRows.stride,
                            x: source.row(group * shape.channels * big.height + bigLine),
                            xStep: big.height * source.stride, offsets: offsets, shape, width: width,
                            to: gradient + (group * weightsPerGroup + kernelRow * kernel.width),
                            steps: (shape.channels * taps, taps, 1))
                    }
                }
            }
        }
    }

    /// After the last sample of a call.
    func finishGradients(to gradient: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>) {
        strips?.finish(scratch + sumsStart, to: gradient)
        guard let across else { return }
        for tap in 0..<taps {
            across.finish(scratch + sumsStart, tap: tap, to: gradient + tap, steps: (bigChannels * taps, taps))
        }
    }
}

/// The rows of one sample.
struct SampleRows {
    let start: UnsafeMutablePointer<Float>
    let stride: Int
    init(_ start: UnsafeMutablePointer<Float>, stride: Int) {
        self.start = start
        self.stride = stride
    }
    init(_ tensor: Tensor, _ sample: Int) { self.init(tensor[sample], stride: tensor.stride) }
    @inline(__always) func row(_ index: Int) -> UnsafeMutablePointer<Float> { start + index &* stride }
}
