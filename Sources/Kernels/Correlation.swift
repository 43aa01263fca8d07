/// How many results are made of how many channels with how many taps each, and how the kernels for that are packed:
/// blocks of eight, four or one result; in a block, channel by channel and tap by tap, the block's weights side by
/// side.
public struct KernelShape: Hashable, Sendable {
    public let results: Int
    public let channels: Int
    public let taps: Int

    public init(results: Int, channels: Int, taps: Int) {
        self.results = results
        self.channels = channels
        self.taps = taps
    }

    /// Blocks hold 8, 4 or 1 rows, of which the last may be partly padding.
    @inline(__always)
    func blockRows(from result: Int) -> Int {
        let left = results &- result
        return left >= 5 ? 8 : left >= 3 ? 4 : 1
    }
    private var paddedResults: Int {
        let rest = results % 8
        return results - rest + (rest >= 5 ? 8 : rest >= 3 ? 4 : rest)
    }
    /// Floats of the packed kernels.
    public var packedCount: Int { paddedResults * channels * taps }

    /// Packs weights that lie `steps` apart from result to result, channel to channel and tap to tap.
    public func pack(
        _ weights: UnsafePointer<Float>, steps: (result: Int, channel: Int, tap: Int),
        into packed: UnsafeMutablePointer<Float>
    ) {
        var out = packed
        var result = 0
        while result < results {
            let rows = blockRows(from: result)
            for channel in 0..<channels {
                for tap in 0..<taps {
                    let from = weights + (result * steps.result + channel * steps.channel + tap * steps.tap)
                    for row in 0..<rows { out[row] = result + row < results ? from[row * steps.result] : 0 }
                    out += rows
                }
            }
            result += rows
        }
    }
}

/// What a sum begins with.
public enum SumStart {
    case zero
    /// A number for each result.
    case bias(UnsafePointer<Float>)
    /// What is there already.
    case there
}

/// `y[o][t] = start + sum over c, j of kernel[o, c, j] * x[c][t + offsets[j]]` for `t` in `0 ..< width`, rounded up to
/// whole vectors. Rows of `x` lie `xStep` apart, those of `y` `yStep`.
public func correlate(
    _ x: UnsafePointer<Float>, xStep: Int, offsets: UnsafePointer<Int>, _ packed: UnsafePointer<Float>,
    _ shape: KernelShape, into y: UnsafeMutablePointer<Float>, yStep: Int, width: Int, start: SumStart,
    cutsNegatives: Bool = false
) {
    var kernel = packed
    var result = 0
    while result < shape.results {
        let out = y + result &* yStep
        let rows = shape.blockRows(from: result)
        let block = Block(
            x: x, xStep: xStep, offsets: offsets, kernel: kernel, kernelStep: rows, channels: shape.channels,
            taps: shape.taps, y: out, yStep: yStep, rows: min(rows, shape.results &- result), width: width,
            cutsNegatives: cutsNegatives)
        switch start {
        case .zero: block.run(rows, bias: nil, adding: false)
        case .bias(let bias): block.run(rows, bias: bias + result, adding: false)
        case .there: block.run(rows, bias: nil, adding: true)
        }
        kernel += rows &* shape.channels &* shape.taps
        result &+= rows
    }
}

/// The rows of one block of kernels, over all columns.
private struct Block {
    let x: UnsafePointer<Float>
    let xStep: Int
    let offsets: UnsafePointer<Int>
    let kernel: UnsafePointer<Float>
    /// From one tap's weights to the next one's.
    let kernelStep: Int
    let channels: Int
    let taps: Int
    let y: UnsafeMutablePointer<Float>
    let yStep: Int
    let rows: Int
    let width: Int
    let cutsNegatives: Bool

    @inline(__always)
    func run(_ blockRows: Int, bias: UnsafePointer<Float>?, adding: Bool) {
        switch blockRows {
        case 8:
            #if STRATA_AVX512F
                columns(EightWide.self, EightNarrow.self, bias, adding)
            #else
                // A vector is several registers: half the rows at a time, both before what they read leaves the cache.
                let (lower, lowerBias) = (lowerHalf, bias.map { $0 + 4 })
                var column = 0
                while column < width {
                    tile(FourNarrow.self, column, bias, adding)
                    lower.tile(FourNarrow.self, column, lowerBias, adding)
                    column &+= lanes
                }
            #endif
        case 4: columns(FourWide.self, FourNarrow.self, bias, adding)
        default: columns(OneWide.self, OneNarrow.self, bias, adding)
        }
    }

    /// The last four of eight rows.
    private var lowerHalf: Block {
        Block(
            x: x, xStep: xStep, offsets: offsets, kernel: kernel + 4, kernelStep: kernelStep, channels: channels,
            taps: taps, y: y + 4 &* yStep, yStep: yStep, rows: rows &- 4, width: width, cutsNegatives: cutsNegatives)
    }

    @inline(__always)
    private func columns<Wide: Tile, Narrow: Tile>(
        _ wide: Wide.Type, _ narrow: Narrow.Type, _ bias: UnsafePointer<Float>?, _ adding: Bool
    ) {
        var column = 0
        let step = Wide.Columns.vectors &* lanes
        while column &+ step <= width {
            tile(wide, column, bias, adding)
            column &+= step
        }
        while column < width {
            tile(narrow, column, bias, adding)
            column &+= lanes
        }
    }

    @inline(__always)
    private func tile<T: Tile>(_ type: T.Type, _ column: Int, _ bias: UnsafePointer<Float>?, _ adding: Bool) {
        var sum: T
        if let bias {
            sum = T.repeating(bias)
        } else if adding {
            sum = T.load(UnsafePointer(y + column), stride: yStep, rows: rows)
        } else {
            sum = T.zero
        }
        var factors = kernel
        var row = x + column
        for _ in 0..<channels {
            for tap in 0..<taps {
                sum.add(.load(row + offsets[tap]), times: factors, step: 1)
                factors += kernelStep
            }
            row += xStep
        }
        if cutsNegatives { sum = sum.withoutNegatives() }
        sum.store(y + column, stride: yStep, rows: rows)
    }
}
