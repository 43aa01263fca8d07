/// Kernel gradients of short rows with many channels: the channels, not the samples, go into the lanes.
///
/// Rows of a few dozen samples would spend more time adding up lanes than multiplying. Here the input is transposed
/// once, every tap's gradient is a product of two matrices, and the sums of several samples are put in their places
/// once.
public struct AcrossGradients: Sendable {
    public let shape: KernelShape
    /// Where each tap finds its sample, from the place of the first column, and how far it is to the next column's.
    private let places: [Int]
    private let stride: Int
    private let first: Int
    private let span: Int

    /// `nil` where rows are long or channels few, so that lanes along the samples do better.
    public init?(_ shape: KernelShape, places: [Int], stride: Int = 1, width: Int) {
        guard shape.channels % lanes == 0, width <= 400, let first = places.min(), let last = places.max(),
            last - first <= 4 * width * stride
        else { return nil }
        self.shape = shape
        self.places = places
        self.stride = stride
        self.first = first
        span = last - first + 1
    }

    /// Floats for the sums, which live over several samples.
    public var sumsCount: Int { shape.taps * shape.results * shape.channels }
    /// Floats for one sample's transposed input.
    public func roomCount(width: Int) -> Int { columns(width).roundedUpToLanes * shape.channels }
    private func columns(_ width: Int) -> Int { (width - 1) * stride + span }

    /// Adds one sample: products of `width` slopes with the samples of `x` that they saw.
    public func add(
        slopes: UnsafePointer<Float>, slopeStep: Int, x: UnsafePointer<Float>, xStep: Int, width: Int,
        to sums: UnsafeMutablePointer<Float>, room: UnsafeMutablePointer<Float>
    ) {
        transpose(
            x + first, step: xStep, rows: shape.channels, columns: columns(width), to: room, toStep: shape.channels)
        for (tap, place) in places.enumerated() {
            multiply(
                Matrix(slopes, rowStep: slopeStep), room + (place &- first) &* shape.channels,
                bStep: stride &* shape.channels, into: sums + tap &* shape.results &* shape.channels,
                cStep: shape.channels, rows: shape.results, columns: shape.channels, inner: width, adding: true)
        }
    }

    /// Adds the sums of all taps to gradients that lie result by result, channel by channel, tap by tap.
    public func finish(_ sums: UnsafePointer<Float>, to gradient: UnsafeMutablePointer<Float>) {
        let (taps, tapStep) = (shape.taps, shape.results &* shape.channels)
        var out = gradient
        for pair in 0..<tapStep {
            for tap in 0..<taps { out[tap] += sums[tap &* tapStep &+ pair] }
            out += taps
        }
    }

    /// Adds the sums of one tap to gradients that lie `steps` apart.
    public func finish(
        _ sums: UnsafePointer<Float>, tap: Int, to gradient: UnsafeMutablePointer<Float>,
        steps: (result: Int, channel: Int)
    ) {
        for result in 0..<shape.results {
            let from = sums + (tap &* shape.results &+ result) &* shape.channels
            let out = gradient + result &* steps.result
            var channel = 0
            while channel < shape.channels {
                out[channel &* steps.channel] += from[channel]
                channel &+= 1
            }
        }
    }
}
