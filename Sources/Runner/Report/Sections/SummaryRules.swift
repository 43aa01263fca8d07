import GraphIR

/// Under the results: how picks were read, with which thresholds, what hangs on it, and what else a reader should hold
/// against them.
public enum SummaryRules {
    public static func html(_ content: ReportContent) -> [String] {
        let comparison = content.comparison
        var lines = comparison.dependences.map { dependence in
            "<strong>"
                + (dependence.turnsRound
                    ? "This verdict turns round with the rule of reading picks: "
                    : "This verdict hangs on the rule of reading picks: ") + "</strong>"
                + HTML.escaped(comparison.text(dependence)) + "."
        }
        lines += [comparison.convergence].compactMap { $0 }.map { HTML.escaped($0.capitalizedFirst) + "." }
        lines += comparison.unfinished.map { "<strong>Unfinished:</strong> \(HTML.escaped($0))." }
        lines += comparison.flatTops.map { "<strong>Warning:</strong> \(HTML.escaped($0))." }
        if comparison.judged.contains(where: { $0.use.rule != nil }) {
            lines.append(
                "Picks are read by <em>\(comparison.rule.rawValue)</em>: \(HTML.escaped(comparison.rule.statement)).")
        }
        let isLong = comparison.thresholds.count > 3
        if !isLong { lines += comparison.thresholdsInWords.map { HTML.escaped($0.capitalizedFirst) + "." } }
        let list = lines.isEmpty ? "" : "<ul class=\"reading\">" + lines.map { "<li>\($0)</li>" }.joined() + "</ul>"
        return [list, isLong ? thresholds(content) : ""] + comparison.otherRules.map { block($0, content) }
    }

    /// Of many networks the thresholds as a table: so many lines would bury the others.
    private static func thresholds(_ content: ReportContent) -> String {
        let entries = content.comparison.thresholds
        let names = Words.unique(entries.flatMap { $0.parts.map(\.name) })
        let rows = entries.map { entry in
            [content.name(entry.contender)]
                + names.map { name in entry.parts.first { $0.name == name }?.range ?? "–" }
        }
        return "<details class=\"data\"><summary>Thresholds of the networks, from the dev split</summary>"
            + HTML.table(["Network"] + names.map { HTML.escaped($0) }, rows, style: "numbers") + "</details>"
    }

    /// The same metrics by another rule, without verdicts.
    private static func block(_ block: RuleBlock, _ content: ReportContent) -> String {
        let rows = (block.metrics + block.counted).map { metric in
            [HTML.escaped(metric.title)] + metric.results.map { Figures.text($0.values) }
        }
        let title = "The same by the rule \(block.rule.rawValue)\(content.canJudge ? ", without verdicts" : "")"
        return "<details class=\"data\"><summary>\(title)</summary>"
            + HTML.table(
                ["Metric"] + content.contenders.indices.map(content.name), rows,
                caption: "\(block.rule.rawValue): \(block.rule.statement)", style: "numbers") + "</details>"
    }
}
