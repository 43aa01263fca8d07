import Kernels

/// Dropout's arithmetic: a mask that is a function of seed, step, sample and place, made again for the backward pass
/// instead of being kept.
public struct DropoutArithmetic: Arithmetic {
    let rate: Double
    let wholeChannels: Bool
    let isAlwaysOn: Bool
    let channelRows: Int
    /// The features of a vector stand in one row; its channels are its numbers.
    let isVector: Bool
    /// Nothing happens: inference, or a rate of 0.
    var isOff = false

    public init(rate: Double, wholeChannels: Bool, isAlwaysOn: Bool, channelRows: Int, isVector: Bool) {
        self.rate = rate
        self.wholeChannels = wholeChannels
        self.isAlwaysOn = isAlwaysOn
        self.channelRows = channelRows
        self.isVector = isVector
    }

    public func settled(for mode: Mode) -> any Arithmetic {
        var settled = self
        settled.isOff = rate == 0 || (mode == .inference && !isAlwaysOn)
        return settled
    }

    public var isIdentity: Bool { isOff }
    public var isRandom: Bool { !isOff }
    public var backwardReads: BackwardReads { [] }
    /// A row of the mask.
    private static let piece = 512
    public var scratchCount: Int { DropoutArithmetic.piece }

    public func forward(_ pass: Pass) { mask(pass, pass.input(), to: pass.output) }
    public func backward(_ pass: Pass) {
        if let dx = pass.inputGradient() { mask(pass, pass.outputGradient, to: dx) }
    }

    private func mask(_ pass: Pass, _ from: Tensor, to: Tensor) {
        for sample in pass.samples {
            let length = to.length(of: sample)
            for row in 0..<to.rows {
                let (x, y) = (from.row(row, of: sample), to.row(row, of: sample))
                if isOff {
                    y.update(from: x, count: length)
                } else if wholeChannels, !isVector {
                    let channels = to.rows / channelRows
                    let factor = factor(pass, pass.place(sample) * channels + row / channelRows)
                    scaleRow(x, minus: 0, times: factor, plus: 0, to: y, length)
                } else {
                    // Rows are counted in multiples of 64, so that masks are drawn 64 at a time.
                    let start = (pass.place(sample) * to.rows + row) * ((to.width + 63) & ~63)
                    maskRow(pass, x, to: y, start: start, count: length)
                }
            }
        }
    }

    private func factor(_ pass: Pass, _ index: Int) -> Float {
        var factor: Float = 0
        pass.random.fillMask(&factor, start: index, count: 1, rate: Float(rate))
        return factor
    }

    private func maskRow(
        _ pass: Pass, _ x: UnsafePointer<Float>, to y: UnsafeMutablePointer<Float>, start: Int, count: Int
    ) {
        var done = 0
        while done < count {
            let part = min(DropoutArithmetic.piece, (count - done).roundedUpToLanes)
            pass.random.fillMask(pass.scratch, start: start + done, count: part, rate: Float(rate))
            var index = 0
            while index < part {
                (y + (done + index)).vector = (x + (done + index)).vector * (pass.scratch + index).vector
                index += lanes
            }
            done += part
        }
    }
}
