import Files

/// `predictions.csv`: the table of predictions as text, and back. Numbers are written so that they read back the same.
extension Predictions {
    public var csv: String {
        let cells = columns.map { column -> [String] in
            switch column.values {
            case .numbers(let values): values.map(History.text)
            case .texts(let values): values
            case .lists(let values): values.map { $0.map(History.text).joined(separator: " ") }
            }
        }
        return CSV.text([columns.map(\.name)] + (0..<count).map { row in cells.map { $0[row] } })
    }

    /// Reads a table. A column whose every entry is a number or empty is one of numbers, unless its name says that it
    /// holds text or lists. `nil` where the rows differ in length or the header is missing.
    public init?(csv text: String) {
        let rows = CSV.rows(text)
        guard let header = rows.first, rows.allSatisfy({ $0.count == header.count }) else { return nil }
        self.init(
            header.indices.map { index in
                let cells = rows.dropFirst().map { $0[index] }
                if Predictions.isText(header[index]) { return Column(header[index], .texts(cells)) }
                if let lists = Predictions.lists(cells, header[index]) { return Column(header[index], .lists(lists)) }
                let numbers = cells.map { $0.isEmpty ? Double.nan : Double($0) }
                guard !numbers.contains(nil) else { return Column(header[index], .texts(cells)) }
                return Column(header[index], .numbers(numbers.compactMap { $0 }))
            })
    }

    /// Columns that are text even where every entry happens to look like a number.
    static let textColumns: Set<String> = [
        "network_code", "ID", "trace_name", "trace_chunk", "trace_category", "trace_start_time", "receiver_type",
        "p_status", "s_status", "truth_class", "predicted_class", "confusion", "channel",
        "truth_tags", "predicted_tags", "picture",
    ]

    private static func isText(_ name: String) -> Bool { textColumns.contains(name) || name.hasSuffix("_time") }

    /// Columns whose names end so hold lists of numbers, also where every trace happens to have one or none.
    private static let listEndings = [PickColumn.arrivals, StreamTable.events] + PickColumn.listed
    /// One pick a window, and several in a row of a stream.
    private static let sometimesLists = [PickColumn.picks(.eqt), PickColumn.probability(.eqt)]

    private static func lists(_ cells: [String], _ name: String) -> [[Double]]? {
        let isList =
            listEndings.contains { name.hasSuffix($0) }
            || sometimesLists.contains { name.hasSuffix($0) } && cells.contains { $0.contains(" ") }
        guard isList else { return nil }
        let lists = cells.map { $0.split(separator: " ").map { Double($0) } }
        guard !lists.contains(where: { $0.contains(nil) }) else { return nil }
        return lists.map { $0.compactMap { $0 } }
    }
}
