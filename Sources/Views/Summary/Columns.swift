/// Text in columns.
public struct Columns {
    public enum Alignment { case left, right }
    public var alignments: [Alignment]
    public private(set) var rows: [[String]] = []
    /// How wide each column may be; longer texts lose their middle.
    private var limits: [Int?]

    public init(_ alignments: [Alignment]) {
        self.alignments = alignments
        limits = alignments.map { _ in nil }
    }

    public mutating func add(_ cells: [String]) { rows.append(cells) }

    /// A column is never made narrower than this.
    private static let narrowest = 14

    /// Makes columns narrower, in this order, until a row fits.
    public mutating func shorten(_ order: [Int], to width: Int) {
        let widths = alignments.indices.map { column in
            rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        var excess = widths.reduce(0, +) + 2 * (widths.count - 1) - width
        for column in order where excess > 0 {
            let limit = max(min(Columns.narrowest, widths[column]), widths[column] - excess)
            limits[column] = limit
            excess -= widths[column] - limit
        }
    }

    /// The rows with two spaces between columns, without spaces at their ends.
    public var lines: [String] {
        let shown = rows.map { cells in
            cells.enumerated().map { index, cell in Columns.shortened(cell, to: limits[index]) }
        }
        let widths = alignments.indices.map { column in
            shown.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        return shown.map { cells in
            var line = ""
            for (column, cell) in cells.enumerated() {
                let space = String(repeating: " ", count: max(0, widths[column] - cell.count))
                line += (column > 0 ? "  " : "") + (alignments[column] == .left ? cell + space : space + cell)
            }
            while line.hasSuffix(" ") { line.removeLast() }
            return line
        }
    }

    /// The text with `…` for its middle where it is too long. A path loses names between its first and its last, never
    /// the number of a turn; of anything else the end, which tells more, keeps more.
    static func shortened(_ original: String, to limit: Int?) -> String {
        guard let limit, original.count > limit, limit > 2 else { return original }
        let text = withoutMiddleNames(original, to: limit)
        guard text.count > limit else { return text }
        let head = (limit - 1) / 3
        return text.prefix(head) + "…" + text.suffix(limit - 1 - head)
    }

    private static func withoutMiddleNames(_ path: String, to limit: Int) -> String {
        var parts = path.split(separator: ".").map(String.init)
        while parts.reduce(parts.count - 1, { $0 + $1.count }) > limit {
            let names = parts.indices.dropFirst().dropLast().filter { parts[$0] != "…" && Int(parts[$0]) == nil }
            guard let longest = names.max(by: { parts[$0].count < parts[$1].count }) else { return path }
            parts[longest] = "…"
            if parts[longest - 1] == "…" {
                parts.remove(at: longest)
            } else if parts[longest + 1] == "…" {
                parts.remove(at: longest + 1)
            }
        }
        return parts.joined(separator: ".")
    }
}
