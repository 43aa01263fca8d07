/// A stretch of a source text, as offsets into its UTF-8 bytes. Every node, value and finding carries one.
public struct Place: Hashable, Sendable {
    /// Which text: an index into the compilation's list of files.
    public var file: Int
    public var start: Int
    public var end: Int

    public init(file: Int, start: Int, end: Int) {
        self.file = file
        self.start = start
        self.end = end
    }

    /// The smallest place that covers both; of two files the first one's wins.
    public func joined(with other: Place) -> Place {
        guard other.file == file else { return self }
        return Place(file: file, start: min(start, other.start), end: max(end, other.end))
    }

    /// For what no text declared: built-in values, nodes made in Swift.
    public static let nowhere = Place(file: -1, start: 0, end: 0)
}

/// A text with a name, which can say in which line and column a byte stands.
public struct SourceFile: Sendable {
    public let path: String
    public let text: [UInt8]
    /// The offset of each line's first byte. A line ends with LF, CRLF or CR, as editors and the lexer count.
    public let lineStarts: [Int]

    public init(path: String, text: [UInt8]) {
        self.path = path
        self.text = text
        var starts = [0]
        for (offset, byte) in text.enumerated() where byte == 0x0A || byte == 0x0D {
            let isHalf = byte == 0x0D && offset + 1 < text.count && text[offset + 1] == 0x0A
            if !isHalf { starts.append(offset + 1) }
        }
        lineStarts = starts
    }

    /// Line and column from 1; columns count characters (Unicode scalars), as editors do.
    public func position(of offset: Int) -> (line: Int, column: Int) {
        let offset = max(0, min(offset, text.count))
        var low = 0
        var high = lineStarts.count - 1
        while low < high {
            let middle = (low + high + 1) / 2
            if lineStarts[middle] <= offset { low = middle } else { high = middle - 1 }
        }
        var start = lineStarts[low]
        // A byte order mark is no character of the first line.
        if start == 0, offset >= 3, text.starts(with: [0xEF, 0xBB, 0xBF]) { start = 3 }
        let column = text[start..<offset].reduce(1) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) }
        return (low + 1, column)
    }

    /// The text of a line (from 1) without its end.
    public func line(_ number: Int) -> String {
        guard number >= 1, number <= lineStarts.count else { return "" }
        var end = number < lineStarts.count ? lineStarts[number] : text.count
        let start = lineStarts[number - 1]
        while end > start, text[end - 1] == 0x0A || text[end - 1] == 0x0D { end -= 1 }
        return String(decoding: text[start..<end], as: UTF8.self)
    }
}
