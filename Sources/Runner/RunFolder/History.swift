import Files

/// How a training went, epoch by epoch: the table in `history.csv`.
///
/// Columns are `epoch, step, rate, train_loss, dev_loss`, then `train_OUTPUT` and `dev_OUTPUT` for each lesson, then
/// `seconds, windows_per_s`. The last two tell of the machine; everything else is the same every time.
public struct History: Sendable, Equatable {
    public private(set) var columns: [String]
    /// One list an epoch, in the columns' order.
    public private(set) var rows: [[Double]]

    /// What tells of the machine and its hour rather than of the training.
    public static let timing = ["seconds", "windows_per_s"]

    public init(outputs: [String]) {
        columns =
            ["epoch", "step", "rate", "train_loss", "dev_loss"]
            + outputs.flatMap { ["train_\($0)", "dev_\($0)"] } + History.timing
        rows = []
    }

    public mutating func append(_ row: [Double]) { rows.append(row) }

    /// One column from the first epoch to the last; `nil` if there is none of this name.
    public subscript(column: String) -> [Double]? {
        columns.firstIndex(of: column).map { index in rows.map { $0[index] } }
    }

    public var csv: String {
        CSV.text([columns] + rows.map { row in row.map(History.text) })
    }

    /// The shortest text that reads back as the same number; whole numbers without a point; nothing for `nan`.
    public static func text(_ value: Double) -> String {
        if value.isNaN { return "" }
        if let whole = Int(exactly: value), abs(whole) < 1 << 53 { return String(whole) }
        return "\(value)"
    }

    /// Reads the table; `nil` where the text is none.
    public init?(csv text: String) {
        let table = CSV.rows(text)
        guard let header = table.first, header.contains("epoch") else { return nil }
        columns = header
        rows = []
        for line in table.dropFirst() {
            guard line.count == header.count else { return nil }
            var row: [Double] = []
            for field in line {
                guard let value = field.isEmpty ? .nan : Double(field) else { return nil }
                row.append(value)
            }
            rows.append(row)
        }
        guard counts("epoch") == Array(rows.indices.map { $0 + 1 }), steps.count == rows.count,
            zip(steps, steps.dropFirst()).allSatisfy({ $0 <= $1 })
        else { return nil }
    }

    /// The steps that were done by the end of each epoch.
    public var steps: [Int] { counts("step") }

    /// A column of whole numbers that are not negative, up to the first value that is none.
    private func counts(_ column: String) -> [Int] {
        var counts: [Int] = []
        for value in self[column] ?? [] {
            guard let count = Int(exactly: value), (0..<1 << 53).contains(count) else { break }
            counts.append(count)
        }
        return counts
    }

    /// Equal but for what tells of the machine.
    public func sameTraining(as other: History) -> Bool {
        guard columns == other.columns, rows.count == other.rows.count else { return false }
        let compared = columns.indices.filter { !History.timing.contains(columns[$0]) }
        return zip(rows, other.rows).allSatisfy { a, b in
            compared.allSatisfy { a[$0].bitPattern == b[$0].bitPattern || (a[$0].isNaN && b[$0].isNaN) }
        }
    }
}
