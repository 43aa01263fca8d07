import Files
@testable import Datasets
@testable import Seismic

/// Reads any bytes as a table, every value of it; values that are written must come back. The same bytes as a slice.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>, _ size: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: data, count: size))
    let start = String(decoding: bytes.prefix(64), as: UTF8.self)
    for axis in AxisSlice.axes(of: start) ?? [] { _ = axis.places(length: 100) }
    guard let table = try? CSVTable(FileBytes(bytes, name: "fuzz")) else { return 0 }
    let columns = min(table.columnNames.names.count, 16)
    for row in 0..<min(table.count, 8) {
        _ = table.error(ofRow: row)
        let values = (0..<columns).map { table.value(row: row, column: $0) ?? "" }
        let text = CSV.row((0..<columns).map { "c\($0)" }) + CSV.row(values)
        guard let again = try? CSVTable(FileBytes(Array(text.utf8), name: "again")) else {
            preconditionFailure("what was written cannot be read")
        }
        if columns == 1, values[0].isEmpty { continue }  // an empty line is no row
        let found = (0..<columns).map { again.value(row: 0, column: $0) ?? "" }
        precondition(found == values, "other values came back: \(values) \(found)")
    }
    return 0
}
