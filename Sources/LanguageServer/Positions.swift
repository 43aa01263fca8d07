import Editor
import GraphIR

/// Offsets into bytes, as the house counts, and lines with UTF-16 units, as editors do. Nothing else converts.
struct Positions {
    let file: SourceFile

    /// A position; offsets beyond the text are its end.
    func json(_ offset: Int) -> JSON {
        let offset = max(0, min(offset, file.text.count))
        var low = 0
        var high = file.lineStarts.count - 1
        while low < high {
            let middle = (low + high + 1) / 2
            if file.lineStarts[middle] <= offset { low = middle } else { high = middle - 1 }
        }
        return ["line": .int(low), "character": .int(units(file.lineStarts[low], offset))]
    }

    func json(_ range: Range<Int>) -> JSON { ["start": json(range.lowerBound), "end": json(range.upperBound)] }

    /// UTF-16 units between two offsets of one line.
    func units(_ start: Int, _ end: Int) -> Int {
        file.text[start..<max(start, min(end, file.text.count))].reduce(0) { count, byte in
            count + (byte & 0xC0 == 0x80 ? 0 : byte >= 0xF0 ? 2 : 1)
        }
    }

    /// The offset of a position. What lies beyond a line is its end, beyond the text the text's end, and within a
    /// character the character's beginning.
    func offset(line: Int, character: Int) -> Int {
        guard line >= 0 else { return 0 }
        guard line < file.lineStarts.count else { return file.text.count }
        var index = file.lineStarts[line]
        let end = line + 1 < file.lineStarts.count ? file.lineStarts[line + 1] : file.text.count
        var units = 0
        while index < end, file.text[index] != 0x0A, file.text[index] != 0x0D {
            let width = file.text[index] >= 0xF0 ? 2 : 1
            if units + width > character { break }
            units += width
            index += 1
            while index < end, file.text[index] & 0xC0 == 0x80 { index += 1 }
        }
        return index
    }

    func offset(_ position: JSON?) throws(Failure) -> Int {
        guard let line = position?["line"]?.int, let character = position?["character"]?.int else {
            throw .invalid("a position has a line and a character")
        }
        return offset(line: line, character: character)
    }

    /// A range; one that is the wrong way round is turned.
    func range(_ range: JSON?) throws(Failure) -> Range<Int> {
        let start = try offset(range?["start"])
        let end = try offset(range?["end"])
        return min(start, end)..<max(start, end)
    }
}
