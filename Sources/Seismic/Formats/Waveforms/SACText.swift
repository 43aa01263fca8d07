import Files
import Foundation

/// SAC in letters and digits, for machines whose numbers differ: the header's floats five a line, its whole numbers
/// five a line, its texts, then the samples.
enum SACText {
    private static let floatWidth = 15
    private static let wholeWidth = 10
    private static let floatLines = 14
    private static let wholeLines = 8

    /// Whether a file begins so: five numbers of fifteen letters a line, one below the other.
    static func begins(_ file: FileBytes) -> Bool {
        guard let start = try? file.bytes(0, min(file.count, 800)), file.count > 800 else { return false }
        var lines = Lines(start)
        for _ in 0..<4 {
            guard let line = lines.next(), line.count == 5 * floatWidth else { return false }
            for field in 0..<5 where number(line, field, floatWidth) == nil { return false }
        }
        return true
    }

    /// The same header in bits, least significant byte first, and the samples behind: what `SAC` reads.
    static func binary(_ file: FileBytes) throws(DataError) -> FileBytes {
        var lines = Lines(try file.bytes(0, file.count))
        func failure(_ expected: String) -> DataError {
            file.error(at: lines.offset, expected: expected, found: "something else")
        }
        var bytes: [UInt8] = []
        func append(_ bits: UInt32) { withUnsafeBytes(of: bits.littleEndian) { bytes += $0 } }
        for _ in 0..<floatLines {
            let line = lines.next()
            for field in 0..<5 {
                guard let line, let value = number(line, field, floatWidth) else {
                    throw failure("five numbers of \(floatWidth) letters")
                }
                append(Float(value).bitPattern)
            }
        }
        var count = 0
        for row in 0..<wholeLines {
            let line = lines.next()
            for field in 0..<5 {
                guard let line, let value = number(line, field, wholeWidth).flatMap({ Int32(exactly: $0) }) else {
                    throw failure("five whole numbers of \(wholeWidth) letters")
                }
                if row == 1, field == 4 { count = Int(value) }
                // There are no doubles behind the samples of a text, whatever its version.
                append(UInt32(bitPattern: row == 1 && field == 1 ? min(value, 6) : value))
            }
        }
        for row in 0..<8 {
            guard let line = lines.next(), line.count <= 24 else { throw failure("a line of texts") }
            let padded = Array(line) + [UInt8](repeating: 0x20, count: 24 - line.count)
            bytes += padded
            _ = row
        }
        guard count >= 0, count <= file.count else { throw failure("a number of samples that the file has room for") }
        bytes.reserveCapacity(bytes.count + 4 * count)
        var left = count
        while left > 0 {
            guard let line = lines.next() else { throw failure("\(left) more samples") }
            for field in 0..<min(5, left) {
                guard let value = number(line, field, floatWidth) else { throw failure("a sample") }
                append(Float(value).bitPattern)
            }
            left -= min(5, left)
        }
        return FileBytes(bytes, name: file.name, identity: file.identity)
    }

    private static func number(_ line: ArraySlice<UInt8>, _ field: Int, _ width: Int) -> Double? {
        let start = line.startIndex + field * width
        guard start < line.endIndex else { return nil }
        let text = String(decoding: line[start..<min(start + width, line.endIndex)], as: UTF8.self)
        return Double(text.trimmingCharacters(in: .whitespaces))
    }

    /// Lines of bytes; a carriage return before the end belongs to it.
    private struct Lines {
        private let bytes: [UInt8]
        private(set) var offset = 0

        init(_ bytes: [UInt8]) { self.bytes = bytes }

        mutating func next() -> ArraySlice<UInt8>? {
            guard offset < bytes.count else { return nil }
            let end = bytes[offset...].firstIndex(of: 0x0A) ?? bytes.count
            var line = bytes[offset..<end]
            if line.last == 0x0D { line = line.dropLast() }
            offset = min(end + 1, bytes.count)
            return line
        }
    }
}
