import Datasets
import GraphIR

/// `flip`: the picture in a mirror.
public struct Flip: Augmentation {
    enum Axis: String, Word { case across, down, both }

    static let share = Setting<Share>("p", "How often it happens, for each axis.", standard: 0.5, in: 0...1)
    static let axis = Setting<Axis>(
        "axis", "`across`: left becomes right; `down`: top becomes bottom; or both, drawn apart.", standard: .across)

    public static let signature = Signature(
        .augmentation, "flip",
        """
        Turns a picture round as a mirror does.
        Not for digits and letters, which would be others.
        """, [share, axis], example: "augment { flip -> random_crop }")
    public static let takes: Set<SampleKind> = [.picture]

    private let share: Double
    private let axis: Axis

    public init(_ arguments: Arguments, window: TensorType) throws(Complaint) {
        _ = try PictureShape(window, of: "flip")
        share = arguments[Self.share].number
        axis = arguments[Self.axis]
    }

    public func apply(to window: inout Window, dice: inout Dice) -> ChainStep {
        // Both are drawn in any case, so that what follows draws the same.
        let draws = (across: dice.chance(share), down: dice.chance(share))
        guard let plane = window.plane else { return .goesOn }
        let across = draws.across && axis != .down, down = draws.down && axis != .across
        guard across || down else { return .goesOn }
        window.samples = window.samples.map { channel in
            (0..<plane.count).map { place in
                let (y, x) = (place / plane.width, place % plane.width)
                return channel[(down ? plane.height - 1 - y : y) * plane.width + (across ? plane.width - 1 - x : x)]
            }
        }
        return .goesOn
    }

    @section("strata_plugins") @used private static let entry: PluginEntry = { Registry.enter(Flip.self, $0) }
}
