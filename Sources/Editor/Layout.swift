import Compiler
import GraphIR

extension Analysis {
    /// What laying the text out changes, line by line; nothing where the writing is wrong.
    public func layout(within range: Range<Int>? = nil) -> [Change] {
        guard let formatted = format(text), formatted != text else { return [] }
        let old = Analysis.lines(text)
        let new = Analysis.lines(formatted)
        return Analysis.differences(old, new).map { stretch in
            let start = stretch.old.lowerBound < old.count ? old[stretch.old.lowerBound].start : text.count
            let end = stretch.old.upperBound < old.count ? old[stretch.old.upperBound].start : text.count
            let lines = new[stretch.new].flatMap(\.bytes)
            return Change(Location(path: path, range: start..<end), String(decoding: lines, as: UTF8.self))
        }.filter { change in
            guard let range else { return true }
            return change.location.range.lowerBound <= range.upperBound
                && range.lowerBound <= change.location.range.upperBound
        }
    }

    struct Line {
        var start: Int
        var bytes: ArraySlice<UInt8>
    }

    /// With their ends.
    static func lines(_ text: [UInt8]) -> [Line] {
        let starts = SourceFile(path: "", text: text).lineStarts
        return starts.indices.compactMap { index in
            let end = index + 1 < starts.count ? starts[index + 1] : text.count
            return starts[index] < end ? Line(start: starts[index], bytes: text[starts[index]..<end]) : nil
        }
    }

    /// Stretches of lines that differ: found by going along both, and looking a few lines ahead where they part.
    static func differences(_ old: [Line], _ new: [Line]) -> [(old: Range<Int>, new: Range<Int>)] {
        var stretches: [(old: Range<Int>, new: Range<Int>)] = []
        var (i, j) = (0, 0)
        func isSame(_ a: Int, _ b: Int) -> Bool { old[a].bytes.elementsEqual(new[b].bytes) }
        while i < old.count || j < new.count {
            if i < old.count, j < new.count, isSame(i, j) {
                (i, j) = (i + 1, j + 1)
                continue
            }
            let (start, other) = (i, j)
            var isFound = false
            search: for distance in 1...24 {
                for ahead in 0...distance {
                    let (a, b) = (i + ahead, j + distance - ahead)
                    if a < old.count, b < new.count, isSame(a, b) {
                        (i, j) = (a, b)
                        isFound = true
                        break search
                    }
                }
            }
            if !isFound { (i, j) = (old.count, new.count) }
            stretches.append((start..<i, other..<j))
        }
        return stretches
    }
}
