/// Names in little room that stay apart: as rows of a sweep say them, and where the same end is left of several, each
/// without that end.
enum ShortNames {
    static func of(_ names: [String], width: Int) -> [String] {
        let rows = RowNames(names).names
        return Set(rows).count == Set(names).count ? fitting(rows, width) : fitting(names, width)
    }

    private static func fitting(_ names: [String], _ width: Int) -> [String] {
        var shown = names.map { RowNames.fitting($0, width) }
        for alike in Dictionary(grouping: names.indices, by: { shown[$0] }).values {
            let whole = alike.map { names[$0] }
            guard Set(whole).count > 1 else { continue }
            let end = commonEnd(whole)
            let told = whole.map { RowNames.fitting(String($0.dropLast(end)), width - 1) + "…" }
            // Those of which some differ elsewhere still: whole, as nothing shorter tells all of them apart.
            let isEnough = Set(told).count == Set(whole).count
            for (place, index) in alike.enumerated() { shown[index] = isEnough ? told[place] : whole[place] }
        }
        return shown
    }

    private static func commonEnd(_ names: [String]) -> Int {
        let ends = names.map { Array($0.reversed()) }
        let most = ends.map(\.count).min() ?? 0
        return (0..<most).first { place in Set(ends.map { $0[place] }).count > 1 } ?? most
    }
}
