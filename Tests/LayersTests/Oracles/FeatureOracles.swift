import Foundation
import GraphIR

extension Oracle {
    static let features: [String: Oracle] = [
        "deltas": each { x, question in
            let width = question.int("width")
            let norm = 2 * (1...width).reduce(0.0) { $0 + Double($1 * $1) }
            func at(_ x: Signal, _ c: Int, _ t: Int) -> Double { x[c, min(max(t, 0), x.time - 1)] }
            var parts = [x]
            for _ in 0..<question.int("order") {
                let last = parts[parts.count - 1]
                var next = last
                for c in 0..<x.channels {
                    for t in 0..<x.time {
                        next[c, t] =
                            (1...width).reduce(0.0) { $0 + Double($1) * (at(last, c, t + $1) - at(last, c, t - $1)) }
                            / norm
                    }
                }
                parts.append(next)
            }
            return Signal([x.channels * parts.count, x.time], parts.flatMap { $0.values })
        },
        // Sampled at 100 Hz.
        "log_filter_bank": each { x, question in
            let (bands, window, hop) = (question.int("bands"), question.int("window"), question.int("hop"))
            var points = 2
            while points < window { points *= 2 }
            if case .int(let said)? = question.arguments["fft"] { points = said }
            let low = question.float("low")
            var high = 50.0
            if case .float(let said)? = question.arguments["high"] { high = said }
            let corners = (0...bands + 1).map { low * pow(high / low, Double($0) / Double(bands + 1)) }
            let frames = (x.time - window) / hop + 1
            var y = Signal([x.channels * bands, frames])
            for c in 0..<x.channels {
                for frame in 0..<frames {
                    let lines = (0...points / 2).map { k in
                        var (real, imaginary) = (0.0, 0.0)
                        for t in 0..<window {
                            let hamming = 0.54 - 0.46 * cos(2 * .pi * Double(t) / Double(window - 1))
                            let angle = 2 * .pi * Double(k * t % points) / Double(points)
                            real += hamming * x[c, frame * hop + t] * cos(angle)
                            imaginary -= hamming * x[c, frame * hop + t] * sin(angle)
                        }
                        let power = real * real + imaginary * imaginary
                        return question.word("spectrum") == "power" ? power : power.squareRoot()
                    }
                    for band in 0..<bands {
                        var sum = question.float("floor")
                        for k in lines.indices {
                            let hertz = Double(k) * 100 / Double(points)
                            let rise = (hertz - corners[band]) / (corners[band + 1] - corners[band])
                            let fall = (corners[band + 2] - hertz) / (corners[band + 2] - corners[band + 1])
                            sum += max(0, min(rise, fall)) * lines[k]
                        }
                        y[c * bands + band, frame] = log(sum)
                    }
                }
            }
            return y
        },
    ]
}
