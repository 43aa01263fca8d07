/// The names of a table's columns, with the way from a name to its place.
public final class ColumnNames: Sendable {
    public let names: [String]
    private let places: [String: Int]

    public init(_ names: [String]) {
        self.names = names
        places = Dictionary(zip(names, names.indices), uniquingKeysWith: { first, _ in first })
    }
    public func index(of name: String) -> Int? { places[name] }
}

/// A table that gives its values one at a time.
public protocol TableRows: Sendable {
    var columnNames: ColumnNames { get }
    /// `nil` where the value is missing. Row and column are within the table.
    func value(row: Int, column: Int) -> String?
    /// All values of a row at once, which many tables read faster than one after the other.
    func values(row: Int) -> [String?]
}

extension TableRows {
    public func values(row: Int) -> [String?] { columnNames.names.indices.map { value(row: row, column: $0) } }
}

/// The ways in which tables say that there is no value.
public func isMissing(_ text: some StringProtocol) -> Bool {
    text.isEmpty || text == "None" || text == "nan" || text == "NaN"
}
