import Kernels

/// Softmax, or its logarithm, over the channels of each sample; of a vector over its features.
public struct ChannelSoftmax: Arithmetic {
    let size: Extents
    let isVector: Bool
    let isLogarithmic: Bool

    public init(size: Extents, rank: Int, isLogarithmic: Bool) {
        self.size = size
        isVector = rank < 2
        self.isLogarithmic = isLogarithmic
    }

    public var backwardReads: BackwardReads { .output }

    public func forward(_ pass: Pass) {
        for sample in pass.samples {
            let x = pass.input(), y = pass.output
            if isVector {
                forward(x[sample], to: y[sample], count: size.width)
            } else {
                for line in 0..<size.height {
                    forward(x, y, sample, line)
                }
            }
        }
    }

    /// One line of all channels, sixteen columns at a time.
    private func forward(_ x: Tensor, _ y: Tensor, _ sample: Int, _ line: Int) {
        let step = size.height * x.stride, outStep = size.height * y.stride
        let from = x.row(line, of: sample), to = y.row(line, of: sample)
        var column = 0
        while column < y.length(of: sample) {
            var largest = (from + column).vector
            for channel in 1..<max(1, size.channels) {
                largest = largest.larger((from + (channel * step + column)).vector)
            }
            var sum = Vector.zero
            for channel in 0..<size.channels {
                let value = ((from + (channel * step + column)).vector - largest).exponential
                (to + (channel * outStep + column)).vector = value
                sum += value
            }
            if isLogarithmic {
                let shift = largest + sum.logarithm
                for channel in 0..<size.channels {
                    (to + (channel * outStep + column)).vector = (from + (channel * step + column)).vector - shift
                }
            } else {
                let factor = Vector(1) / sum
                for channel in 0..<size.channels { (to + (channel * outStep + column)).vector *= factor }
            }
            column += lanes
        }
    }

    /// A vector of features: along the row.
    private func forward(_ x: UnsafePointer<Float>, to y: UnsafeMutablePointer<Float>, count: Int) {
        var largest = x[0]
        for index in 1..<max(1, count) where x[index] > largest { largest = x[index] }
        var index = 0
        while index < count {
            (y + index).vector = ((x + index).vector - Vector(largest)).exponential
            index += lanes
        }
        let total = sum(y, count)
        if isLogarithmic {
            let shift = largest + Vector(total).logarithm[0]
            for index in 0..<count { y[index] = x[index] - shift }
        } else {
            for index in 0..<count { y[index] /= total }
        }
    }

    /// The logarithm of the sum is held still, and so is what is left of a softmax beside its slopes: constants.
    public func relevance(_ pass: Pass) {
        guard let dx = pass.inputGradient() else { return }
        if !isLogarithmic { backward(pass) }
        for sample in pass.samples {
            var told = 0.0
            for row in 0..<dx.rows {
                let (c, out) = (pass.outputGradient.row(row, of: sample), dx.row(row, of: sample))
                let (x, y) = (pass.input().row(row, of: sample), pass.output.row(row, of: sample))
                let length = dx.length(of: sample)
                if isLogarithmic { out.update(from: c, count: length) }
                for t in 0..<length {
                    told += Double(c[t]) * Double(y[t]) - Double(out[t]) * Double(x[t])
                }
            }
            if pass.baseline == nil { pass.addConstant(told, of: sample) }
        }
    }

    public func backward(_ pass: Pass) {
        guard let dx = pass.inputGradient() else { return }
        for sample in pass.samples {
            let y = pass.output, dy = pass.outputGradient
            if isVector {
                backward(y[sample], dy[sample], to: dx[sample], count: size.width)
            } else {
                for line in 0..<size.height { backward(y, dy, dx, sample, line) }
            }
        }
    }

    private func backward(_ y: Tensor, _ dy: Tensor, _ dx: Tensor, _ sample: Int, _ line: Int) {
        let step = size.height * y.stride, slopeStep = size.height * dy.stride, outStep = size.height * dx.stride
        let values = y.row(line, of: sample), slopes = dy.row(line, of: sample), out = dx.row(line, of: sample)
        var column = 0
        while column < y.length(of: sample) {
            var sum = Vector.zero
            for channel in 0..<size.channels {
                let slope = (slopes + (channel * slopeStep + column)).vector
                sum += isLogarithmic ? slope : slope * (values + (channel * step + column)).vector
            }
            for channel in 0..<size.channels {
                let slope = (slopes + (channel * slopeStep + column)).vector
                let value = (values + (channel * step + column)).vector
                (out + (channel * outStep + column)).vector =
                    isLogarithmic ? slope - value.exponential * sum : value * (slope - sum)
            }
            column += lanes
        }
    }

    private func backward(
        _ y: UnsafePointer<Float>, _ dy: UnsafePointer<Float>, to dx: UnsafeMutablePointer<Float>, count: Int
    ) {
        let total = isLogarithmic ? sum(dy, count) : dot(y, dy, count)
        for index in 0..<count {
            dx[index] =
                isLogarithmic ? dy[index] - Vector(y[index]).exponential[0] * total : y[index] * (dy[index] - total)
        }
    }
}
