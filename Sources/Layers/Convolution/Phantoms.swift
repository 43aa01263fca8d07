import GraphIR
import Kernels

/// Samples of a doubled signal that are not there, because a crop took them or the signal ends, although the folded
/// taps see them: their share is taken away again.
///
/// They are few, so a sum over the filters stands in the lanes: weights as `[tap][channel][filter]`.
struct Phantoms: Sendable {
    let taps: FoldedTaps
    let channels: Int
    let filters: Int
    /// Whether there are any.
    let exist: Bool

    init(_ taps: FoldedTaps, input: Extents, output: Extents) {
        self.taps = taps
        channels = input.channels
        filters = output.channels
        let (before, behind) = taps.phantoms(output.width, of: input.width)
        exist = !before.isEmpty || !behind.isEmpty
    }

    private var step: Int { filters.roundedUpToLanes }
    /// Floats of the weights in this order, or of their gradients.
    var weightCount: Int { exist ? [channels, step].reduce(taps.kernel, Rational.product) : 0 }
    /// Floats of room for a column of the result.
    var columnCount: Int { exist ? step : 0 }

    func pack(_ weights: UnsafePointer<Float>, into packed: UnsafeMutablePointer<Float>) {
        packed.update(repeating: 0, count: weightCount)
        each { place, weight in packed[place] = weights[weight] }
    }
    /// Takes the sums of `addGradient` away from the gradient of the weights.
    func unpack(_ sums: UnsafePointer<Float>, from gradient: UnsafeMutablePointer<Float>) {
        each { place, weight in gradient[weight] -= sums[place] }
    }
    private func each(_ body: (_ place: Int, _ weight: Int) -> Void) {
        guard exist else { return }
        for tap in 0..<taps.kernel {
            for channel in 0..<channels {
                for filter in 0..<filters {
                    body((tap * channels + channel) * step + filter, (filter * channels + channel) * taps.kernel + tap)
                }
            }
        }
    }

    /// Every pair of a result's column and a tap that meets a sample which is not there, with its place in the input.
    @inline(__always)
    private func eachMeeting(_ samples: Int, _ width: Int, _ body: (_ place: Int, _ tap: Int, _ column: Int) -> Void) {
        let (before, behind) = taps.phantoms(width, of: samples)
        for phantoms in [before, behind] {
            for phantom in phantoms {
                for tap in 0..<taps.kernel {
                    let column = phantom + taps.left - tap
                    if column >= 0, column < width { body(FoldedTaps.half(phantom + taps.cut), tap, column) }
                }
            }
        }
    }

    /// Takes their share from the results, whose even and odd columns stand apart: those of one phase `phaseStep`
    /// before those of the other.
    func subtract(
        _ x: SampleRows, samples: Int, packed: UnsafePointer<Float>, from phases: SampleRows, phaseStep: Int,
        width: Int, column room: UnsafeMutablePointer<Float>
    ) {
        guard exist else { return }
        eachMeeting(samples, width) { place, tap, column in
            let weights = packed + tap * channels * step
            room.update(repeating: 0, count: step)
            for channel in 0..<channels {
                let value = Vector(x.row(channel)[place])
                for lane in stride(from: 0, to: step, by: lanes) {
                    let weight = (weights + (channel * step + lane)).vector
                    (room + lane).vector = (room + lane).vector.addingProduct(weight, value)
                }
            }
            let out = phases.start + (column % 2 * phaseStep + column / 2)
            for filter in 0..<filters { out[filter * phases.stride] -= room[filter] }
        }
    }

    /// The same for the way back: from the gradient of the input, and (to be unpacked later) of the weights.
    func subtract(
        slopes: SampleRows, width: Int, packed: UnsafePointer<Float>, x: SampleRows, samples: Int, from dx: SampleRows?,
        sums: UnsafeMutablePointer<Float>, column room: UnsafeMutablePointer<Float>
    ) {
        guard exist else { return }
        eachMeeting(samples, width) { place, tap, column in
            room.update(repeating: 0, count: step)
            for filter in 0..<filters { room[filter] = slopes.row(filter)[column] }
            for channel in 0..<channels {
                let row = (tap * channels + channel) * step
                if let dx { dx.row(channel)[place] -= dot(packed + row, room, step) }
                let value = Vector(x.row(channel)[place])
                for lane in stride(from: 0, to: step, by: lanes) {
                    let sum = sums + (row + lane)
                    sum.vector = sum.vector.addingProduct((room + lane).vector, value)
                }
            }
        }
    }
}
