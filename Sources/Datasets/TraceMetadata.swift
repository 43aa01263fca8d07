import Files

/// What a dataset's table says of one trace: named values in the table's order, by the names of SeisBench
/// (`trace_p_arrival_sample`, `station_code`, `source_magnitude`). A value that is missing is `nil`, never a text like
/// `None` or `nan`.
///
/// A row of a file is looked at only where it is asked, so carrying one along costs nothing.
public struct TraceMetadata: Sendable {
    private enum Storage: Sendable {
        case row(any TableRows, Int)
        case own(ColumnNames, [String?])
    }
    private var storage: Storage

    /// With nothing known.
    public init() { storage = .own(ColumnNames([]), []) }

    /// With these columns, in order; of a name that is given twice the last value holds.
    public init(_ entries: [(name: String, value: String?)]) {
        self.init()
        for entry in entries { self[entry.name] = entry.value }
    }

    /// All rows of one table share the names; there are as many values as names.
    public init(columns: ColumnNames, values: [String?]) {
        storage = .own(
            columns, Array((values + Array(repeating: nil, count: columns.names.count)).prefix(columns.names.count)))
    }

    public init(row: Int, of rows: any TableRows) { storage = .row(rows, row) }

    /// The names, in the table's order.
    public var columns: [String] {
        switch storage {
        case .row(let rows, _): rows.columnNames.names
        case .own(let columns, _): columns.names
        }
    }

    /// A value as text. Setting a name that is new adds a column at the end.
    public subscript(name: String) -> String? {
        get {
            switch storage {
            case .row(let rows, let row):
                guard let column = rows.columnNames.index(of: name) else { return nil }
                return rows.value(row: row, column: column)
            case .own(let columns, let values):
                return columns.index(of: name).flatMap { values[$0] }
            }
        }
        set {
            var (columns, values) = owned()
            if let column = columns.index(of: name) {
                values[column] = newValue
            } else {
                columns = ColumnNames(columns.names + [name])
                values.append(newValue)
            }
            storage = .own(columns, values)
        }
    }

    private func owned() -> (ColumnNames, [String?]) {
        switch storage {
        case .own(let columns, let values): return (columns, values)
        case .row(let rows, let row): return (rows.columnNames, rows.values(row: row))
        }
    }

    /// Several values at once, each row being read but once.
    func values(of names: [String]) -> [String?] {
        let (columns, values) = owned()
        return names.map { name in columns.index(of: name).flatMap { values[$0] } }
    }

    public func string(_ name: String) -> String? { self[name] }

    /// A number; `nil` where there is none or it is not finite. Of a bracketed array the first entry.
    public func double(_ name: String) -> Double? {
        guard let text = self[name] else { return nil }
        if let number = Double(text) { return number.isFinite ? number : nil }
        return numbers(name).first.flatMap { $0.isFinite ? $0 : nil }
    }

    /// A number rounded to a whole one, as for `700.0`.
    public func int(_ name: String) -> Int? { double(name).flatMap { Int(exactly: $0.rounded()) } }

    /// A bracketed array as NumPy prints it, `[ 56.79 55.40 nan]` or `[[2896.]]`, or a lone number. Entries that are
    /// no number come as NaN.
    public func numbers(_ name: String) -> [Double] {
        guard let text = self[name] else { return [] }
        return text.split { " ,[]()\t\n".contains($0) }.map { Double($0) ?? .nan }
    }

    public func instant(_ name: String) -> Instant? { self[name].flatMap { Instant($0) } }

    /// Sets a number; whole ones without a decimal point.
    public mutating func set(_ name: String, _ number: Double?) {
        self[name] = number.flatMap { value in
            guard value.isFinite else { return nil }
            return Int(exactly: value).map(String.init) ?? "\(value)"
        }
    }
}

extension TraceMetadata: Equatable {
    /// Same names in the same order with the same values, wherever they come from.
    public static func == (a: TraceMetadata, b: TraceMetadata) -> Bool {
        a.columns == b.columns && a.owned().1 == b.owned().1
    }
}
