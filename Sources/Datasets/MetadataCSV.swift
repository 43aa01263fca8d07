import Files

extension CSV {
    /// A table of rows that need not all have the same columns: the columns of all, in the order of their appearance.
    /// A missing value is empty.
    ///
    /// - Returns: the file, ready to be put into its place.
    public static func written(
        _ rows: [TraceMetadata], to path: String, overwrite: Bool
    ) throws(DataError) -> OutputFile {
        var names: [String] = []
        var known: Set<String> = []
        var last: [String] = []
        for row in rows where row.columns != last {
            last = row.columns
            for name in last where known.insert(name).inserted { names.append(name) }
        }
        let file = try OutputFile(path, overwrite: overwrite)
        try file.append(CSV.row(names).utf8)
        for row in rows { try file.append(CSV.row(names.map { row[$0] ?? "" }).utf8) }
        return file
    }
}
