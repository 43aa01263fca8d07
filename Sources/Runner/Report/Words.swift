/// Lists and counts as sentences have them.
public enum Words {
    /// `a`, `a and b`, `a, b and c`
    public static func list(_ items: [String]) -> String {
        guard let last = items.last else { return "nothing" }
        return items.count == 1 ? last : items.dropLast().joined(separator: ", ") + " and " + last
    }

    /// `three seeds`, `1 seed`, `24 networks`
    public static func number(_ count: Int, _ thing: String) -> String {
        "\(number(count)) \(thing)\(count == 1 ? "" : "s")"
    }

    /// `no`, `one`, `ten`, `24`
    public static func number(_ count: Int) -> String {
        let names = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
        return names.indices.contains(count) ? names[count] : Figures.count(count)
    }

    /// `1 event`, `1,234 events`: in digits, as amounts of data are told.
    public static func counted(_ count: Int, _ thing: String) -> String {
        "\(Figures.count(count)) \(thing)\(count == 1 ? "" : "s")"
    }

    /// Each word once, in the order of the first.
    public static func unique(_ words: [String]) -> [String] {
        var known: Set<String> = []
        return words.filter { known.insert($0).inserted }
    }

    /// `a P`, `an S`: as the letter is spoken.
    public static func article(_ phase: String) -> String {
        (phase.first.map { "AEFHILMNORSX".contains($0) } ?? false ? "an " : "a ") + phase
    }
}

extension String {
    public var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
