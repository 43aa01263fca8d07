/// What a file's documentation tells of its network: a first sentence, paragraphs, and fields such as `- Paper: …`.
///
/// The fields that the catalogue knows are `Paper`, `Purpose`, `Count` (where the expected number of parameters comes
/// from), `Conflict` (where text and code disagree, and which one the file follows), `Doubt` (what is not known) and
/// `Weights` (which published ones fit it, how to import them, and what was learnt from them).
/// They are facts of the file, so they stand in the file; others may be added and are shown as they are.
public struct Story: Hashable, Sendable {
    public struct Field: Hashable, Sendable {
        public var name: String
        public var text: String
        public init(name: String, text: String) {
            self.name = name
            self.text = text
        }
    }

    /// The first sentence or paragraph.
    public private(set) var summary = ""
    public private(set) var paragraphs: [String] = []
    public private(set) var fields: [Field] = []

    public init(_ documentation: String) {
        var isInField = false
        for line in documentation.split(separator: "\n", omittingEmptySubsequences: false) {
            let text = line.trimmingSpaces
            if text.isEmpty {
                isInField = false
                paragraphs.append("")
            } else if let field = Story.field(text) {
                fields.append(field)
                isInField = true
            } else if isInField {
                fields[fields.count - 1].text += " " + text
            } else {
                if paragraphs.isEmpty { paragraphs.append("") }
                paragraphs[paragraphs.count - 1] += (paragraphs[paragraphs.count - 1].isEmpty ? "" : " ") + text
            }
        }
        paragraphs.removeAll(where: \.isEmpty)
        if !paragraphs.isEmpty { summary = paragraphs.removeFirst() }
    }

    /// `- Paper: Mousavi et al. (2020)`
    private static func field(_ line: String) -> Field? {
        guard line.hasPrefix("- "), let colon = line.firstIndex(of: ":") else { return nil }
        let name = line[line.index(line.startIndex, offsetBy: 2)..<colon]
        guard let first = name.first, first.isUppercase, name.allSatisfy(\.isLetter) else { return nil }
        return Field(name: String(name), text: line[line.index(after: colon)...].trimmingSpaces)
    }

    /// The texts of all fields of a name.
    public subscript(name: String) -> [String] { fields.filter { $0.name == name }.map(\.text) }
}

extension StringProtocol {
    /// Without spaces at either end.
    fileprivate var trimmingSpaces: String {
        let start = drop { $0 == " " || $0 == "\t" || $0 == "\r" }
        return String(start.reversed().drop { $0 == " " || $0 == "\t" || $0 == "\r" }.reversed())
    }
}
