/// Names of rows that say what differs: words that all of them have stand in none, and of a setting's name as much as
/// tells it from the others.
public struct RowNames {
    public let names: [String]

    /// - Parameter whole: the names in full, words apart by spaces, as `eqt filters=8 drop=0.1`.
    public init(_ whole: [String]) {
        let words = whole.map { $0.split(separator: " ").map(String.init) }
        let common = words.dropFirst().reduce(into: Set(words.first ?? [])) { $0.formIntersection($1) }
        guard words.count > 1 else {
            names = whole
            return
        }
        let short = Self.shortened(Set(words.joined().compactMap(Self.key)))
        names = words.map { own in
            let left = own.filter { !common.contains($0) }.map { word in
                Self.key(word).flatMap { key in short[key].map { $0 + word.dropFirst(key.count) } } ?? word
            }
            // Who has nothing of its own is what the others are variations of.
            return left.isEmpty ? own.joined(separator: " ") : left.joined(separator: " ")
        }
    }

    /// `train.batch` of `train.batch=8`.
    private static func key(_ word: String) -> String? {
        word.firstIndex(of: "=").map { String(word[..<$0]) }
    }

    /// By name the shortest end of it that no other name has: `rate` for `train.optimizer.rate`.
    private static func shortened(_ keys: Set<String>) -> [String: String] {
        func end(_ key: String, _ count: Int) -> String {
            key.split(separator: ".").suffix(count).joined(separator: ".")
        }
        return Dictionary(
            keys.map { key in
                let most = key.split(separator: ".").count
                let enough = (1...max(1, most)).first { count in
                    !keys.contains { $0 != key && end($0, count) == end(key, count) }
                }
                return (key, enough.map { end(key, $0) } ?? key)
            }, uniquingKeysWith: { first, _ in first })
    }

    /// Each name on at most so many columns, no two alike: what all begin or end with goes first, then the middle; what
    /// is still equal is numbered.
    public static func distinct(_ names: [String], width: Int) -> [String] {
        guard names.contains(where: { $0.count > width }) else { return names }
        let whole = withoutCommonEnds(names)
        let bare = whole.map { $0.count <= width ? $0 : cut(withoutEnd($0, like: whole, width), width) }
        return bare.enumerated().map { index, name in
            let alike = bare.indices.filter { bare[$0] == name && names[$0] != names[index] }
            guard !alike.isEmpty else { return name }
            let number = "~\(1 + Set(alike.filter { $0 < index }.map { names[$0] }).count)"
            return cut(name, width - number.count) + number
        }
    }

    /// As rows of a sweep say them, where that tells all apart, on at most so many columns.
    public static func apart(_ names: [String], width: Int) -> [String] {
        let rows = RowNames(names).names
        return distinct(Set(rows).count == Set(names).count ? rows : names, width: width)
    }

    /// At most so many columns, by leaving the middle out.
    public static func cut(_ name: String, _ width: Int) -> String {
        guard name.count > width else { return name }
        let room = max(0, width - 1), head = (room + 1) / 2
        return name.prefix(head) + "…" + name.suffix(room - head)
    }

    /// A long name without the end that another one has too, where what is left then fits.
    private static func withoutEnd(_ name: String, like names: [String], _ width: Int) -> String {
        func commonEnd(_ other: String) -> Int { zip(name.reversed(), other.reversed()).prefix { $0 == $1 }.count }
        let most = names.filter { $0 != name }.map(commonEnd).max() ?? 0
        let left = name.dropLast(most)
        return most > 1 && (1..<width).contains(left.count) ? left + "…" : name
    }

    /// Without what all begin with and what all end with, up to where a word ends.
    private static func withoutCommonEnds(_ names: [String]) -> [String] {
        guard Set(names).count > 1 else { return names }
        func commonCount(_ names: [[Character]]) -> Int {
            let first = names[0]
            let same = first.indices.first { at in names.contains { at >= $0.count || $0[at] != first[at] } }
            // Whole words only; nobody is left without one.
            let most = min(same ?? first.count, (names.map(\.count).min() ?? 1) - 1)
            return (first.prefix(max(0, most)).lastIndex { "/_-. ".contains($0) } ?? -1) + 1
        }
        let heads = names.map(Array.init), head = commonCount(heads)
        let tails = heads.map { Array($0.dropFirst(head).reversed()) }
        // The sign that ends the common beginning of the reversed names begins their common end.
        let tail = commonCount(tails)
        return tails.map { String($0.dropFirst(tail).reversed()) }
    }

    /// At most so many columns: the end says more than the beginning.
    public static func fitting(_ name: String, _ width: Int) -> String {
        name.count <= width ? name : "…" + name.suffix(max(1, width - 1))
    }
}
