/// Tables as comma-separated text (RFC 4180): fields with a comma, a quote or a line break stand in quotes.
public enum CSV {
    /// Rows, each ended by a line break.
    public static func text(_ rows: [[String]]) -> String { rows.map(row).joined() }

    public static func row(_ values: [String]) -> String { values.map(quoted).joined(separator: ",") + "\n" }

    private static func quoted(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 == 0x2C || $0 == 0x22 || $0 == 0x0A || $0 == 0x0D }) else { return text }
        // Byte by byte: a quote with an accent on it is another character, and still a quote to whoever reads it.
        let doubled = text.utf8.flatMap { $0 == 0x22 ? [0x22, 0x22] : [$0] }
        return String(decoding: [0x22] + doubled + [0x22], as: UTF8.self)
    }

    /// The rows of a text, each with its fields; an unclosed quote ends with the text.
    public static func rows(_ text: String) -> [[String]] {
        var rows: [[String]] = []
        var row: [String] = []
        var field: [UInt8] = []
        var isQuoted = false
        var hasContent = false
        let bytes = Array(text.utf8)
        var index = 0
        func endField() {
            row.append(String(decoding: field, as: UTF8.self))
            field = []
        }
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            switch byte {
            case 0x22 where isQuoted && index < bytes.count && bytes[index] == 0x22:
                field.append(0x22)
                index += 1
            case 0x22: (isQuoted, hasContent) = (!isQuoted, true)
            case 0x2C where !isQuoted:
                endField()
                hasContent = true
            case 0x0D where !isQuoted: break
            case 0x0A where !isQuoted:
                if hasContent || !field.isEmpty {
                    endField()
                    rows.append(row)
                }
                (row, hasContent) = ([], false)
            default: field.append(byte)
            }
        }
        if hasContent || !field.isEmpty {
            endField()
            rows.append(row)
        }
        return rows
    }
}
