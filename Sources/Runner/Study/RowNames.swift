/// Names of rows that say what differs: words that all of them have stand in none, and of a setting's name as much as
/// tells it from the others.
struct RowNames {
    let names: [String]

    /// - Parameter whole: the names in full, words apart by spaces, as `eqt filters=8 drop=0.1`.
    init(_ whole: [String]) {
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

    /// At most so many columns: the end says more than the beginning.
    static func fitting(_ name: String, _ width: Int) -> String {
        name.count <= width ? name : "…" + name.suffix(max(1, width - 1))
    }
}
