import Foundation

/// A table of comma-separated values (RFC 4180) with names in its first row. Only where each row begins is kept; a
/// value is cut out when it is asked for, so a table of a million rows opens at once and costs eight bytes a row.
public struct CSVTable: TableRows {
    public let file: FileBytes
    public let columnNames: ColumnNames
    /// Where each row begins; the highest bit marks one that has not as many values as there are names.
    private let starts: IndexWords
    private static let malformed: UInt64 = 1 << 63

    public var count: Int { max(0, starts.count - 1) }

    /// `rename` turns the file's names into ours.
    public init(_ file: FileBytes, rename: (String) -> String = { $0 }) throws(DataError) {
        self.file = file
        let begin = file.matches([0xEF, 0xBB, 0xBF], at: 0) ? 3 : 0
        let (names, next) = try CSVTable.header(file, from: begin)
        guard names.contains(where: { !$0.isEmpty }) else {
            throw file.error(at: begin, expected: "a row of names", found: "none")
        }
        columnNames = ColumnNames(names.map(rename))
        if file.count >= IndexCache.smallestFile, let words = IndexCache.words(of: "rows", for: file) {
            starts = words
            return
        }
        let rows = try CSVTable.index(file, from: next, columns: names.count)
        if rows.count > IndexCache.smallestCount { IndexCache.keep(rows, of: "rows", for: file) }
        starts = IndexWords(rows)
    }

    /// What is wrong with a row, if something is.
    public func error(ofRow row: Int) -> DataError? {
        guard starts[row] & CSVTable.malformed != 0 else { return nil }
        let found = fields(of: row).count
        return file.error(
            at: start(row), expected: "\(columnNames.names.count) values in row \(row + 1)", found: "\(found)")
    }

    private func start(_ row: Int) -> Int { Int(clamping: starts[row] & ~CSVTable.malformed) }

    public func value(row: Int, column: Int) -> String? {
        guard row >= 0, row < count else { return nil }
        let start = start(row)
        let text = try? file.borrow(start, self.start(row + 1) - start) { bytes in
            CSVTable.field(column, of: bytes)
        }
        return text.flatMap { $0 }.flatMap { isMissing($0) ? nil : $0 }
    }

    public func values(row: Int) -> [String?] {
        guard row >= 0, row < count else { return columnNames.names.map { _ in nil } }
        let fields = fields(of: row)
        return columnNames.names.indices.map { $0 < fields.count && !isMissing(fields[$0]) ? fields[$0] : nil }
    }

    /// All values of a row, each byte looked at once.
    private func fields(of row: Int) -> [String] {
        let start = start(row)
        let all = try? file.borrow(start, self.start(row + 1) - start) { bytes in
            CSVTable.fields(of: bytes, most: .max)
        }
        return all ?? []
    }

    // MARK: Cutting

    private static let quote = UInt8(ascii: "\"")
    private static let comma = UInt8(ascii: ",")

    /// One value of a row's bytes without its quotes; `nil` where the row is shorter. An empty row has one value.
    private static func field(_ number: Int, of row: UnsafeRawBufferPointer) -> String? {
        var index = 0
        let end = end(of: row)
        for _ in 0..<number {
            _ = skip(row, from: &index, to: end)
            if index >= end { return nil }
            index += 1
        }
        return text(row, from: &index, to: end)
    }

    /// The values of a row's bytes in one pass, at most so many.
    private static func fields(of row: UnsafeRawBufferPointer, most: Int) -> [String] {
        var index = 0
        let end = end(of: row)
        var texts = [text(row, from: &index, to: end)]
        while index < end, texts.count < most {
            index += 1
            texts.append(text(row, from: &index, to: end))
        }
        return texts
    }

    /// Where a row's last value ends: before its line break.
    private static func end(of row: UnsafeRawBufferPointer) -> Int {
        var end = row.count
        while end > 0, row[end - 1] == 0x0A || row[end - 1] == 0x0D { end -= 1 }
        return end
    }

    /// Moves to the comma behind a value, or to the row's end; says whether there were quotes.
    private static func skip(_ row: UnsafeRawBufferPointer, from index: inout Int, to end: Int) -> Bool {
        var isQuoted = false
        var hasQuotes = false
        while index < end, isQuoted || row[index] != comma {
            if row[index] == quote {
                isQuoted.toggle()
                hasQuotes = true
            }
            index += 1
        }
        return hasQuotes
    }

    /// A value without its quotes.
    private static func text(_ row: UnsafeRawBufferPointer, from index: inout Int, to end: Int) -> String {
        let start = index
        let hasQuotes = skip(row, from: &index, to: end)
        let bytes = UnsafeRawBufferPointer(rebasing: row[start..<index])
        return hasQuotes ? unquoted(bytes) : String(decoding: bytes, as: UTF8.self)
    }

    /// Text without its outer quotes, doubled ones made single.
    private static func unquoted(_ bytes: UnsafeRawBufferPointer) -> String {
        if bytes.count >= 2, bytes[0] == quote, bytes[bytes.count - 1] == quote {
            let inner = UnsafeRawBufferPointer(rebasing: bytes[1..<bytes.count - 1])
            if !inner.contains(quote) { return String(decoding: inner, as: UTF8.self) }
        }
        var out: [UInt8] = []
        var isQuoted = false
        for (index, byte) in bytes.enumerated() {
            if byte == quote {
                if !isQuoted, index > 0, bytes[index - 1] == quote { out.append(byte) }
                isQuoted.toggle()
            } else {
                out.append(byte)
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    private static let mostColumns = 4096

    private static func header(_ file: FileBytes, from start: Int) throws(DataError) -> (names: [String], next: Int) {
        let length = min(file.count - start, 1 << 20)
        return try file.borrow(start, length) { bytes in
            var end = 0
            var isQuoted = false
            while end < bytes.count, isQuoted || bytes[end] != 0x0A {
                if bytes[end] == quote { isQuoted.toggle() }
                end += 1
            }
            let row = UnsafeRawBufferPointer(rebasing: bytes[..<end])
            return (fields(of: row, most: mostColumns), start + min(end + 1, bytes.count))
        }
    }

    /// Where rows begin, and last where they end. Empty lines are no rows.
    private static func index(_ file: FileBytes, from start: Int, columns: Int) throws(DataError) -> [UInt64] {
        try file.borrow(start, file.count - start) { bytes in
            var starts: [UInt64] = []
            starts.reserveCapacity(bytes.count / 256)
            var row = 0
            var fields = 1
            var isQuoted = false
            func close(_ end: Int) {
                let isEmpty = end == row || end == row + 1 && bytes[row] == 0x0D
                if !isEmpty { starts.append(UInt64(start + row) | (fields == columns ? 0 : malformed)) }
            }
            for index in 0..<bytes.count {
                let byte = bytes[index]
                if byte > comma { continue }
                if byte == quote {
                    isQuoted.toggle()
                } else if !isQuoted, byte == comma {
                    fields += 1
                } else if !isQuoted, byte == 0x0A {
                    close(index)
                    row = index + 1
                    fields = 1
                }
            }
            if row < bytes.count { close(bytes.count) }
            starts.append(UInt64(start + bytes.count))
            return starts
        }
    }
}
