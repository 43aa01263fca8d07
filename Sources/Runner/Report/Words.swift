/// Lists and counts as sentences have them.
public enum Words {
    /// `a`, `a and b`, `a, b and c`
    public static func list(_ items: [String]) -> String {
        guard let last = items.last else { return "nothing" }
        return items.count == 1 ? last : items.dropLast().joined(separator: ", ") + " and " + last
    }

    /// `three seeds`, `1 seed`, `24 networks`
    public static func number(_ count: Int, _ thing: String) -> String {
        let names = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
        let number = names.indices.contains(count) ? names[count] : Figures.count(count)
        return "\(number) \(thing)\(count == 1 ? "" : "s")"
    }
}

extension String {
    public var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
