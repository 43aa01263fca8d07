import Datasets
import GraphIR

/// `random_crop`: the picture a little to one side.
public struct RandomCrop: Augmentation {
    static let share = Setting<Share>("p", "How often it happens.", standard: Share(1), in: 0...1)
    static let margin = Setting<Int>(
        "margin", "How many rows and columns at most the picture moves.", standard: 4, in: 1...1024)

    public static let signature = Signature(
        .augmentation, "random_crop",
        """
        Moves the picture by up to `margin` rows and columns, each number as likely as any other: a cut of the \
        network's size out of the picture with its outermost pixels going on around it.
        """, [margin, share], example: "augment { flip -> random_crop(margin: 4) }")
    public static let takes: Set<SampleKind> = [.picture]

    private let share: Double
    private let margin: Int

    public init(_ arguments: Arguments, window: TensorType) throws(Complaint) {
        _ = try PictureShape(window, of: "random_crop")
        share = arguments[Self.share].number
        margin = arguments[Self.margin]
    }

    public func apply(to window: inout Window, dice: inout Dice) -> ChainStep {
        let isMoved = dice.chance(share)
        let (row, column) = (dice.int(-margin..<margin + 1), dice.int(-margin..<margin + 1))
        if isMoved, let plane = window.plane { window.cut(plane, row: row, column: column) }
        return .goesOn
    }

    @section("strata_plugins") @used private static let entry: PluginEntry = { Registry.enter(RandomCrop.self, $0) }
}
