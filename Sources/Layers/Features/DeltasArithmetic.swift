import GraphIR
import Kernels

extension Deltas: Arithmetic {
    private var channels: Int { input.shape.channels.number ?? 1 }
    private var length: Int { input.shape.time.number ?? 1 }
    public var backwardReads: BackwardReads { [] }
    /// The slopes of one channel's row while the derivatives are walked back.
    public var scratchCount: Int { Rational.product(2, Rational.sum(length, lanes)) }

    /// `2 * sum of n²`, and so the factor of a step of n.
    private var norm: Float {
        let n = Float(width)
        return n * (n + 1) * (2 * n + 1) / 3
    }

    public func forward(_ pass: Pass) {
        for sample in pass.samples {
            let count = pass.input().length(of: sample)
            for channel in 0..<channels {
                pass.output.row(channel, of: sample).update(from: pass.input().row(channel, of: sample), count: count)
                for derivative in 1...order {
                    slope(
                        pass.output.row((derivative - 1) * channels + channel, of: sample),
                        to: pass.output.row(derivative * channels + channel, of: sample), count)
                }
            }
        }
    }

    private func slope(_ x: UnsafeMutablePointer<Float>, to y: UnsafeMutablePointer<Float>, _ count: Int) {
        for t in 0..<count {
            var sum: Float = 0
            for n in 1...width {
                sum += Float(n) * (x[min(t &+ n, count &- 1)] - x[max(t &- n, 0)])
            }
            y[t] = sum / norm
        }
    }

    public func backward(_ pass: Pass) {
        guard let dx = pass.inputGradient() else { return }
        for sample in pass.samples {
            let count = pass.outputGradient.length(of: sample)
            for channel in 0..<channels {
                var (later, earlier) = (pass.scratch, pass.scratch + Rational.sum(length, lanes))
                later.update(from: pass.outputGradient.row(order * channels + channel, of: sample), count: count)
                for derivative in (0..<order).reversed() {
                    earlier.update(
                        from: pass.outputGradient.row(derivative * channels + channel, of: sample), count: count)
                    addBack(later, to: earlier, count)
                    (later, earlier) = (earlier, later)
                }
                dx.row(channel, of: sample).update(from: later, count: count)
            }
        }
    }

    private func addBack(_ dy: UnsafeMutablePointer<Float>, to dx: UnsafeMutablePointer<Float>, _ count: Int) {
        for t in 0..<count {
            for n in 1...width {
                let share = Float(n) * dy[t] / norm
                dx[min(t &+ n, count &- 1)] += share
                dx[max(t &- n, 0)] -= share
            }
        }
    }
}
