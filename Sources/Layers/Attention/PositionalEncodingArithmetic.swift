import Foundation
import GraphIR
import Kernels

extension PositionalEncoding: Arithmetic {
    private var channels: Int { output.shape.channels.number ?? 1 }
    private var length: Int { output.shape.time.number ?? 1 }
    private var step: Int { length.roundedUpToLanes }

    /// The waves do not depend on anything: they are drawn once.
    public var preparedCount: Int { Rational.product(channels, step) }
    public var backwardReads: BackwardReads { [] }

    public func prepare(_ pass: Pass) {
        for channel in 0..<channels {
            let speed = pow(base, -Double(channel & ~1) / Double(channels))
            let row = pass.prepared + channel * step
            for t in 0..<length { row[t] = Float(channel & 1 == 0 ? sin(Double(t) * speed) : cos(Double(t) * speed)) }
            (row + length).update(repeating: 0, count: step - length)
        }
    }

    public func forward(_ pass: Pass) {
        for sample in pass.samples {
            for channel in 0..<channels {
                let (x, y) = (pass.input().row(channel, of: sample), pass.output.row(channel, of: sample))
                var t = 0
                while t < length {
                    (y + t).vector = (x + t).vector + (pass.prepared + (channel &* step &+ t)).vector
                    t &+= lanes
                }
            }
        }
    }

    /// The waves are constants.
    public func relevance(_ pass: Pass) {
        backward(pass)
        for sample in pass.samples where pass.baseline == nil {
            var told = 0.0
            for channel in 0..<channels {
                let c = pass.outputGradient.row(channel, of: sample)
                for t in 0..<length { told += Double(c[t]) * Double(pass.prepared[channel * step + t]) }
            }
            pass.addConstant(told, of: sample)
        }
    }

    public func backward(_ pass: Pass) {
        guard let dx = pass.inputGradient() else { return }
        for sample in pass.samples {
            for channel in 0..<channels {
                dx.row(channel, of: sample).update(
                    from: pass.outputGradient.row(channel, of: sample), count: length)
            }
        }
    }
}
