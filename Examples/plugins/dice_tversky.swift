import GraphIR
import Layers

/// Overlap with a say in which mistakes weigh more: the Tversky loss, which is Dice for `alpha = beta = 0.5`.
///
/// `1 − (TP + e) / (TP + alpha FP + beta FN + e)` with `TP = Σ p y`, `FP = Σ p (1 − y)`, `FN = Σ (1 − p) y`, for every
/// channel. Labels of picks are mostly zero; an overlap does not care how long the silence is.
///
/// Salehi, Erdogmus and Gholipour (2017), arXiv:1706.05721
public struct DiceTversky: Loss {
    static let alpha = Setting<Double>(
        "alpha", "What a probability outside the label costs.", standard: 0.3, in: 0...10)
    static let beta = Setting<Double>("beta", "What a label that is missed costs.", standard: 0.7, in: 0...10)
    static let smooth = Setting<Double>(
        "smooth", "Keeps windows without any label defined.", standard: 1, in: 1e-6...1e6)

    public static let signature = Signature(
        .loss, "dice_tversky",
        """
        One minus the Tversky index of each channel: `1 − (TP + e)/(TP + alpha FP + beta FN + e)`.
        Dice's overlap for `alpha = beta = 0.5`. Salehi, Erdogmus and Gholipour (2017), arXiv:1706.05721.
        """,
        [alpha, beta, smooth], example: "loss dice_tversky(alpha: 0.3, beta: 0.7)")
    public static let expectedActivations = ["sigmoid", "softmax"]

    private let alpha: Double
    private let beta: Double
    private let smooth: Double

    public init(_ arguments: Arguments, output: TensorType, label: Shape) throws(Complaint) {
        try Self.checkShapes(output: output, label: label)
        alpha = arguments[Self.alpha]
        beta = arguments[Self.beta]
        smooth = arguments[Self.smooth]
    }

    public func measure(_ window: LossWindow) -> Double {
        var total = 0.0
        var channels = 0
        for channel in 0..<window.channels {
            let range = channel * window.positions..<(channel + 1) * window.positions
            if window.weight(range) > 0 { channels += 1 }
        }
        guard channels > 0 else {
            window.silence()
            return 0
        }
        for channel in 0..<window.channels {
            total += measure(window, channel * window.positions..<(channel + 1) * window.positions, of: channels)
        }
        return total / Double(channels)
    }

    private func measure(_ window: LossWindow, _ range: Range<Int>, of channels: Int) -> Double {
        var (both, onlyOutput, onlyLabel) = (0.0, 0.0, 0.0)
        for index in range {
            let counted = window.mask.map { Double($0[index]) } ?? 1
            guard counted > 0 else { continue }
            let (p, y) = (Double(window.output[index]), Double(window.label[index]))
            both += counted * p * y
            onlyOutput += counted * p * (1 - y)
            onlyLabel += counted * (1 - p) * y
        }
        let above = both + smooth
        let below = both + alpha * onlyOutput + beta * onlyLabel + smooth
        if let gradient = window.gradient {
            for index in range {
                let counted = window.mask.map { Double($0[index]) } ?? 1
                let y = Double(window.label[index])
                let ofBelow = y + alpha * (1 - y) - beta * y
                let slope = -(y * below - above * ofBelow) / (below * below)
                gradient[index] = counted > 0 ? Float(Double(window.scale) * counted * slope / Double(channels)) : 0
            }
        }
        return window.weight(range) > 0 ? 1 - above / below : 0
    }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(DiceTversky.self, $0) }
