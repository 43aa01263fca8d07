import GraphIR

/// What was found, in a paragraph and a table.
enum SummarySection: ReportSection {
    static let signature = Signature(.report, "summary", "What was found, in a paragraph and a table of verdicts.")
    static let title = "Results"
    static let place = 10

    static func html(_ content: ReportContent) -> String? {
        let comparison = content.comparison
        guard !comparison.judged.isEmpty else { return nil }
        return warnings(comparison) + "<p class=\"abstract\">\(abstract(content))</p>" + table(content)
            + (content.contenders.count > 1 ? reading(content) : "") + rules(content)
    }

    // MARK: In words

    private static func abstract(_ content: ReportContent) -> String {
        let comparison = content.comparison
        let seeds = comparison.contenders.map(\.runs.count)
        let least = seeds.min() ?? 0
        let most = seeds.max() ?? 0
        let networks = Words.number(content.contenders.count, "network")
        if content.contenders.count == 1, most == 1, let run = comparison.reference.runs.first {
            let thresholds = run.thresholds(comparison.rule).map { " Thresholds: \(HTML.escaped($0.text))." } ?? ""
            let epochs = Words.number(run.record.epochs, "epoch")
            return "\(content.name(0)), seed \(run.record.seed), after \(epochs), judged on "
                + "\(Figures.count(comparison.traceCount)) traces of \(Figures.count(comparison.eventCount)) events."
                + thresholds
        }
        var text = "\(networks.capitalizedFirst) \(content.contenders.count == 1 ? "was" : "were") trained with "
        text += least == most ? "\(Words.number(most, "seed"))" : "\(least) to \(most) seeds"
        text += " each on the same data and judged on the same \(Figures.count(comparison.traceCount)) test traces of "
        text += "\(Figures.count(comparison.eventCount)) events. "
        let others = content.contenders.indices.dropFirst()
        return text
            + (others.count > 4 ? tally(Array(others), content) : others.map { sentence($0, content) + " " }.joined())
    }

    /// Of many networks, how many were found to be what; the table has each.
    private static func tally(_ others: [Int], _ content: ReportContent) -> String {
        func found(_ index: Int, _ verdict: Verdict) -> Bool {
            content.comparison.judged.contains { $0.results[index].judgement?.verdict == verdict }
        }
        let twins = others.filter { content.comparison.twin(of: $0) != nil }
        let judged = others.filter { !twins.contains($0) }
        let better = judged.filter { found($0, .better) }, worse = judged.filter { found($0, .worse) }
        let equivalent = judged.filter { found($0, .equivalent) && !better.contains($0) && !worse.contains($0) }
        let open = judged.filter { !better.contains($0) && !worse.contains($0) && !equivalent.contains($0) }
        func names(_ indices: [Int]) -> String { Words.list(indices.map(content.name)) }
        let kinds = [
            (better, "<strong>better</strong> in something: "), (worse, "<strong>worse</strong> in something: "),
            (equivalent, "equivalent in something: "), (twins, "the same network: "),
        ]
        var parts = kinds.filter { !$0.0.isEmpty }.map { indices, words in
            "\(Words.number(indices.count, "network").capitalizedFirst), \(words)\(names(indices))."
        }
        if !open.isEmpty {
            parts.append("Of \(open.count) of \(others.count) nothing can be told from these runs.")
        }
        return "Beside \(content.name(0)) stand \(others.count). " + parts.joined(separator: " ")
    }

    private static func sentence(_ index: Int, _ content: ReportContent) -> String {
        let name = content.name(index)
        let reference = content.name(0)
        if let twin = content.comparison.twin(of: index) {
            return "\(name) is the same network as \(content.name(twin)): what they differ by is noise."
        }
        func metrics(_ verdict: Verdict) -> [String] {
            content.comparison.judged.filter { $0.results[index].judgement?.verdict == verdict }.map {
                HTML.escaped($0.heading)
            }
        }
        var parts: [String] = []
        if !metrics(.better).isEmpty { parts.append("<strong>better</strong> in \(Words.list(metrics(.better)))") }
        if !metrics(.worse).isEmpty { parts.append("<strong>worse</strong> in \(Words.list(metrics(.worse)))") }
        if !metrics(.equivalent).isEmpty { parts.append("equivalent in \(Words.list(metrics(.equivalent)))") }
        let open = metrics(.undecided)
        if parts.isEmpty { return "Whether \(name) differs from \(reference) cannot be told from these runs." }
        let rest = open.isEmpty ? "" : "; of \(Words.list(open)) nothing can be told"
        return "Beside \(reference), \(name) is \(Words.list(parts))\(rest)."
    }

    private static func warnings(_ comparison: Comparison) -> String {
        let serious = comparison.differences.filter(\.isSerious)
        guard !serious.isEmpty else { return "" }
        let items = serious.map { "<li>\(HTML.escaped($0.description))</li>" }.joined()
        return "<div class=\"warning\" role=\"note\"><p><strong>These runs should not be compared.</strong> "
            + "They differ in what they were trained or judged on, "
            + "and somebody asked for the comparison nevertheless:</p>"
            + "<ul>\(items)</ul></div>"
    }

    // MARK: The table

    private static func table(_ content: ReportContent) -> String {
        let header = ["Network"] + content.comparison.judged.map { "\(HTML.escaped($0.heading))\(unit($0))" }
        let rows = content.contenders.indices.map { index in
            [content.name(index) + (index == 0 ? " <small>reference</small>" : "")]
                + content.comparison.judged.map { cell($0, index) }
        }
        return HTML.table(
            header, rows, caption: "Mean and 95 % interval over seeds, with the verdict", style: "verdicts")
    }

    private static func unit(_ metric: ComparedMetric) -> String {
        let arrow = metric.use.better == .higher ? "higher is better" : "lower is better"
        let unit = metric.use.unit.isEmpty ? "" : "\(HTML.escaped(metric.use.unit)), "
        return "<small>\(unit)\(arrow)</small>"
    }

    private static func cell(_ metric: ComparedMetric, _ index: Int) -> String {
        let result = metric.results[index]
        let half = result.values.halfWidth(confidence: 0.95)
        let places = Figures.places(forError: half)
        let isBest = metric.best.contains(index) && metric.best.count < metric.results.count
        var html = "<span class=\"value\(isBest ? " best" : "")\">\(Figures.fixed(result.values.mean, places: places))"
        if half.isFinite { html += " <small>± \(Figures.fixed(half, places: places))</small>" }
        html += "</span>"
        guard let judgement = result.judgement else { return html }
        return html + Chip.html(judgement)
    }

    /// How picks were read, with which thresholds, what hangs on it, and what else a reader should hold against it.
    private static func rules(_ content: ReportContent) -> String {
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
        lines += comparison.thresholdsInWords.map { HTML.escaped($0.capitalizedFirst) + "." }
        let list = lines.isEmpty ? "" : "<ul class=\"reading\">" + lines.map { "<li>\($0)</li>" }.joined() + "</ul>"
        return list + comparison.otherRules.map { block($0, content) }.joined()
    }

    /// The same metrics by another rule, without verdicts.
    private static func block(_ block: RuleBlock, _ content: ReportContent) -> String {
        let metrics = block.metrics + block.counted
        let rows = metrics.map { metric in
            [HTML.escaped(metric.title)]
                + metric.results.map { Figures.value($0.values.mean, error: $0.values.halfWidth(confidence: 0.95)) }
        }
        return
            "<details class=\"data\"><summary>The same by the rule \(block.rule.rawValue), without verdicts</summary>"
            + HTML.table(
                ["Metric"] + content.contenders.indices.map(content.name), rows,
                caption: "\(block.rule.rawValue): \(block.rule.statement)", style: "numbers") + "</details>"
    }

    private static func reading(_ content: ReportContent) -> String {
        return """
            <p class="reading">Bold: the best mean, which need not be better. The intervals are Student’s t over the
            seeds. A verdict compares a network with \(content.name(0)) on the same test events, seed by seed; its error
            holds both what other seeds and what other events would have changed, and Holm’s correction over the
            \(Words.number(content.comparison.judged.count, "metric")) keeps the chance of one false claim or more a
            network below \(Figures.fixed(100 * content.comparison.rules.level, places: 0)) %. Equivalent means within
            \(HTML.escaped(content.comparison.marginsInWords)).</p>
            """
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
