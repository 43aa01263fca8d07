import Kernels

/// What a pool makes of the samples under its window.
public enum PoolKind: Sendable { case largest, mean }

/// A pool's arithmetic: windows that slide over rows, clipped where they hang over an end.
public struct Pooling: Arithmetic {
    let kind: PoolKind
    let input: Extents
    let output: Extents
    let window: SlidingWindow
    let above: SlidingWindow
    private let largest: LargestPooling?

    public init(_ kind: PoolKind, input: Extents, output: Extents, windows: [SlidingWindow]) {
        self.kind = kind
        self.input = input
        self.output = output
        window = windows[windows.count - 1]
        above = windows.count > 1 ? windows[0] : SlidingWindow(kernel: 1, stride: 1, rule: .padded(.valid))
        largest =
            kind == .largest
            ? LargestPooling(input: input, output: output, window: window, lines: above.kernel) : nil
    }

    public var scratchCount: Int { isPairs ? 0 : largest?.scratchCount ?? 0 }

    public var backwardReads: BackwardReads { kind == .largest ? [.inputs, .output] : [] }

    /// Windows of two side by side, as almost every network has them.
    private var isPairs: Bool { window.kernel == 2 && window.stride == 2 && above.kernel == 1 && kind == .largest }

    /// The rows under a window that stands on `line` of the output, within one channel.
    private func lines(_ line: Int) -> Range<Int> {
        let first = line * above.stride - above.padding(for: input.height).before
        return max(0, first)..<min(input.height, first + above.kernel)
    }
    /// The columns under a window at `column`, for a row of some length.
    @inline(__always)
    private func columns(_ column: Int, _ before: Int, _ length: Int) -> Range<Int> {
        let first = column * window.stride - before
        return max(0, first)..<max(max(0, first), min(length, first + window.kernel))
    }

    public func forward(_ pass: Pass) {
        for sample in pass.samples {
            let x = pass.input(), y = pass.output
            let length = x.length(of: sample), width = y.length(of: sample)
            let before = window.padding(for: length).before
            for row in 0..<output.rows {
                let out = y.row(row, of: sample)
                if isPairs {
                    largestOfPairs(x.row(row, of: sample), length, to: out, count: width)
                    continue
                }
                let lines = lines(row % output.height), first = row / output.height * input.height + lines.lowerBound
                let rows = WindowRows(x, sample, from: first, count: lines.count)
                if let largest {
                    largest.forward(
                        rows, length: length, before: before, into: out, width: width, scratch: pass.scratch)
                } else {
                    look(rows, length, before, into: out, width)
                }
            }
        }
    }

    private func look(
        _ rows: WindowRows, _ length: Int, _ before: Int, into out: UnsafeMutablePointer<Float>, _ width: Int
    ) {
        for column in 0..<width {
            let columns = columns(column, before, length)
            var best = -Float.infinity
            var total: Float = 0
            for row in 0..<rows.count {
                let from = rows[row]
                for place in columns {
                    if from[place] > best || from[place].isNaN { best = from[place] }
                    total += from[place]
                }
            }
            out[column] = kind == .largest ? best : total / Float(max(1, rows.count * columns.count))
        }
    }

    public func backward(_ pass: Pass) {
        guard let dx = pass.inputGradient() else { return }
        for sample in pass.samples {
            let dy = pass.outputGradient
            let length = dx.length(of: sample), width = dy.length(of: sample)
            let before = window.padding(for: length).before
            if !isPairs {
                for row in 0..<input.rows { dx.row(row, of: sample).update(repeating: 0, count: length) }
            }
            for row in 0..<output.rows {
                let slopes = dy.row(row, of: sample)
                if isPairs {
                    backToPairs(
                        pass.input().row(row, of: sample), length, slopes, to: dx.row(row, of: sample))
                    continue
                }
                let lines = lines(row % output.height), first = row / output.height * input.height + lines.lowerBound
                let gradients = WindowRows(dx, sample, from: first, count: lines.count)
                if kind == .mean {
                    share(slopes, width, among: gradients, length, before)
                    continue
                }
                let seen = WindowRows(pass.input(), sample, from: first, count: lines.count)
                let results = pass.output.row(row, of: sample)
                if let largest {
                    largest.backward(
                        seen, length: length, before: before, results: results, slopes: slopes, width: width,
                        into: gradients, scratch: pass.scratch)
                } else {
                    for column in 0..<width {
                        giveToFirst(
                            seen, columns(column, before, length), results[column], slopes[column], to: gradients)
                    }
                }
            }
        }
    }

    /// The first sample that was the largest gets the slope.
    private func giveToFirst(
        _ rows: WindowRows, _ columns: Range<Int>, _ largest: Float, _ slope: Float, to gradients: WindowRows
    ) {
        for row in 0..<rows.count {
            for place in columns where rows[row][place] == largest {
                gradients[row][place] += slope
                return
            }
        }
    }

    private func share(
        _ slopes: UnsafePointer<Float>, _ width: Int, among gradients: WindowRows, _ length: Int, _ before: Int
    ) {
        for column in 0..<width {
            let columns = columns(column, before, length)
            let share = slopes[column] / Float(max(1, gradients.count * columns.count))
            for row in 0..<gradients.count {
                let out = gradients[row]
                for place in columns { out[place] += share }
            }
        }
    }
}

/// The mean or the largest of each channel, over the whole sample.
public struct GlobalPooling: Arithmetic {
    let kind: PoolKind
    let input: Extents
    public init(_ kind: PoolKind, input: Extents) {
        self.kind = kind
        self.input = input
    }

    public var backwardReads: BackwardReads { kind == .largest ? [.inputs, .output] : [] }

    public func forward(_ pass: Pass) {
        for sample in pass.samples {
            let x = pass.input(), out = pass.output[sample]
            let length = x.length(of: sample)
            for channel in 0..<input.channels {
                var total: Float = 0
                var best = -Float.infinity
                for line in 0..<input.height {
                    let row = x.row(channel * input.height + line, of: sample)
                    if kind == .mean {
                        total += sum(row, length)
                    } else {
                        for place in 0..<length where row[place] > best || row[place].isNaN { best = row[place] }
                    }
                }
                out[channel] = kind == .mean ? total / Float(max(1, length * input.height)) : best
            }
        }
    }

    public func backward(_ pass: Pass) {
        guard let dx = pass.inputGradient() else { return }
        for sample in pass.samples {
            let length = dx.length(of: sample)
            let slopes = pass.outputGradient[sample]
            for channel in 0..<input.channels {
                let share = slopes[channel] / Float(max(1, length * input.height))
                var isOpen = true
                for line in 0..<input.height {
                    let row = channel * input.height + line
                    let out = dx.row(row, of: sample)
                    out.update(repeating: kind == .mean ? share : 0, count: length)
                    guard kind == .largest, isOpen else { continue }
                    let from = pass.input().row(row, of: sample)
                    if let place = (0..<length).first(where: { from[$0] == pass.output[sample][channel] }) {
                        out[place] = slopes[channel]
                        isOpen = false
                    }
                }
            }
        }
    }
}
