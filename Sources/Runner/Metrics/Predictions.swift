import Seismic

/// What a network said about each trace of a split, beside the truth: one row a trace, one named column a fact.
/// `predictions.csv` holds exactly this table, so that every metric can be computed again from the file.
public struct Predictions: Sendable, Equatable {
    public enum Values: Sendable, Equatable {
        /// `nan` where there is nothing to say.
        case numbers([Double])
        case texts([String])
        /// Any number of numbers a trace, as arrivals and picks.
        case lists([[Double]])

        public var count: Int {
            switch self {
            case .numbers(let values): values.count
            case .texts(let values): values.count
            case .lists(let values): values.count
            }
        }
    }
    public struct Column: Sendable, Equatable {
        public var name: String
        public var values: Values
        public init(_ name: String, _ values: Values) {
            self.name = name
            self.values = values
        }
    }

    public private(set) var columns: [Column]
    /// How many traces there are.
    public let count: Int

    /// Columns of equal length; one of another length is left out, as it cannot belong to these traces.
    public init(_ columns: [Column]) {
        count = columns.first?.values.count ?? 0
        self.columns = columns.filter { [count] in $0.values.count == count }
    }

    /// A column of numbers; `nil` if there is none of this name.
    public func numbers(_ name: String) -> [Double]? {
        guard case .numbers(let values)? = columns.first(where: { $0.name == name })?.values else { return nil }
        return values
    }
    public func texts(_ name: String) -> [String]? {
        guard case .texts(let values)? = columns.first(where: { $0.name == name })?.values else { return nil }
        return values
    }

    public func lists(_ name: String) -> [[Double]]? {
        guard case .lists(let values)? = columns.first(where: { $0.name == name })?.values else { return nil }
        return values
    }

    /// What people call the traces; several may share a name.
    public var traces: [String] { texts("trace_name") ?? [] }
    /// Which traces the rows are about. Tables without the columns that say it (of other programs) go by name alone.
    public var identities: [TraceIdentity] {
        let names = traces
        let chunks = texts("trace_chunk")
        let rows = numbers("trace_row")
        return names.indices.map { index in
            TraceIdentity(
                chunk: chunks?[index] ?? "", row: rows.flatMap { Int(exactly: $0[index]) } ?? -1, name: names[index])
        }
    }
    /// What the traces are clustered by: the event's name, or the trace itself where there is none.
    public var events: [String] {
        let own = identities.map { "\($0.chunk)/\($0.row)/\($0.name)" }
        guard let sources = texts("ID") else { return own }
        return zip(sources, own).map { $0.isEmpty ? $1 : $0 }
    }
    /// Whether each trace shows an earthquake, as its catalogue says; `nil` where the task is another one.
    public var isEvent: [Bool]? { texts("trace_category")?.map { $0 == "earthquake_local" } }
    /// The phases that were picked: those with a column `P_pick`; of streams, which one rule has read, `P_arrivals`.
    public var phases: [String] {
        let ending = StreamTable.isOne(self) ? PickColumn.arrivals : "_pick"
        return columns.compactMap { $0.name.hasSuffix(ending) ? String($0.name.dropLast(ending.count)) : nil }
    }

    /// The rows at these places, in this order; a row may come several times.
    public func rows(_ indices: [Int]) -> Predictions {
        Predictions(
            columns.map { column in
                switch column.values {
                case .numbers(let values): Column(column.name, .numbers(indices.map { values[$0] }))
                case .texts(let values): Column(column.name, .texts(indices.map { values[$0] }))
                case .lists(let values): Column(column.name, .lists(indices.map { values[$0] }))
                }
            })
    }
}
