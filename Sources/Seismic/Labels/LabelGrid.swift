import GraphIR

/// The samples or frames of an output over a window: where a position of the waveform lies on it.
public struct LabelGrid: Sendable {
    public let shape: Shape
    private let windowTime: Dimension
    private let windowRate: Double?
    private let outputRate: Double?

    /// For an output `[channels, time]` over a window `[channels, time]`.
    public init(window: TensorType, output: TensorType, channels: Int, of labeler: String) throws(Complaint) {
        guard window.shape.rank == 2, output.shape.rank == 2 else {
            throw Complaint(
                .input(0, axis: nil),
                "\(labeler) labels every sample, so its output must be [channels, time], not \(output.shape)")
        }
        guard output.shape.channels.compare(.number(channels)) == .equal else {
            throw Complaint(
                .input(0, axis: 0),
                "\(labeler) makes \(channels) \(channels == 1 ? "row" : "rows"), "
                    + "but the output has \(output.shape.channels) channels",
                help: "end the network with conv(\(channels), 1)")
        }
        shape = output.shape
        windowTime = window.shape.time
        windowRate = window.rate
        outputRate = output.rate
    }

    /// How many samples the output has for a window of this length.
    public func count(for length: Int) -> Int {
        if let known = shape.time.number { return known }
        guard let symbol = windowTime.symbols.first else { return length }
        return shape.time.substituting([symbol: length]).number ?? length
    }

    /// Samples of the waveform from one sample of the output to the next.
    public func step(for length: Int) -> Double {
        if shape.time == windowTime { return 1 }
        if let windowRate, let outputRate, outputRate > 0 { return windowRate / outputRate }
        return Double(length) / Double(max(1, count(for: length)))
    }

    /// The waveform's positions at the middles of all frames.
    ///
    /// Frames lie symmetrically over the window. Those of a network without padding do so over the shortest window that
    /// has as many of them: what a longer one has too much no frame has seen, and stands at its end.
    public func centres(for length: Int) -> [Double] {
        let frames = count(for: length), step = step(for: length)
        func margin(_ length: Int) -> Double { (Double(length - 1) - step * Double(frames - 1)) / 2 }
        let least = max(1, length - Int(clampingTruncated: step))
        var shortest = length
        while shortest > least, count(for: shortest - 1) == frames { shortest -= 1 }
        let first = margin(shortest) > 0 ? margin(shortest) : max(0, margin(length))
        return (0..<frames).map { step * Double($0) + first }
    }
}
