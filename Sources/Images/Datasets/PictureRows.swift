import Datasets

/// What is known of each picture of a dataset: a row of the table that datasets share.
public struct PictureRow: Sendable {
    public var name: String
    /// The class, where there is one.
    public var category: String?
    /// Its labels, parted by `;`.
    public var tags: String?
    public var split: Split
    /// Further columns of its table.
    public var others: [(name: String, value: String?)] = []

    public init(
        name: String, category: String? = nil, tags: String? = nil, split: Split,
        others: [(name: String, value: String?)] = []
    ) {
        (self.name, self.category, self.tags, self.split, self.others) = (name, category, tags, split, others)
    }

    public static let columns = ["trace_name", "trace_category", "picture_tags", "split"]

    public var metadata: TraceMetadata {
        TraceMetadata(
            [
                ("trace_name", name), ("trace_category", category), ("picture_tags", tags), ("split", split.rawValue),
            ] + others)
    }
}

extension [PictureRow] {
    /// Where nothing decides, one in ten of what teaches does.
    public mutating func drawDecidingSide() {
        guard contains(where: { $0.split == .train }), !contains(where: { $0.split == .dev }) else { return }
        for index in indices where self[index].split == .train {
            self[index].split = DrawnSide.sideOfTraining(self[index].name)
        }
    }
}
