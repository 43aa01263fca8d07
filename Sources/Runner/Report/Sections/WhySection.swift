import GraphIR

/// Why networks differ: what their answers rest on.
enum WhySection: ReportSection {
    static let signature = Signature(
        .report, "why", "On what the answers of the networks rest: shares of relevance, judged as metrics are.")
    static let title = "Why they differ"
    static let place = 75

    static func html(_ content: ReportContent) -> String? {
        guard let why = content.why else { return nil }
        let tables = why.asked.map { table($0, why, content) }
        let pictures = why.pictures.map { "<h3>\(HTML.escaped($0.title))</h3>\($0.html)" }.joined()
        let verdicts =
            "A verdict of more or less is corrected for all rows together; it says on what a network relies, not that "
            + "this is good."
        return "<p class=\"reading\">\(HTML.escaped(WhyTable.definition)) \(content.withoutVerdicts ?? verdicts)</p>"
            + tables.joined() + (pictures.isEmpty ? "" : "<h3>Where they disagree</h3>" + pictures)
    }

    /// What was found stands; the rows of which nothing can be told are folded away below it.
    private static func table(_ asked: WhyTable.Asked, _ why: WhyTable, _ content: ReportContent) -> String {
        let header = [""] + why.names.indices.map(content.name)
        let caption =
            "Why \(asked.name): \(Words.counted(asked.traces, "trace")) of \(Words.counted(asked.events, "event"))"
        func isOpen(_ row: WhyTable.Row) -> Bool {
            row.judgements.allSatisfy { $0 == nil || $0?.verdict == .undecided }
        }
        func cells(_ rows: [WhyTable.Row]) -> [[String]] { rows.map { row($0, content) } }
        let (open, told) = (asked.rows.filter(isOpen), asked.rows.filter { !isOpen($0) })
        guard content.canJudge, !open.isEmpty else {
            return HTML.table(header, cells(asked.rows) + agreements(asked), caption: caption, style: "numbers")
        }
        let rows = cells(told) + agreements(asked)
        return (rows.isEmpty ? "" : HTML.table(header, rows, caption: caption, style: "numbers"))
            + "<details class=\"data\"><summary>\(HTML.escaped(asked.name)): "
            + "\(Words.number(open.count, "row")) of which nothing can be told</summary>"
            + HTML.table(header, cells(open), caption: caption, style: "numbers undecided") + "</details>"
    }

    private static func row(_ row: WhyTable.Row, _ content: ReportContent) -> [String] {
        [HTML.escaped(row.name)]
            + row.values.indices.map { index in
                let sample = row.values[index]
                guard sample.count > 0, sample.mean.isFinite else { return "–" }
                let width = sample.halfWidth(confidence: 0.95)
                let isNothing = abs(sample.mean) < 0.0005 && !(width >= 0.0005)
                let value =
                    isNothing
                    ? "0"
                    : Figures.fixed(sample.mean, places: 3)
                        + (width.isFinite ? " ±\(Figures.fixed(width, places: 3))" : "")
                guard content.canJudge, let judgement = row.judgements[index] else { return value }
                let style = judgement.verdict == .undecided ? " class=\"undecided\"" : ""
                return value + "<br><small\(style)>\(judgement.direction)</small>"
            }
    }

    /// Left out where nothing is known: one seed agrees with none, and one network stands beside none.
    private static func agreements(_ asked: WhyTable.Asked) -> [[String]] {
        func cell(_ value: Double?) -> String { value.map { Figures.fixed($0, places: 2) } ?? "–" }
        return [
            ("two seeds of it agree to", asked.seedsAgree), ("it agrees with the reference to", asked.networksAgree),
        ].filter { $0.1.contains { $0 != nil } }.map { [$0.0] + $0.1.map(cell) }
    }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(WhySection.self, $0) }
