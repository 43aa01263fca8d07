import Datasets
import GraphIR

/// `crop`: a part of each picture.
public struct CropPicture: Preparation {
    enum Place: String, Word {
        case centre
        case topLeft = "top_left"
    }

    static let height = Setting<Int?>(
        "height", "Rows; `none`: as many as the network takes.", standard: Int?.none, in: 1...8192)
    static let width = Setting<Int?>(
        "width", "Columns; `none`: as many as the network takes.", standard: Int?.none, in: 1...8192)
    static let place = Setting<Place>("at", "Which part.", standard: .centre)

    public static let signature = Signature(
        .preparation, "crop",
        """
        Keeps the middle of a picture, or its upper left corner.
        Where the picture is smaller, its outermost pixels go on.
        """, [height, width, place], example: "prepare { resize(72, 72) -> crop(64, 64) }")
    public static let takes: Set<SampleKind> = [.picture]

    private let wanted: Plane
    private let place: Place

    public init(_ arguments: Arguments, window: TensorType) throws(Complaint) {
        let own = try PictureShape(window, of: "crop").plane
        wanted = Plane(height: arguments[Self.height] ?? own.height, width: arguments[Self.width] ?? own.width)
        place = arguments[Self.place]
    }

    public var statement: String { "crop: \(wanted) \(place == .centre ? "in the middle" : "at the upper left")" }

    public func apply(to window: inout Window) {
        guard let plane = window.plane else { return }
        // A pixel more is left at the lower right, as everywhere.
        let isCentre = place == .centre
        window.cut(
            wanted, row: isCentre ? (plane.height - wanted.height) / 2 : 0,
            column: isCentre ? (plane.width - wanted.width) / 2 : 0)
    }

    @section("strata_plugins") @used private static let entry: PluginEntry = { Registry.enter(CropPicture.self, $0) }
}
