import GraphIR
import Kernels

/// The largest under each window, sixteen windows at once: lines are first put where a window's k-th sample of sixteen
/// windows is one vector.
struct LargestPooling: Sendable {
    private let kernel: Int
    private let stride: Int
    /// How many lines a window has at most.
    private let lines: Int
    /// Floats of a line with what hangs over its ends, and of each of its phases.
    private let room: Int
    private let phaseRoom: Int
    /// Where the samples of a window lie, from the window's own place in the first phase.
    private let places: [Int]

    /// `nil` where windows are so large that single numbers do as well.
    init?(input: Extents, output: Extents, window: SlidingWindow, lines: Int) {
        guard window.kernel <= 32, window.stride <= 32, lines <= 32 else { return nil }
        kernel = window.kernel
        stride = window.stride
        self.lines = lines
        // Where a length is open, padding depends on it and is less than the window is wide.
        let mostBefore = max(window.padding(for: input.width).before, window.kernel)
        phaseRoom =
            max(output.width, (mostBefore + input.width) / window.stride + 1).roundedUpToLanes
            + (window.kernel / window.stride + 1).roundedUpToLanes + lanes
        room = phaseRoom * window.stride
        let phaseRoom = phaseRoom
        places = (0..<window.kernel).map { $0 % window.stride * phaseRoom + $0 / window.stride }
    }

    /// One line to be put in phases, the phases of each line, and a number for each window.
    var scratchCount: Int { Rational.product(lines + 2, room) }

    /// A line that hangs over with `edge`, every stride-th sample together. `width` windows look at it.
    private func spreadOut(
        _ length: Int, before: Int, width: Int, edge: Float, padded: UnsafeMutablePointer<Float>,
        into phases: UnsafeMutablePointer<Float>, fill: (UnsafeMutablePointer<Float>) -> Void
    ) {
        let line = stride == 1 ? phases : padded
        let count = width.roundedUpToLanes + (kernel - 1) / stride + 1
        line.update(repeating: edge, count: before)
        fill(line + before)
        let end = before + length
        if end < count * stride { (line + end).update(repeating: edge, count: count * stride - end) }
        if stride > 1 {
            deinterleave(line, phases: stride, count: count, to: phases, toStep: phaseRoom, filled: count)
        }
    }

    /// One line of results. A NaN wins.
    func forward(
        _ rows: WindowRows, length: Int, before: Int, into out: UnsafeMutablePointer<Float>, width: Int,
        scratch: UnsafeMutablePointer<Float>
    ) {
        let phases = scratch + room
        spreadOut(length, before: before, width: width, edge: -.infinity, padded: scratch, into: phases) { line in
            var index = 0
            while index < length {
                var best = Vector(-Float.infinity)
                for row in 0..<rows.count { best = larger(best, (rows[row] + index).vector) }
                (line + index).vector = best
                index &+= lanes
            }
        }
        places.withUnsafeBufferPointer { places in
            var window = 0
            while window < width {
                var best = Vector(-Float.infinity)
                for place in places { best = larger(best, (phases + (place &+ window)).vector) }
                (out + window).vector = best
                window &+= lanes
            }
        }
    }

    /// The slope of each window goes to the first of its samples that was the largest, line by line.
    func backward(
        _ rows: WindowRows, length: Int, before: Int, results: UnsafePointer<Float>, slopes: UnsafePointer<Float>,
        width: Int, into gradients: WindowRows, scratch: UnsafeMutablePointer<Float>
    ) {
        for row in 0..<rows.count {
            spreadOut(
                length, before: before, width: width, edge: .nan, padded: scratch, into: scratch + (row + 1) * room
            ) { $0.update(from: rows[row], count: length) }
        }
        let found = UnsafeMutableRawPointer(scratch + (lines + 1) * room).bindMemory(to: Int32.self, capacity: room)
        places.withUnsafeBufferPointer { places in
            var window = 0
            while window < width {
                let first = firstLargest(scratch + (room &+ window), rows.count, places, (results + window).vector)
                UnsafeMutableRawPointer(found + window).storeBytes(of: first, as: SIMD16<Int32>.self)
                window &+= lanes
            }
        }
        for window in 0..<width where found[window] >= 0 {
            let (row, k) = Int(found[window]).quotientAndRemainder(dividingBy: kernel)
            gradients[row][window &* stride &- before &+ k] += slopes[window]
        }
    }

    /// Which sample of each of sixteen windows is the first of the largest, -1 where none is.
    @inline(__always)
    private func firstLargest(
        _ phases: UnsafePointer<Float>, _ rows: Int, _ places: UnsafeBufferPointer<Int>, _ largest: Vector
    ) -> SIMD16<Int32> {
        var first = SIMD16<Int32>(repeating: -1)
        // Backwards, so that the first has the last word.
        var code = rows &* kernel
        while code > 0 {
            code &-= 1
            let (row, k) = code.quotientAndRemainder(dividingBy: kernel)
            first.replace(
                with: SIMD16(repeating: Int32(truncatingIfNeeded: code)),
                where: (phases + (row &* room &+ places[k])).vector .== largest)
        }
        return first
    }

    @inline(__always)
    private func larger(_ a: Vector, _ b: Vector) -> Vector { a.replacing(with: b, where: (b .> a) .| (b .!= b)) }
}

/// The lines under a row of windows.
struct WindowRows {
    let first: UnsafeMutablePointer<Float>
    let step: Int
    let count: Int
    init(_ tensor: Tensor, _ sample: Int, from row: Int, count: Int) {
        first = tensor.row(row, of: sample)
        step = tensor.stride
        self.count = count
    }
    @inline(__always) subscript(row: Int) -> UnsafeMutablePointer<Float> { first + row &* step }
}
