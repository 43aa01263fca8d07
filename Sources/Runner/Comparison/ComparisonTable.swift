/// A comparison as a table for a terminal: networks are columns, metrics rows, each with its verdict in words.
///
/// More networks than fit come in blocks below each other, each with the reference in front.
public struct ComparisonTable {
    public enum Emphasis: Sendable { case plain, heading, best, good, bad, faint }

    let comparison: Comparison
    let width: Int
    let style: (String, Emphasis) -> String

    /// - Parameter style: dresses a piece of text; what it adds has no width.
    public init(
        _ comparison: Comparison, width: Int = 80, style: @escaping (String, Emphasis) -> String = { text, _ in text }
    ) {
        self.comparison = comparison
        self.width = max(width, 50)
        self.style = style
    }

    public var text: String {
        var lines = wrap(header) + [""]
        for block in blocks { lines += table(of: block) + [""] }
        return (lines + details + legend).joined(separator: "\n")
    }

    // MARK: Layout

    private var labels: [String] {
        let others = comparison.otherRules.flatMap { ($0.metrics + $0.counted).map(\.title) }
        return comparison.judged.map(\.title) + others + costRows.map(\.label)
    }
    private var labelWidth: Int { min(28, (labels.map(\.count).max() ?? 0) + 1) }
    private var columnWidth: Int {
        let names = comparison.contenders.map(\.name.count).max() ?? 0
        let cells = comparison.judged.flatMap { metric in
            metric.results.flatMap { [mark(value($0), isBest: true).count, $0.judgement?.shortVerdict.count ?? 0] }
        }
        // Columns are as narrow as their numbers, then as wide as names would like and the line allows.
        let least = min(max(cells.max() ?? 0, 12) + 2, width - labelWidth)
        let fitting = max(1, min(comparison.contenders.count, (width - labelWidth) / least))
        return min(max(least, names + 2), (width - labelWidth) / fitting)
    }

    /// The columns of each block: the reference, and as many others as fit.
    private var blocks: [[Int]] {
        let room = max(2, (width - labelWidth) / columnWidth)
        let others = Array(comparison.contenders.indices.dropFirst())
        guard !others.isEmpty else { return [[0]] }
        return stride(from: 0, to: others.count, by: room - 1).map { start in
            [0] + others[start..<min(start + room - 1, others.count)]
        }
    }

    private func row(_ label: String, _ cells: [(text: String, emphasis: Emphasis)]) -> String {
        var line = fit(label, labelWidth).padded(to: labelWidth)
        for cell in cells {
            let text = fit(cell.text, columnWidth - 1)
            line += String(repeating: " ", count: columnWidth - text.count) + style(text, cell.emphasis)
        }
        return line
    }

    private func fit(_ text: String, _ width: Int) -> String {
        text.count <= width ? text : "…" + String(text.suffix(width - 1))
    }

    /// As they stand over their columns.
    private var names: [String] { RowNames.distinct(comparison.contenders.map(\.name), width: columnWidth - 1) }

    // MARK: Content

    private var header: String {
        let seeds = comparison.contenders.map(\.runs.count)
        let count = Set(seeds).count == 1 ? "\(seeds[0])" : "\(seeds.min() ?? 0) to \(seeds.max() ?? 0)"
        return "\(comparison.contenders.count) networks, \(count) \(count == "1" ? "seed" : "seeds") each; "
            + comparison.testSetInWords
    }

    private func table(of columns: [Int]) -> [String] {
        var lines = [row("", columns.map { (names[$0], .heading) })]
        lines.append(row("", columns.map { ($0 == 0 ? "reference" : relation($0), .faint) }))
        for metric in comparison.judged {
            let best = Set(metric.best)
            lines.append(
                row(
                    metric.title,
                    columns.map { index in
                        let isBest = best.contains(index) && best.count < metric.results.count
                        return (mark(value(metric.results[index]), isBest: isBest), isBest ? .best : .plain)
                    }))
            let verdicts = columns.map { verdict(metric.results[$0].judgement) }
            if verdicts.contains(where: { !$0.text.isEmpty }) { lines.append(row("", verdicts)) }
        }
        for block in comparison.otherRules where !shown(block).isEmpty {
            lines += ["", style("by \(block.rule.rawValue), without verdicts (--rule \(block.rule.rawValue))", .faint)]
            for metric in shown(block) {
                lines.append(row(metric.title, columns.map { (value(metric.results[$0]), .plain) }))
            }
        }
        lines.append("")
        for cost in costRows {
            lines.append(row(cost.label, columns.map { (cost.text(comparison.costs[$0]), .plain) }))
        }
        return lines.map { line in String(line.reversed().drop { $0 == " " }.reversed()) }
    }

    /// Of another rule's block what differs by it: the scores, and what it let go.
    private func shown(_ block: RuleBlock) -> [ComparedMetric] {
        guard block.rule == .eqt || comparison.rule == .eqt && block.rule == .peaks else { return [] }
        return block.metrics.filter { $0.use.unit.isEmpty } + block.counted
    }

    private func relation(_ index: Int) -> String {
        let words = "same as "
        return comparison.twin(of: index).map { words + RowNames.cut(names[$0], columnWidth - 1 - words.count) } ?? ""
    }

    private func value(_ result: ComparedMetric.Result) -> String {
        Figures.value(result.values.mean, error: result.values.halfWidth(confidence: 0.95))
            .replacing("± ", with: "±")
    }
    private func mark(_ text: String, isBest: Bool) -> String { isBest ? "*" + text : text }

    private func verdict(_ judgement: Judgement?) -> (text: String, emphasis: Emphasis) {
        guard let judgement else { return ("", .faint) }
        let emphasis: Emphasis =
            switch judgement.verdict {
            case .better: .good
            case .worse: .bad
            case .equivalent, .undecided, .same: .faint
            }
        return (judgement.shortVerdict, emphasis)
    }

    private var costRows: [(label: String, text: (Cost) -> String)] {
        [
            ("parameters", { Figures.count($0.parameters) }),
            ("flops a window", { $0.flops.map { Figures.scaled(Double($0)) } ?? "–" }),
            ("training", { Figures.duration($0.trainingSeconds.count > 0 ? $0.trainingSeconds.mean : .nan) }),
            (
                "windows a second",
                { $0.windowsPerSecond.count > 0 ? Figures.scaled($0.windowsPerSecond.mean.rounded()) : "–" }
            ),
            ("memory to train", { $0.memory.map { Figures.scaled(Double($0), base: 1024, unit: "B") } ?? "–" }),
        ]
    }

    /// For a few networks each difference in a sentence; for many that would bury the table, and the report has it.
    private var details: [String] {
        guard comparison.contenders.count <= 3 else { return [] }
        return comparison.contenders.indices.dropFirst().flatMap { index -> [String] in
            let sentences = comparison.judged.compactMap { metric -> String? in
                guard let judgement = metric.results[index].judgement else { return nil }
                let mean = Figures.signed(
                    judgement.difference.mean, places: Figures.places(forError: judgement.interval.halfWidth))
                let part = metric.results[index].shared.map { "; of \($0.text)" } ?? ""
                return "\(metric.title): \(mean) (\(Figures.interval(judgement.interval))), "
                    + "\(judgement.sentence)\(part)."
            }
            let title = "\(comparison.contenders[index].name) beside \(comparison.reference.name)"
            return [style(title, .heading)] + sentences.flatMap { wrap($0) } + [""]
        }
    }

    private var legend: [String] {
        var lines = [
            "± 95 % interval over the seeds (Student's t). * best mean, which need not mean better.",
            "Verdicts beside \(comparison.reference.name): paired by seed and test event, Holm's correction over "
                + "\(comparison.judged.count) \(comparison.judged.count == 1 ? "metric" : "metrics").",
        ]
        let all = comparison.judged.flatMap { $0.results.compactMap(\.judgement) }
        if !details.isEmpty, all.contains(where: { $0.difference.perSeed.count > 1 }) {
            let together = comparison.judged.count == 1 ? "" : " for all \(comparison.judged.count) metrics together"
            let equivalent = all.contains { $0.verdict == .equivalent } ? "; 90 % where equivalent" : ""
            lines.append("In brackets the interval that the verdict rests on: 95 %\(together)\(equivalent).")
        }
        lines += comparison.verdictNotes(all)
        if all.contains(where: { $0.verdict == .equivalent }) {
            lines.append("equivalent: the difference is smaller than \(comparison.marginsInWords).")
        }
        if all.contains(where: { $0.verdict == .same }) {
            lines.append("same network: equal graphs; their difference is noise, and shows how large noise is.")
        }
        lines += comparison.dependences.map { dependence in
            (dependence.turnsRound
                ? "WARNING, the verdict turns round with the rule of reading picks: "
                : "the verdict hangs on the rule of reading picks: ") + comparison.text(dependence) + "."
        }
        if comparison.judged.contains(where: { $0.use.rule != nil }) {
            lines.append("Picks are read by \(comparison.rule.rawValue): \(comparison.rule.statement).")
        }
        lines += comparison.thresholdsInWords
        lines += [comparison.convergence].compactMap { $0 }
        lines += comparison.unfinished.map { "UNFINISHED: " + $0 }
        lines += comparison.silences.map { "WARNING: " + $0 }
        lines += comparison.flatTops.prefix(3).map { "WARNING: " + $0 }
        for difference in comparison.differences {
            lines.append((difference.isSerious ? "WARNING, not comparable: " : "note: ") + difference.description)
        }
        return lines.flatMap { wrap($0) }
    }

    private func wrap(_ text: String) -> [String] {
        var lines: [String] = [""]
        for word in text.split(separator: " ") {
            let last = lines[lines.count - 1]
            if last.isEmpty {
                lines[lines.count - 1] = String(word)
            } else if last.count + 1 + word.count <= width {
                lines[lines.count - 1] = last + " " + word
            } else {
                lines.append("  " + word)
            }
        }
        return lines
    }
}

extension Comparison {
    /// What the signs beside "can't tell" mean, and why nothing can be told of one seed.
    func verdictNotes(_ judgements: [Judgement]) -> [String] {
        var lines: [String] = []
        if judgements.contains(where: { if case .seeds? = $0.outlook { true } else { false } }) {
            lines.append("can't tell +4: about four more seeds would settle it.")
        }
        if judgements.contains(where: { $0.outlook == .tooManySeeds }) {
            lines.append("can't tell ++: more than \(Outlook.most) more seeds would be needed.")
        }
        if judgements.contains(where: { $0.outlook == .events }) {
            lines.append("can't tell †: no number of seeds would settle it, more test events might.")
        }
        let seeds = contenders.map(\.runs.count).min() ?? 0
        if !judgements.isEmpty, seeds < rules.fewestSeeds {
            let count = seeds == 1 ? "One seed" : "\(seeds) seeds"
            lines.append("\(count): no verdict is possible; from \(rules.fewestSeeds) on one is.")
        }
        return lines
    }
}

extension String {
    func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
