import GraphIR

/// How little the output and its label overlap.
public struct DiceLoss: Loss {
    static let smooth = Setting<Double>(
        "smooth", "Added above and below, so that an empty label has a loss too.", standard: 1, in: 0...1e6)

    public static let signature = Signature(
        .loss, "dice",
        """
        How little the output and its label overlap: for stretches that are short beside the window.

        1 - (2 sum of p y + smooth) / (sum of p + sum of y + smooth) for each channel, averaged over the channels.
        Milletari et al. (2016), without the squares.
        """,
        [smooth], example: "loss dice")

    public let smooth: Double

    public init(_ arguments: Arguments, output: TensorType, label: Shape) throws(Complaint) {
        try Self.checkShapes(output: output, label: label)
        smooth = try arguments.checked(Self.smooth)
    }

    public static var expectedActivations: [String] { ["sigmoid", "softmax", "hard_sigmoid"] }

    public func measure(_ window: LossWindow) -> Double {
        let counted = (0..<window.channels).filter { window.weight(range(of: $0, window)) > 0 }
        window.silence()
        var loss = 0.0
        for channel in counted { loss += measure(window, channel, share: 1 / Double(counted.count)) }
        return loss
    }

    private func range(of channel: Int, _ window: LossWindow) -> Range<Int> {
        channel * window.positions..<(channel + 1) * window.positions
    }

    private func measure(_ window: LossWindow, _ channel: Int, share: Double) -> Double {
        var overlap = 0.0
        var total = 0.0
        for index in range(of: channel, window) {
            let counted = window.mask.map { Double($0[index]) } ?? 1
            guard counted != 0 else { continue }
            overlap += counted * Double(window.output[index]) * Double(window.label[index])
            total += counted * (Double(window.output[index]) + Double(window.label[index]))
        }
        let (above, below) = (2 * overlap + smooth, total + smooth)
        // Nothing said and nothing to say, without smoothing: a perfect match.
        guard below != 0 else { return 0 }
        if let gradient = window.gradient {
            for index in range(of: channel, window) {
                let counted = window.mask.map { Double($0[index]) } ?? 1
                let slope = -(2 * Double(window.label[index]) * below - above) / (below * below)
                gradient[index] = Float(Double(window.scale) * share * counted * slope)
            }
        }
        return share * (1 - above / below)
    }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(DiceLoss.self, $0) }
