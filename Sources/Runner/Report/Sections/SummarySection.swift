import GraphIR

/// What was found, in a paragraph and a table.
public enum SummarySection: ReportSection {
    public static let signature = Signature(
        .report, "summary", "What was found, in a paragraph and a table of verdicts.")
    public static let title = "Results"
    public static let place = 10

    public static func html(_ content: ReportContent) -> String? {
        let comparison = content.comparison
        guard !comparison.judged.isEmpty else { return nil }
        return warnings(content) + "<p class=\"abstract\">\(SummaryWords.abstract(content))</p>" + table(content)
            + ([unpicked(content), reading(content)] + SummaryRules.html(content)).joined()
    }

    private static func warnings(_ content: ReportContent) -> String {
        let serious = content.comparison.differences.filter(\.isSerious)
        var html = ""
        if !serious.isEmpty {
            let items = serious.map { "<li>\(HTML.escaped($0.description))</li>" }.joined()
            html += warning(
                "These runs should not be compared.",
                "They differ in what they were trained or judged on, and somebody asked for the comparison "
                    + "nevertheless:", list: items)
        }
        let predictions = content.contenders[0].runs[0].predictions
        let tables = predictions.phases.compactMap { PickTable(predictions, phase: $0, rule: content.comparison.rule) }
        if !tables.isEmpty, tables.allSatisfy({ $0.arrivals.allSatisfy(\.isEmpty) }) {
            html += warning(
                "No test trace has an arrival.",
                "Nothing can be said of picks that hit one; every pick here is a false one.")
        }
        return html
    }

    private static func warning(_ heading: String, _ text: String, list: String = "") -> String {
        "<div class=\"warning\" role=\"note\"><p><strong>\(heading)</strong> \(text)</p>"
            + (list.isEmpty ? "" : "<ul>\(list)</ul>") + "</div>"
    }

    // MARK: The table

    private static func table(_ content: ReportContent) -> String {
        let header = ["Network"] + content.comparison.judged.map { "\(HTML.escaped($0.heading))\(unit($0))" }
        let rows = content.contenders.indices.map { index in
            [content.name(index) + (index == 0 ? content.ofSeveral(" <small>reference</small>") : "")]
                + content.comparison.judged.map { cell($0, index, content) }
        }
        let caption =
            content.hasOneSeed
            ? content.isOneNetwork ? "Value of each metric" : "Value of the one seed"
            : "Mean and 95 % interval over seeds" + (content.canJudge ? ", with the verdict" : "")
        return HTML.table(header, rows, caption: caption, style: "verdicts")
    }

    private static func unit(_ metric: ComparedMetric) -> String {
        let arrow = metric.use.better == .higher ? "higher is better" : "lower is better"
        let unit = metric.use.unit.isEmpty ? "" : "\(HTML.escaped(metric.use.unit)), "
        return "<small>\(unit)\(arrow)</small>"
    }

    private static func cell(_ metric: ComparedMetric, _ index: Int, _ content: ReportContent) -> String {
        let result = metric.results[index]
        let isBest = metric.best.contains(index) && metric.best.count < metric.results.count
        let shown = Figures.shown(result.values)
        var html = "<span class=\"value\(isBest ? " best" : "")\">\(shown.value)"
        if let error = shown.error { html += " <small>± \(error)</small>" }
        html += "</span>"
        if let why = whyUndefined(metric, index, content) {
            return html + "<small class=\"soft\">\(HTML.escaped(why))</small>"
        }
        guard let judgement = result.judgement, content.canJudge || judgement.verdict == .same else { return html }
        return html + Chip.html(judgement)
    }

    /// `undefined in 1 of 3 seeds: no P was picked`; `nil` where every seed has a value.
    public static func whyUndefined(_ metric: ComparedMetric, _ index: Int, _ content: ReportContent) -> String? {
        let values = metric.results[index].values.values
        let runs = content.contenders[index].runs
        let missing = values.indices.filter { !values[$0].isFinite }
        guard let first = missing.first, runs.indices.contains(first) else { return nil }
        let reason = metric.use.whyUndefined(in: runs[first].predictions, judgedBy: content.comparison.rule)
        let seeds = values.count == 1 ? "" : " in \(missing.count) of \(values.count) seeds"
        return "undefined\(seeds): \(reason)"
    }

    /// Which networks picked nothing of a phase, with any seed: zeros in the table then say no more than that.
    private static func unpicked(_ content: ReportContent) -> String {
        let phases = content.contenders.flatMap { $0.runs[0].predictions.phases }
        let lines = Words.unique(phases).compactMap { phase -> String? in
            let silent = content.silent(phase)
            guard !silent.isEmpty else { return nil }
            let thresholds = silent.flatMap { content.contenders[$0].runs }
                .compactMap { $0.thresholds(content.comparison.rule)?.phase(phase) }.map { History.text($0) }
            let known = Set(thresholds).count == 1 ? " (threshold \(thresholds[0]))" : ""
            let who =
                content.isOneNetwork
                ? "The network did not pick"
                : silent.count == content.contenders.count
                    ? "No network picked" : "\(Words.list(silent.map(content.name))) did not pick"
            let none = who.hasPrefix("No ") ? Words.article(phase) : "any \(phase)"
            return "\(who) \(HTML.escaped(none))\(known)."
        }
        return lines.isEmpty ? "" : "<p>\(lines.joined(separator: " "))</p>"
    }

    /// How the table is read.
    private static func reading(_ content: ReportContent) -> String {
        guard !content.isOneNetwork else { return "" }
        let comparison = content.comparison
        var text = "Bold: the best \(content.hasOneSeed ? "value" : "mean"), which need not be better. "
        if !content.hasOneSeed { text += "The intervals are Student’s t over the seeds. " }
        if content.canJudge {
            text += "A verdict compares a network with \(content.name(0)) on the same test events, seed by seed; its "
            text += "error holds both what other seeds and what other events would have changed, and "
            text += judged(comparison)
        }
        return "<p class=\"reading\">\(text)</p>"
    }

    private static func judged(_ comparison: Comparison) -> String {
        let level = Figures.fixed(100 * comparison.rules.level, places: 0)
        let correction =
            comparison.judged.count == 1
            ? "the chance of a false claim is below \(level) % a network. "
            : "Holm’s correction over the \(Words.number(comparison.judged.count, "metric")) keeps the chance of one "
                + "false claim or more a network below \(level) %. "
        return correction + "Equivalent means within \(HTML.escaped(comparison.marginsInWords))."
    }
}

/// A verdict as a small label: a sign and words, so that colour only helps.
public enum Chip {
    public static func html(_ judgement: Judgement) -> String {
        let (sign, style): (String, String) =
            switch judgement.verdict {
            case .better: ("▲", "better")
            case .worse: ("▼", "worse")
            case .equivalent: ("=", "equivalent")
            case .undecided: ("?", "open")
            case .same: ("≡", "same")
            }
        let word = judgement.verdict.rawValue.replacing("'", with: "’")
        return "<span class=\"chip \(style)\" title=\"\(HTML.escaped(judgement.sentence))\">"
            + "<span aria-hidden=\"true\">\(sign)</span> \(word)</span>"
    }
}

@section("strata_plugins") @used private let entry: PluginEntry = { Registry.enter(SummarySection.self, $0) }
