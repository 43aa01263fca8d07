import GraphIR

/// Networks in which two things vary, as a grid: one along the rows, the other along the columns.
enum GridSection: ReportSection {
    static let signature = Signature(
        .report, "grid", "Where two settings vary, a grid of both with values and verdicts.")
    static let title = "Two settings"
    static let place = 15

    static func html(_ content: ReportContent) -> String? {
        guard let grid = SettingsGrid(content.contenders) else { return nil }
        let metrics = content.comparison.judged.prefix(3)
        guard !metrics.isEmpty else { return nil }
        let tables = metrics.map { table(grid, $0, content) }
        let outside = content.contenders.indices.filter { grid.place(of: $0) == nil }
        let note =
            outside.isEmpty
            ? "" : "<p class=\"reading\">Beside the grid: \(Words.list(outside.map { content.name($0) })).</p>"
        return "<p>Down: <code>\(HTML.escaped(grid.rows.key))</code>. Across: "
            + "<code>\(HTML.escaped(grid.columns.key))</code>. The stronger the colour, the better"
            + (content.canJudge ? "; a sign is the verdict beside \(content.name(0))" : "") + ".</p>" + tables.joined()
            + note
    }

    private static func table(_ grid: SettingsGrid, _ metric: ComparedMetric, _ content: ReportContent) -> String {
        let inside = content.contenders.indices.filter { grid.place(of: $0) != nil }
        let means = inside.map { metric.results[$0].values.mean }.filter(\.isFinite)
        let (low, high) = (means.min() ?? 0, means.max() ?? 0)
        func shade(_ mean: Double) -> Int {
            guard mean.isFinite, high > low else { return 0 }
            let share = (mean - low) / (high - low)
            return Int(((metric.use.better == .lower ? 1 - share : share) * 4).rounded())
        }
        let rows = grid.rows.values.map { row -> [String] in
            [HTML.escaped(row)]
                + grid.columns.values.map { column in
                    guard let index = inside.first(where: { grid.place(of: $0) ?? ("", "") == (row, column) }) else {
                        return "<span class=\"soft\">not tried</span>"
                    }
                    let values = metric.results[index].values
                    let sign = metric.results[index].judgement.map { " " + Chip.html($0) } ?? ""
                    return "<span class=\"shade s\(shade(values.mean))\">\(Figures.shown(values).value)</span>"
                        + (content.canJudge ? sign : "")
                }
        }
        let corner = "\(HTML.escaped(grid.rows.key)) ↓ \(HTML.escaped(grid.columns.key)) →"
        return HTML.table(
            [corner] + grid.columns.values.map { HTML.escaped($0) }, rows, caption: metric.heading, style: "grid")
    }
}

extension Contender {
    /// What was set for it beside its file.
    var settings: [String: String] {
        Dictionary(
            (runs.first?.record.overrides ?? []).map { ($0.key, $0.value) }, uniquingKeysWith: { $1 })
    }
}

/// Two settings and the values that they take.
struct SettingsGrid {
    struct Axis {
        var key: String
        /// In rising order where they are numbers, in the study's order where they are words.
        var values: [String]
    }
    var rows: Axis
    var columns: Axis
    private let settings: [[String: String]]

    /// With the order in which the networks set them.
    init?(_ contenders: [Contender]) {
        let overrides = contenders.flatMap { $0.runs.first?.record.overrides ?? [] }
        self.init(contenders.map(\.settings), keys: Words.unique(overrides.map(\.key)))
    }

    /// - Parameter keys: in the order in which they should stand, as a study has them; by name without it.
    ///
    /// `nil` unless just two settings take several values each, over four networks at least, each its own two. What
    /// nothing sets is as the file has it: such a network stands beside the grid.
    init?(_ settings: [[String: String]], keys: [String]? = nil) {
        self.settings = settings
        let all = keys ?? Set(settings.flatMap(\.keys)).sorted()
        let varied = all.filter { key in Set(settings.map { $0[key] }).count > 1 }
        guard varied.count == 2 else { return nil }
        let axes = varied.map { key in Axis(key: key, values: Self.sorted(settings.compactMap { $0[key] })) }
        guard axes.allSatisfy({ $0.values.count > 1 }) else { return nil }
        (rows, columns) = (axes[0], axes[1])
        let places = settings.indices.compactMap { place(of: $0) }
        // Where several networks vary in the same way, a cell would have to leave all but one of them out.
        guard places.count >= 4, Set(places.map { [$0.row, $0.column] }).count == places.count else { return nil }
    }

    func place(of index: Int) -> (row: String, column: String)? {
        settings[index][rows.key].flatMap { row in settings[index][columns.key].map { (row, $0) } }
    }

    private static func sorted(_ values: [String]) -> [String] {
        let values = Words.unique(values)
        let numbers = values.compactMap { value in Double(value).map { (value, $0) } }
        guard numbers.count == values.count else { return values }
        return numbers.sorted { ($0.1, $0.0) < ($1.1, $1.0) }.map(\.0)
    }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(GridSection.self, $0) }
