import Datasets
import GraphIR

/// `brightness`: another hour of the day, another film.
public struct Brightness: Augmentation {
    static let share = Setting<Share>("p", "How often it happens.", standard: 0.5, in: 0...1)
    static let most = Setting<Double>(
        "most", "By how much at most every pixel becomes brighter or darker, of 1.", standard: 0.2, in: 0...1)
    static let contrast = Setting<Double>(
        "contrast", "By how much at most differences from the picture's mean grow or shrink, of 1.", standard: 0.2,
        in: 0...1)

    public static let signature = Signature(
        .augmentation, "brightness",
        "Makes a picture brighter or darker, and its contrast greater or smaller; what leaves 0 to 1 stays at its end.",
        [share, most, contrast], example: "augment { brightness(p: 0.5, most: 0.2) }")
    public static let takes: Set<SampleKind> = [.picture]

    private let share: Double
    private let most: Double
    private let contrast: Double

    public init(_ arguments: Arguments, window: TensorType) throws(Complaint) {
        _ = try PictureShape(window, of: "brightness")
        share = arguments[Self.share].number
        most = arguments[Self.most]
        contrast = arguments[Self.contrast]
    }

    public func apply(to window: inout Window, dice: inout Dice) -> ChainStep {
        let isChanged = dice.chance(share)
        let shift = Float(dice.uniform(-most, most)), factor = Float(dice.uniform(1 - contrast, 1 + contrast))
        let count = window.samples.reduce(0) { $0 + $1.count }
        guard isChanged, count > 0 else { return .goesOn }
        let sum = window.samples.reduce(0.0) { $0 + $1.reduce(0.0) { $0 + Double($1) } }
        let mean = Float(sum / Double(count))
        window.changeAll { max(0, min(1, mean + shift + factor * ($0 - mean))) }
        return .goesOn
    }

    @section("strata_plugins") @used private static let entry: PluginEntry = { Registry.enter(Brightness.self, $0) }
}
