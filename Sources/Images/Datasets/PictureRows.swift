import Datasets

/// What is known of each picture of a dataset: a row of the table that datasets share.
struct PictureRow: Sendable {
    var name: String
    /// The class, where there is one.
    var category: String?
    /// Its labels, parted by `;`.
    var tags: String?
    var split: Split
    /// Further columns of its table.
    var others: [(name: String, value: String?)] = []

    static let columns = ["trace_name", "trace_category", "picture_tags", "split"]

    var metadata: TraceMetadata {
        TraceMetadata(
            [
                ("trace_name", name), ("trace_category", category), ("picture_tags", tags), ("split", split.rawValue),
            ] + others)
    }
}

extension [PictureRow] {
    /// Where nothing decides, one in ten of what teaches does.
    mutating func drawDecidingSide() {
        guard contains(where: { $0.split == .train }), !contains(where: { $0.split == .dev }) else { return }
        for index in indices where self[index].split == .train {
            self[index].split = DrawnSide.sideOfTraining(self[index].name)
        }
    }
}
