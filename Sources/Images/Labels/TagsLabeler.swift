import Datasets
import GraphIR

/// `tags`: any number of labels a picture.
public struct TagsLabeler: Labeler {
    static let values = Setting<[String]>("values", "The tags in the output's order.")
    static let column = Setting<String>(
        "column", "The column that lists a picture's tags, parted by `;`.", standard: "picture_tags")

    public static let signature = Signature(
        .labeler, "tags",
        """
        A 1 for each tag that the picture has and a 0 for each other one; a picture without any is all zeros.
        End the network with sigmoid: each tag is a question of its own.
        """,
        [values, column],
        example: "learn tags from tags(values: [\"beach\", \"people\"]) loss binary_cross_entropy")

    private let values: [String]
    private let column: String
    public let label: Shape
    public var meaning: Meaning { .tags(values) }
    public var readsTableOnly: Bool { true }

    public init(_ arguments: Arguments, window: TensorType, output: TensorType) throws(Complaint) {
        values = arguments[Self.values]
        column = arguments[Self.column]
        guard output.shape.rank == 1, output.shape[0].compare(.number(values.count)) == .equal else {
            throw Complaint(
                .input(0, axis: nil), "tags has \(values.count) tags, and the output is \(output.shape)",
                help: "end the network with dense(\(values.count)) -> sigmoid")
        }
        guard Set(values).count == values.count, !values.contains(where: { $0.contains(";") }) else {
            throw Complaint(.argument("values"), "a tag is named twice, or holds ';'")
        }
        label = output.shape
    }

    public func label(for window: Window) -> Label {
        let own = (window.metadata[column] ?? "").split(separator: ";").map { word in
            String(word.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }
        return Label(values.map { own.contains($0) ? 1 : 0 })
    }

    @section("strata_plugins") @used private static let entry: PluginEntry = { Registry.enter(TagsLabeler.self, $0) }
}
