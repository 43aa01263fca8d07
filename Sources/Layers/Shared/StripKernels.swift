import Kernels

/// A convolution's passes over pictures, with a sample's lines put one behind another: one long row, a strip.
///
/// A line of seven pixels would fill less than half of a vector, and sums would be begun and ended for each line. In a
/// strip each line has beside it what its kernel sees there; results between two lines mean nothing and stay behind.
/// Gathered and spread sums are the same numbers in the same order as line by line.
struct StripKernels: Sendable {
    private let small: StridedKernels.Size
    private let big: StridedKernels.Size
    private let groups: Int
    private let kernel: StridedKernels.Size
    private let stride: StridedKernels.Size
    private let dilation: StridedKernels.Size
    private let top: Int
    /// Results, channels and taps of one row of the kernel, in one group.
    private let shape: KernelShape

    /// The big side for gathering, in every phase of the strides; the small side; the big side for spreading.
    private let seen: Strip
    private let results: Strip
    private let laid: Strip
    private let spreadOut: Strip
    /// Where the taps of a row of the kernel find their sample, from the place of the first.
    private let offsets: [Int]
    private let spreadOffsets: [Int]
    private let across: AcrossGradients?

    /// Gathering and spreading gain up to this width, gradients, whose sums are added up at every end, for longer.
    let gathers: Bool
    let spreads: Bool

    /// `nil` where there is but one line, lines are long, or a wide dilation would fill strips with what lies between.
    init?(
        small: StridedKernels.Size, big: StridedKernels.Size, shape: KernelShape, groups: Int,
        kernel: StridedKernels.Size, stride: StridedKernels.Size, dilation: StridedKernels.Size, top: Int
    ) {
        let span = (kernel.width - 1) * dilation.width + 1
        let above = (kernel.height - 1) * dilation.height
        let reach = (span - 1) / stride.width
        guard small.height > 1, small.width <= 256, small.width + reach <= 2 * small.width.roundedUpToLanes,
            above <= 2 * big.height + 8
        else { return nil }
        self.small = small
        self.big = big
        self.groups = groups
        self.kernel = kernel
        self.stride = stride
        self.dilation = dilation
        self.top = top
        self.shape = shape
        let isWhole = stride.width == 1 && stride.height == 1
        gathers = Self.pays(small.width, reach: reach)
        spreads = isWhole && Self.pays(big.width, reach: span - 1)
        let (small, big) = (small, big)
        let phases = stride.width * stride.height
        let seen = Strip(
            channels: groups * shape.channels * phases, lines: small.height + above / stride.height,
            width: small.width, reach: reach)
        self.seen = seen
        results = Strip(channels: groups * shape.results, lines: small.height, width: small.width, reach: reach)
        laid = Strip(
            channels: groups * shape.results, lines: big.height + above, width: big.width, reach: span - 1)
        spreadOut = Strip(channels: groups * shape.channels, lines: big.height, width: big.width, reach: span - 1)
        offsets = (0..<kernel.width).map {
            let place = $0 * dilation.width
            return place % stride.width * seen.step + place / stride.width
        }
        spreadOffsets = (0..<kernel.width).map { -$0 * dilation.width }
        across =
            isWhole
            ? Self.acrossGradients(shape, kernel, dilation, line: seen.line(small.width), lines: small.height) : nil
    }

    /// Whether sums of a line cost no more in a strip than alone, where it is filled up to whole vectors.
    private static func pays(_ width: Int, reach: Int) -> Bool {
        width <= 64 && width + reach <= width.roundedUpToLanes + lanes / 2
    }

    /// Gradients with the channels in the lanes, some lines at a time.
    private static func acrossGradients(
        _ shape: KernelShape, _ kernel: StridedKernels.Size, _ dilation: StridedKernels.Size, line: Int, lines: Int
    ) -> AcrossGradients? {
        let places = (0..<kernel.height).flatMap { row in
            (0..<kernel.width).map { row * dilation.height * line + $0 * dilation.width }
        }
        return AcrossGradients(
            KernelShape(results: shape.results, channels: shape.channels, taps: places.count), places: places,
            width: band(line: line, lines: lines) * line)
    }
    /// How many lines are transposed at once: so many that they stay near the processor.
    private static func band(line: Int, lines: Int) -> Int { max(1, min(lines, 384 / line)) }

    // MARK: Room

    /// Floats that live from `begin` to `finish` of gradients.
    var sumsCount: Int { groups * (across?.sumsCount ?? 0) }
    /// Floats of room for any of the passes.
    var roomCount: Int {
        let gathering = gathers ? seen.count + results.count : 0
        let spreading = spreads ? laid.count + spreadOut.count : 0
        let transposed = across?.roomCount(width: bandLines * seen.line(small.width)) ?? 0
        return max(gathering, spreading, seen.count + results.count + transposed)
    }
    var hasSums: Bool { across != nil }

    // MARK: Passes

    /// Columns of a strip that are worked on at once, so that what all channels have there is near.
    private func columns(_ channels: Int) -> Int { max(64, 65_536 / channels / 32 * 32) }

    /// What all taps of the kernel see of a sample: `rows` begin with what the first tap of the first result sees, and
    /// each stride's phases lie `gap` apart.
    private func lineUp(_ rows: SampleRows, gap: Int, width: Int, into room: UnsafeMutablePointer<Float>) {
        let line = seen.line(width)
        var out = room
        for channel in 0..<groups * shape.channels {
            for below in 0..<stride.height {
                for phase in 0..<stride.width {
                    seen.fill(out, line: line) { index in
                        let bigLine = index * stride.height + below - top
                        guard bigLine >= 0, bigLine < big.height else { return nil }
                        return rows.row(channel * big.height + bigLine) + phase * gap
                    }
                    out += seen.step
                }
            }
        }
    }
    /// From one channel of what is seen to the next.
    private var seenStep: Int { stride.height * stride.width * seen.step }
    /// Where a row of the kernel finds its first sample.
    private func start(ofKernelRow row: Int, line: Int) -> Int {
        let place = row * dilation.height
        return place % stride.height * stride.width * seen.step + place / stride.height * line
    }

    /// As `StridedKernels.gather`.
    func gather(
        _ rows: SampleRows, gap: Int, packed: UnsafePointer<Float>, bias: UnsafePointer<Float>?, into out: SampleRows,
        width: Int, cutsNegatives: Bool, room: UnsafeMutablePointer<Float>
    ) {
        lineUp(rows, gap: gap, width: width, into: room)
        let sums = room + seen.count
        let line = seen.line(width), all = (small.height - 1) * line + width
        let step = columns(shape.channels)
        for group in 0..<groups {
            let x = room + group * shape.channels * seenStep, y = sums + group * shape.results * results.step
            for column in Swift.stride(from: 0, to: all, by: step) {
                var start = SumStart.zero
                if let bias { start = .bias(bias + group * shape.results) }
                for row in 0..<kernel.height {
                    correlate(
                        x + (self.start(ofKernelRow: row, line: line) + column), xStep: seenStep, offsets: offsets,
                        packed + (group * kernel.height + row) * shape.packedCount, shape, into: y + column,
                        yStep: results.step, width: min(step, all - column), start: start,
                        cutsNegatives: cutsNegatives && row == kernel.height - 1)
                    start = .there
                }
            }
        }
        results.take(sums, line: line, width: width, lines: small.height, into: out)
    }

    /// As `StridedKernels.spread`, where nothing is strided.
    func spread(
        _ rows: SampleRows, left: Int, packed: UnsafePointer<Float>, bias: UnsafePointer<Float>?, into out: SampleRows,
        width: Int, room: UnsafeMutablePointer<Float>
    ) {
        let line = laid.line(width), all = (big.height - 1) * line + width
        let reach = line - width, above = (kernel.height - 1) * dilation.height
        for channel in 0..<groups * shape.results {
            laid.fill(room + channel * laid.step, line: line) { index in
                let smallLine = index + top - above
                guard smallLine >= 0, smallLine < small.height else { return nil }
                return rows.row(channel * small.height + smallLine) + (left - reach)
            }
        }
        let turned = KernelShape(results: shape.channels, channels: shape.results, taps: shape.taps)
        let sums = room + laid.count
        let step = columns(turned.channels)
        for group in 0..<groups {
            let x = room + group * shape.results * laid.step, y = sums + group * shape.channels * spreadOut.step
            for column in Swift.stride(from: 0, to: all, by: step) {
                var start = SumStart.zero
                if let bias { start = .bias(bias + group * shape.channels) }
                for row in 0..<kernel.height {
                    correlate(
                        x + ((above - row * dilation.height) * line + reach + column), xStep: laid.step,
                        offsets: spreadOffsets, packed + (group * kernel.height + row) * turned.packedCount, turned,
                        into: y + column, yStep: spreadOut.step, width: min(step, all - column), start: start)
                    start = .there
                }
            }
        }
        spreadOut.take(sums, line: line, width: width, lines: big.height, into: out)
    }

    /// As `StridedKernels.addGradients`; `sums` are those of `begin`.
    func addGradients(
        small slopes: SampleRows, big rows: SampleRows, gap: Int, width: Int, to gradient: UnsafeMutablePointer<Float>,
        sums: UnsafeMutablePointer<Float>, room: UnsafeMutablePointer<Float>
    ) {
        lineUp(rows, gap: gap, width: width, into: room)
        let line = seen.line(width), all = (small.height - 1) * line + width
        let lined = room + seen.count
        for channel in 0..<groups * shape.results {
            results.fill(lined + channel * results.step, line: line, counted: width) { index in
                slopes.row(channel * small.height + index)
            }
        }
        for group in 0..<groups {
            let slopes = lined + group * shape.results * results.step
            let x = room + group * shape.channels * seenStep
            // A shorter sample has shorter lines, and its taps other places.
            if let across = width == small.width ? across : shorter(line) {
                addAcross(
                    across, slopes, x, line: line, all: all, to: sums + group * across.sumsCount,
                    room: lined + results.count)
            } else {
                addAlong(slopes, x, line: line, all: all, to: gradient + group * shape.count * kernel.height)
            }
        }
    }

    private var bandLines: Int { Self.band(line: seen.line(small.width), lines: small.height) }

    private func shorter(_ line: Int) -> AcrossGradients? {
        across == nil ? nil : Self.acrossGradients(shape, kernel, dilation, line: line, lines: bandLines)
    }

    private func addAcross(
        _ across: AcrossGradients, _ slopes: UnsafePointer<Float>, _ x: UnsafePointer<Float>, line: Int, all: Int,
        to sums: UnsafeMutablePointer<Float>, room: UnsafeMutablePointer<Float>
    ) {
        let lines = bandLines
        for column in Swift.stride(from: 0, to: all, by: lines * line) {
            across.add(
                slopes: slopes + column, slopeStep: results.step, x: x + column, xStep: seenStep,
                width: min(lines * line, all - column), to: sums, room: room)
        }
    }

    private func addAlong(
        _ slopes: UnsafePointer<Float>, _ x: UnsafePointer<Float>, line: Int, all: Int,
        to gradient: UnsafeMutablePointer<Float>
    ) {
        let taps = kernel.height * kernel.width, step = 1024
        for column in Swift.stride(from: 0, to: all, by: step) {
            for row in 0..<kernel.height {
                addKernelGradients(
                    slopes: slopes + column, slopeStep: results.step,
                    x: x + (start(ofKernelRow: row, line: line) + column), xStep: seenStep, offsets: offsets, shape,
                    width: min(step, all - column), to: gradient + row * kernel.width,
                    steps: (shape.channels * taps, taps, 1))
            }
        }
    }

    /// After the last sample: the sums in the weights' order.
    func finish(_ sums: UnsafePointer<Float>, to gradient: UnsafeMutablePointer<Float>) {
        guard let across else { return }
        for group in 0..<groups {
            across.finish(sums + group * across.sumsCount, to: gradient + group * shape.count * kernel.height)
        }
    }
}

extension KernelShape {
    /// Weights of one row.
    fileprivate var count: Int { results * channels * taps }
}

/// Where the lines of each channel lie in a strip.
private struct Strip: Sendable {
    private let channels: Int
    private let lines: Int
    private let reach: Int
    /// Floats from one channel to the next: an odd number of vectors, or all channels would want the same place of the
    /// cache.
    let step: Int

    init(channels: Int, lines: Int, width: Int, reach: Int) {
        self.channels = channels
        self.lines = lines
        self.reach = reach
        // Whole vectors are read, behind the last line too.
        let vectors = (lines * (width + reach)).roundedUpToLanes / lanes + 1
        step = (vectors | 1) * lanes
    }
    var count: Int { channels * step }
    /// From one line to the next, where lines have `width` samples.
    func line(_ width: Int) -> Int { width + reach }

    /// Puts one channel's lines in their places: all of a line, or the first `counted` samples and zeros; zeros where
    /// there is no line and behind the last.
    @inline(__always)
    func fill(
        _ out: UnsafeMutablePointer<Float>, line: Int, counted: Int? = nil,
        from source: (Int) -> UnsafeMutablePointer<Float>?
    ) {
        let count = counted ?? line
        for index in 0..<lines {
            let to = out + index &* line
            if let from = source(index) {
                to.update(from: from, count: count)
                (to + count).update(repeating: 0, count: line &- count)
            } else {
                to.update(repeating: 0, count: line)
            }
        }
        let end = lines &* line
        (out + end).update(repeating: 0, count: min(step &- end, 2 &* lanes))
    }

    /// The lines of all channels, back in their rows.
    func take(
        _ sums: UnsafePointer<Float>, line: Int, width: Int, lines: Int, into out: SampleRows
    ) {
        for channel in 0..<channels {
            for index in 0..<lines {
                out.row(channel &* lines &+ index).update(
                    from: sums + (channel &* step &+ index &* line), count: width)
            }
        }
    }
}
