/// Names of rows that say what differs: words that all of them have stand in none.
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
        names = words.map { own in
            let left = own.filter { !common.contains($0) }
            // Who has nothing of its own is what the others are variations of.
            return left.isEmpty ? own.joined(separator: " ") : left.joined(separator: " ")
        }
    }

    /// At most so many columns: the end says more than the beginning.
    static func fitting(_ name: String, _ width: Int) -> String {
        name.count <= width ? name : "…" + name.suffix(max(1, width - 1))
    }
}
