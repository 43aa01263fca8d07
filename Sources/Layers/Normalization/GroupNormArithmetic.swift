import GraphIR
import Kernels

/// Normalization over all numbers of some neighbouring channels of a sample, or of each channel by itself.
public struct GroupNormArithmetic: Arithmetic {
    let rank: Int
    let channels: Int
    let groups: Int
    let epsilon: Float
    /// Whether there are a scale and an offset for each channel.
    let hasScale: Bool

    public init(rank: Int, channels: Int, groups: Int, epsilon: Float, hasScale: Bool) {
        self.rank = rank
        self.channels = channels
        self.groups = groups
        self.epsilon = epsilon
        self.hasScale = hasScale
    }

    public var backwardReads: BackwardReads { .inputs }

    /// Where the numbers of one channel lie: lines of some length, a step apart.
    private struct Lines {
        var start: UnsafeMutablePointer<Float>
        var count: Int
        var step: Int
        var length: Int
    }

    /// A vector's channels are numbers next to each other, a picture's are several lines.
    private func lines(_ tensor: Tensor, _ channel: Int, of sample: Int) -> Lines {
        if rank == 1 { return Lines(start: tensor[sample] + channel, count: 1, step: 1, length: 1) }
        let count = tensor.rows / channels
        return Lines(
            start: tensor.row(channel &* count, of: sample), count: count, step: tensor.stride,
            length: tensor.length(of: sample))
    }

    private func members(of group: Int) -> Range<Int> {
        let size = channels / groups
        return group &* size..<(group &+ 1) &* size
    }

    /// Mean, and one over the deviation.
    private func moments(_ x: Tensor, _ group: Int, of sample: Int) -> (mean: Float, inverse: Float, count: Float) {
        var total = 0.0
        var count = 0
        for channel in members(of: group) {
            let lines = lines(x, channel, of: sample)
            for line in 0..<lines.count { total += Double(sum(lines.start + line &* lines.step, lines.length)) }
            count &+= lines.count &* lines.length
        }
        let mean = Float(total / Double(max(1, count)))
        var spread = 0.0
        for channel in members(of: group) {
            let lines = lines(x, channel, of: sample)
            for line in 0..<lines.count {
                spread += Double(squaredDistances(lines.start + line &* lines.step, mean, lines.length))
            }
        }
        let variance = Float(spread / Double(max(1, count)))
        return (mean, 1 / (variance + epsilon).squareRoot(), Float(max(1, count)))
    }

    /// Every number of a line; whole vectors where lines are rows.
    @inline(__always)
    private func fill(_ lines: Lines, _ value: (_ line: Int, _ index: Int) -> Vector) {
        for line in 0..<lines.count {
            let start = lines.start + line &* lines.step
            if lines.length == 1 {
                start[0] = value(line, 0)[0]
                continue
            }
            var index = 0
            while index < lines.length {
                (start + index).vector = value(line, index)
                index &+= lanes
            }
        }
    }

    /// The vector that begins at a place of a line; of a lone number, it everywhere.
    @inline(__always)
    private func load(_ lines: Lines, _ line: Int, _ index: Int) -> Vector {
        let at = lines.start + (line &* lines.step &+ index)
        return lines.length == 1 ? Vector(at[0]) : at.vector
    }

    public func forward(_ pass: Pass) {
        for sample in pass.samples {
            for group in 0..<groups {
                let (mean, inverse, _) = moments(pass.input(), group, of: sample)
                for channel in members(of: group) {
                    let factor = Vector(hasScale ? pass.weight(0)[channel] * inverse : inverse)
                    let offset = Vector(hasScale ? pass.weight(1)[channel] : 0)
                    let x = lines(pass.input(), channel, of: sample)
                    let y = lines(pass.output, channel, of: sample)
                    fill(y) { offset.addingProduct(load(x, $0, $1) - Vector(mean), factor) }
                }
            }
        }
    }

    /// The spread is held still, the mean is not.
    public func relevance(_ pass: Pass) { backward(pass, spreadMoves: false) }
    public func backward(_ pass: Pass) { backward(pass, spreadMoves: true) }

    private func backward(_ pass: Pass, spreadMoves: Bool) {
        for sample in pass.samples {
            for group in 0..<groups { backward(pass, group, of: sample, spreadMoves) }
        }
    }

    private func backward(_ pass: Pass, _ group: Int, of sample: Int, _ spreadMoves: Bool) {
        let (mean, inverse, count) = moments(pass.input(), group, of: sample)
        var slope = 0.0, tilt = 0.0
        for channel in members(of: group) {
            let x = lines(pass.input(), channel, of: sample)
            let dy = lines(pass.outputGradient, channel, of: sample)
            var (plain, bent) = (0.0, 0.0)
            for line in 0..<x.count {
                let gradient = dy.start + line &* dy.step
                plain += Double(sum(gradient, x.length))
                bent += Double(dotCentred(gradient, x.start + line &* x.step, mean, x.length) * inverse)
            }
            if hasScale {
                pass.gradient(0)?[channel] += Float(bent)
                pass.gradient(1)?[channel] += Float(plain)
            }
            let weight = hasScale ? Double(pass.weight(0)[channel]) : 1
            slope += weight * plain
            tilt += weight * bent
        }
        guard let into = pass.inputGradient() else { return }
        let level = Vector(Float(slope) / count)
        let bend = Vector(spreadMoves ? Float(tilt) / count : 0)
        for channel in members(of: group) {
            let x = lines(pass.input(), channel, of: sample)
            let dy = lines(pass.outputGradient, channel, of: sample)
            let dx = lines(into, channel, of: sample)
            let weight = Vector(hasScale ? pass.weight(0)[channel] : 1)
            fill(dx) { line, index in
                let standard = (load(x, line, index) - Vector(mean)) * Vector(inverse)
                return (load(dy, line, index) * weight - level - standard * bend) * Vector(inverse)
            }
        }
    }
}
