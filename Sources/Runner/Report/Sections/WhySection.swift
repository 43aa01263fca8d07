import GraphIR

/// Why networks differ: what their answers rest on.
enum WhySection: ReportSection {
    static let signature = Signature(
        .report, "why", "On what the answers of the networks rest: shares of relevance, judged as metrics are.")
    static let title = "Why they differ"
    static let place = 75

    static func html(_ content: ReportContent) -> String? {
        guard let why = content.why else { return nil }
        let tables = why.asked.map { asked in
            HTML.table(
                [""] + why.names.indices.map(content.name), asked.rows.map { row($0, why) } + agreements(asked),
                caption: "Why \(asked.name): \(asked.traces) traces of \(asked.events) events", style: "numbers")
        }
        let pictures = why.pictures.map { "<h3>\(HTML.escaped($0.title))</h3>\($0.html)" }.joined()
        return
            "<p class=\"reading\">\(HTML.escaped(WhyTable.definition)) A verdict of more or less is corrected for all "
            + "rows together; it says on what a network relies, not that this is good.</p>"
            + tables.joined() + (pictures.isEmpty ? "" : "<h3>Where they disagree</h3>" + pictures)
    }

    private static func row(_ row: WhyTable.Row, _ why: WhyTable) -> [String] {
        [HTML.escaped(row.name)]
            + row.values.indices.map { index in
                let sample = row.values[index]
                guard sample.count > 0, sample.mean.isFinite else { return "–" }
                let width = sample.halfWidth(confidence: 0.95)
                let value =
                    Figures.fixed(sample.mean, places: 3)
                    + (width.isFinite ? " ±\(Figures.fixed(width, places: 3))" : "")
                return value + (row.judgements[index].map { "<br><small>\($0.direction)</small>" } ?? "")
            }
    }

    private static func agreements(_ asked: WhyTable.Asked) -> [[String]] {
        func cell(_ value: Double?) -> String { value.map { Figures.fixed($0, places: 2) } ?? "–" }
        return [
            ["two seeds of it agree to"] + asked.seedsAgree.map(cell),
            ["it agrees with the reference to"] + asked.networksAgree.map(cell),
        ]
    }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(WhySection.self, $0) }
